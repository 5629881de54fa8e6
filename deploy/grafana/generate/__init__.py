"""Grafana dashboards as code: each module is one of them; `python -m deploy.grafana.generate` writes the files."""

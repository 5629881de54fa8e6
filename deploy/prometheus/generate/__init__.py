"""Prometheus' rules as code: slo.yaml and causes.yaml say what they are about, this says how they are made."""

"""`python -m deploy.grafana.generate`: writes the dashboards, or with `--check` says which ones are not as generated.

Grafana reads the files; what is changed in Grafana itself is lost with the next start.
"""

from __future__ import annotations

import sys

from deploy.generated import main
from deploy.grafana.generate.files import FOLDER, generated

sys.exit(main("grafana", {FOLDER / name: text for name, text in generated().items()}, sys.argv[1:]))

"""`python -m deploy.prometheus.generate`: writes the rules, or with `--check` says which ones are not as generated."""

from __future__ import annotations

import sys

from deploy.generated import main
from deploy.prometheus.generate.files import RULES, generated

sys.exit(main("prometheus", {RULES / name: text for name, text in generated().items()}, sys.argv[1:]))

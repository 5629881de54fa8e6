"""Who reads what is neither public nor private."""

from __future__ import annotations

from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import Policy, role

governments: Policy = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
"""Tokyo, its auditors, and everybody who works for a municipality."""

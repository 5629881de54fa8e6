"""Who asks in the scenario."""

from __future__ import annotations

from dataclasses import dataclass

from kyodo_platform.identity.model import Role


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks: a role, the municipality it is held in, a subject where several hold the same, a record."""

    role: Role
    municipality: str | None = None
    subject: str | None = None
    person: str | None = None

    def __str__(self) -> str:
        return f"{self.subject or self.role} {self.municipality or ''}".strip()


SECRETARIAT = Who(Role.SECRETARIAT)
AUDITOR = Who(Role.AUDITOR)


def officer(municipality: str) -> Who:
    """An officer of a municipality."""
    return Who(Role.OFFICER, municipality)


def approver(municipality: str) -> Who:
    """An approver of a municipality."""
    return Who(Role.APPROVER, municipality)

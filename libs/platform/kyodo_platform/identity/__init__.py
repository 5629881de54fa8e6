"""Who asks and who may: identities, the tokens that prove them, and the policies that routes name."""

from kyodo_platform.identity.model import Identity, Role
from kyodo_platform.identity.policies import (
    Policy,
    approver_of,
    member_of,
    officer_of,
    person_of,
    public,
    role,
    secretariat,
    signed_in,
)

__all__ = [
    "Identity",
    "Policy",
    "Role",
    "approver_of",
    "member_of",
    "officer_of",
    "person_of",
    "public",
    "role",
    "secretariat",
    "signed_in",
]

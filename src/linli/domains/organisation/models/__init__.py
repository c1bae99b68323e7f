"""What signing in leaves behind, and information groups. Units, areas, actors and posts are kept by ``kernel/org``."""

from linli.domains.organisation.models.factors import Passkey, RecoveryCode, Standing, Totp
from linli.domains.organisation.models.groups import Capacity, GridGroup, GroupMember, GroupPost
from linli.domains.organisation.models.signing_in import Attempt, Barrier, KnownDevice, OneTimeCode, SignIn

__all__ = [
    "Attempt",
    "Barrier",
    "Capacity",
    "GridGroup",
    "GroupMember",
    "GroupPost",
    "KnownDevice",
    "OneTimeCode",
    "Passkey",
    "RecoveryCode",
    "SignIn",
    "Standing",
    "Totp",
]

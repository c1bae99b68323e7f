"""What signing in leaves behind. Units, areas, actors and posts are kept by ``kernel/org``."""

from linli.domains.organisation.models.factors import Passkey, RecoveryCode, Standing, Totp
from linli.domains.organisation.models.signing_in import Attempt, Barrier, KnownDevice, OneTimeCode, SignIn

__all__ = [
    "Attempt",
    "Barrier",
    "KnownDevice",
    "OneTimeCode",
    "Passkey",
    "RecoveryCode",
    "SignIn",
    "Standing",
    "Totp",
]

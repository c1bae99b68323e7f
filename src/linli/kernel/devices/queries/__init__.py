"""Reading of phones: who comes in by which token, which limits hold, what came late."""

from linli.kernel.devices.models import Device as Phone
from linli.kernel.devices.queries.coming_in import by_token
from linli.kernel.devices.queries.limits import limits_for

__all__ = ["Phone", "by_token", "limits_for"]

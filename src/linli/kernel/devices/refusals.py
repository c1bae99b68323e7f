"""Why a phone is turned away. Each message is fit to show."""

from linli.kernel.errors import Refused


class DeviceRefused(Refused):
    """This phone cannot be enrolled, or cannot be changed so."""


class TakenRefused(DeviceRefused):
    """The phone's number belongs to somebody else and was not revoked."""


class TurnedAway(Refused):
    """A phone whose token no longer counts.

    reason   expired: sign in again; revoked: its person may not use it any more
    forgets  it is to forget everything
    """

    def __init__(self, message: object, *, reason: str, forgets: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.forgets = forgets

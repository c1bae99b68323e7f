"""Why money does not move. Each message is fit to show."""

from linli.kernel.errors import NotFound, Refused


class AccountRefused(Refused):
    """Not opened or closed like this."""


class BookingRefused(Refused):
    """Not booked like this, or not with these accounts."""


class OverdrawnRefused(BookingRefused):
    """There is less on an account than is to be taken from it."""


class ReversedRefused(BookingRefused):
    """Reversed before, or a reversal itself."""


class AccountNotFound(NotFound): ...

"""The two answers a person may get instead of what they asked for. Everything else is a bug."""


class Refused(Exception):
    """They may not, or not now. ``str()`` says why, in words fit to show.

    field  name of the input at fault, or "" when the whole request is refused
    """

    def __init__(self, message: object, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotFound(Exception):
    """No such thing, or not for them; we do not say which."""

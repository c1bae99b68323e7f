"""Which committee a resident chose on this device: one cookie for every page of every domain."""

from django.http import HttpRequest

from linli.kernel.text.numbers import whole

COOKIE = "linli_committee"


def chosen_committee(request: HttpRequest) -> int | None:
    """The id in the cookie; whether there is such a committee is for whoever asks to find out."""
    return whole(request.COOKIES.get(COOKIE, ""))

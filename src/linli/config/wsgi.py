"""The web server's entry: built files answered before Django and kept by browsers for good, all else by Django."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from linli.config.leaving import leave_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")

HASHED = r"/built/.*[-.][A-Za-z0-9_-]{8}\.\w+$"
"""Names with a hash of their content, as Vite gives them: such a file never changes."""


def make_application() -> WhiteNoise:
    """Django with the static files of ``linli.web`` in front of it."""
    return WhiteNoise(
        get_wsgi_application(),
        root=settings.PACKAGE / "web" / "static",
        prefix=settings.STATIC_URL,
        autorefresh=settings.DEBUG,
        allow_all_origins=False,
        immutable_file_test=HASHED,
        add_headers_function=_harmless,
    )


def _harmless(headers: object, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]  # wsgiref's Headers, untyped there


if os.environ.get("LINLI_SUPERVISED"):
    leave_with_parent()
application = make_application()

"""What a command on a site may be refused for."""

from linli.kernel.errors import NotFound, Refused


class SiteRefused(Refused):
    """Not to be registered or changed like that."""


class SiteNotFound(NotFound):
    """No such site, or not for them."""

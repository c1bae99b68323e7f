"""Proving by number and code that a report is one's own. Wrong ones are counted, wherever they are tried."""

from django.http import HttpRequest, QueryDict

from linli.domains.cases.queries import tracking
from linli.domains.cases.queries.following import plain_code
from linli.domains.cases.queries.tracking import Followed
from linli.kernel.errors import NotFound
from linli.web.rates import Rate, use_by_request

BROWSER_WRONG = Rate("wrong follow-up code by browser", 10, 600)
ADDRESS_WRONG = Rate("wrong follow-up code by address", 30, 600)


def proved(request: HttpRequest, given: QueryDict) -> Followed:
    """The report whose ``number`` and ``code`` were given. Raises NotFound, TooManyRefused."""
    try:
        return tracking.followed(given.get("number", "")[:40], plain_code(given.get("code", "")[:40]))
    except NotFound:
        use_by_request(request, browser=BROWSER_WRONG, address=ADDRESS_WRONG)
        raise

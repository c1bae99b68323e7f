"""Questions about duties: mine, those of a territory, what was missed, figures, leave, feeds."""

from linli.kernel.duties.queries.figures import Figure, figures
from linli.kernel.duties.queries.lines import OccurrenceLine
from linli.kernel.duties.queries.listing import Narrow, Page, days_of, listed, may_see, visible
from linli.kernel.duties.queries.mine import of_feed, of_person

__all__ = [
    "Figure",
    "Narrow",
    "OccurrenceLine",
    "Page",
    "days_of",
    "figures",
    "listed",
    "may_see",
    "of_feed",
    "of_person",
    "visible",
]

"""Which sites somebody may see, and finding one by key, code, tag, words or position."""

from linli.kernel.registry.queries.finding import by_code, by_tag, near, search, tag_hash
from linli.kernel.registry.queries.reach import in_subtree, may_see, paths_of, visible_sites
from linli.kernel.registry.queries.sites import SiteKindLine, get_site, history, kinds, may_keep

__all__ = [
    "SiteKindLine",
    "by_code",
    "by_tag",
    "get_site",
    "history",
    "in_subtree",
    "kinds",
    "may_keep",
    "may_see",
    "near",
    "paths_of",
    "search",
    "tag_hash",
    "visible_sites",
]

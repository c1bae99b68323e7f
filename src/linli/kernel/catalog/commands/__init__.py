"""Every write to the lists: loading packs, versions from draft to published, time limits, the cities' workbook."""

from linli.kernel.catalog.commands.loading import Loaded, load_pack
from linli.kernel.catalog.commands.time_limits import end_limit, set_limit
from linli.kernel.catalog.commands.versions import CatalogRefused, propose, publish, withdraw
from linli.kernel.catalog.commands.workbook import propose_form

__all__ = (
    "CatalogRefused",
    "Loaded",
    "end_limit",
    "load_pack",
    "propose",
    "propose_form",
    "publish",
    "set_limit",
    "withdraw",
)

"""Every write to the lists: loading packs, versions from draft to published, time limits, the cities' workbook."""

from linli.kernel.catalog.commands.loading import Loaded, load_pack
from linli.kernel.catalog.commands.time_limits import end_limit, set_limit
from linli.kernel.catalog.commands.versions import CatalogRefused, propose, publish, withdraw
from linli.kernel.catalog.commands.workbook import propose_form
from linli.kernel.catalog.commands.worklists import (
    Decided,
    ItemChange,
    ListRefused,
    Said,
    admit,
    end_admission,
    open_list,
    publish_list,
    set_kinds,
)

__all__ = (
    "CatalogRefused",
    "Decided",
    "ItemChange",
    "ListRefused",
    "Loaded",
    "Said",
    "admit",
    "end_admission",
    "end_limit",
    "load_pack",
    "open_list",
    "propose",
    "propose_form",
    "publish",
    "publish_list",
    "set_kinds",
    "set_limit",
    "withdraw",
)

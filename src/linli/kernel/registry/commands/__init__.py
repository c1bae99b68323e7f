"""Register sites, change, move, close them, and give them new signs. Every change is kept with who and why."""

from linli.kernel.registry.commands.keeping import locked, note, with_reason
from linli.kernel.registry.commands.kinds import load_kinds
from linli.kernel.registry.commands.sites import amend, move, new_tag, register
from linli.kernel.registry.commands.states import close, follow_unit, pause, reopen, resume
from linli.kernel.registry.refusals import SiteNotFound, SiteRefused

__all__ = [
    "SiteNotFound",
    "SiteRefused",
    "amend",
    "close",
    "follow_unit",
    "load_kinds",
    "locked",
    "move",
    "new_tag",
    "note",
    "pause",
    "register",
    "reopen",
    "resume",
    "with_reason",
]

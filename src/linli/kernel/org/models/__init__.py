"""Who we are: units, areas, the people in them, the posts they hold, and what was changed when."""

from linli.kernel.org.models.changes import Change, Revision
from linli.kernel.org.models.people import Account, Actor, Contact, Post, Reading
from linli.kernel.org.models.places import Area, AreaVersion, Unit, UnitLink

__all__ = [
    "Account",
    "Actor",
    "Area",
    "AreaVersion",
    "Change",
    "Contact",
    "Post",
    "Reading",
    "Revision",
    "Unit",
    "UnitLink",
]

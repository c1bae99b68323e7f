"""Everything that changes the organisation, by what it changes: ``units.merge(…)``, ``posts.appoint(…)``."""

from linli.kernel.org.commands import areas, contacts, divisions, imports, links, people, posts, units

__all__ = ["areas", "contacts", "divisions", "imports", "links", "people", "posts", "units"]

"""Questions about the organisation."""

from linli.kernel.org.queries.posts import covers, holds, holds_right, posts_of
from linli.kernel.org.queries.units import home_of, present, subtree, unit_of

__all__ = ["covers", "holds", "holds_right", "home_of", "posts_of", "present", "subtree", "unit_of"]

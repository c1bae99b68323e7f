"""Finding a site by its code, what its sign says, a few words, or where one stands."""

import hashlib
import math
from datetime import datetime

from linli.kernel.org.geometry import metres_between
from linli.kernel.org.models import Actor
from linli.kernel.registry.models import Site
from linli.kernel.registry.queries.reach import visible_sites
from linli.kernel.text import bigrams

MOST = 50
CANDIDATES = 400
METRES_PER_DEGREE = 111_320.0


def by_code(code: str) -> Site | None:
    """Whoever asks for it."""
    return Site.objects.select_related("kind").filter(code=code).first()


def by_tag(tag: str) -> Site | None:
    """The site whose sign says ``tag``, whoever holds it in their hand; a sign that was replaced leads nowhere."""
    return Site.objects.select_related("kind", "within").filter(tag=tag.strip().lower()).first() if tag else None


def tag_hash(tag: str) -> str:
    """What a phone takes along to recognise a tag without knowing it: 16 hex digits of its SHA-256."""
    return hashlib.sha256(tag.encode()).hexdigest()[:16]


def search(text: str, actor: Actor, *, most: int = 20, at: datetime | None = None) -> list[Site]:
    """Open sites that ``actor`` sees whose name, address or code has these words; two characters suffice."""
    wanted = " ".join(text.split())[:60]
    sites = visible_sites(actor, at).exclude(state="closed").select_related("kind")
    known = list(sites.filter(code=wanted)[:1])
    grams = bigrams(wanted)
    if known or not grams:
        return known
    found = sites.filter(grams__contains=grams).order_by("id")[:CANDIDATES]
    return sorted(found, key=lambda site: (wanted not in site.name, len(site.name), site.name))[: min(most, MOST)]


def near(lon: float, lat: float, metres: float, *, actor: Actor, most: int = 20) -> list[tuple[Site, float]]:
    """Open sites within ``metres`` of a WGS84 position that ``actor`` sees, nearest first, with the distance in m."""
    d_lat = metres / METRES_PER_DEGREE
    d_lon = d_lat / max(math.cos(math.radians(lat)), 0.01)
    box = visible_sites(actor).exclude(state="closed").select_related("kind").filter(
        lat__range=(lat - d_lat, lat + d_lat), lon__range=(lon - d_lon, lon + d_lon)
    )  # fmt: skip
    apart = [(site, metres_between(lon, lat, site.lon, site.lat)) for site in box.order_by("id")[:CANDIDATES]]
    within = [(site, distance) for site, distance in apart if distance <= metres]
    return sorted(within, key=lambda pair: pair[1])[: min(most, MOST)]

"""What a phone takes along of sites: those of the person's territory, with how to recognise their signs."""

from datetime import datetime
from typing import Any

from linli.kernel.org.models import Actor
from linli.kernel.registry import queries as registry

MOST = 3000


def sites(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Open sites by code, at most MOST. A tag is only taken along as a hash: a lost phone makes no signs. One query."""
    rows = registry.visible_sites(actor, at).exclude(state="closed").order_by("code")
    columns = ("id", "code", "name", "kind__name", "lon", "lat", "tag", "safety__target", "address", "kind_id")
    return [
        {
            "id": str(key), "code": code, "name": name, "kind": kind, "kind_code": kind_code, "lon": round(lon, 6),
            "lat": round(lat, 6), "tag_hash": registry.tag_hash(tag), "target": target or "", "address": address,
            "is_object": target is not None,
        }
        for key, code, name, kind, lon, lat, tag, target, address, kind_code in rows.values_list(*columns)[:MOST]
    ]  # fmt: skip

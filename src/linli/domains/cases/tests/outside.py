"""Programs of other bodies as tests know them, and how they call."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client as Browser

from linli.domains.cases import commands
from linli.domains.cases.api.keys import forget_counts
from linli.kernel.flow.system import system_actor
from linli.kernel.org.models import Actor, Unit
from tests.town import IN_GRID, Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
KEY = "019ccc00-0000-7000-8000-0000000000{:02d}"
COVER = {
    "text": "柳树路 5 号门口井盖没了,很危险",
    "position": {"lon": IN_GRID[0], "lat": IN_GRID[1]},
    "category": "01001",
}


@dataclass
class Program:
    """A program with its key; calls as it would, returns what it gets."""

    key: str
    actor: Actor
    prefix: str

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return Browser().post(f"/api/v1/{path}", body, content_type="application/json", headers=self.headers(headers))

    def get(self, path: str, **params: Any) -> Any:
        return Browser().get(f"/api/v1/{path}", params, headers=self.headers({}))

    def upload(self, path: str, fields: dict[str, Any]) -> Any:
        return Browser().post(f"/api/v1/{path}", fields, headers=self.headers({}))

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", **more}


def program(unit: Unit, name: str = "热线平台", **given: Any) -> Program:
    """A program of ``unit`` with a fresh key."""
    given = {"sources": ("04",), "systems": ("12345",), **given}
    client, key = commands.issue_key(name, unit=unit, actor=system_actor(), at=NOON, **given)
    forget_counts()
    return Program(key, client.actor, client.prefix)


def hotline(town: Town) -> Program:
    """12345: sends orders, has no post."""
    return program(town.centre)


def department(town: Town) -> Program:
    """The department's own system: handles what is dispatched to it."""
    return program(town.department, "市政局系统", roles=("handler", "unit_head"), sources=("11",), systems=())

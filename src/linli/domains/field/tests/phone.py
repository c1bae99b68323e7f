"""What a phone does, in Python: keeps commands, sends them, remembers the answers."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import orjson
from django.utils import timezone

from linli.kernel.devices import commands
from linli.kernel.org.keys import new_key
from tests.evidence import jpeg

SYNC = "/api/v1/field/sync"


@dataclass
class Phone:
    """``off`` is added to the true time: how wrong its clock goes."""

    client: object
    actor: object
    off: timedelta = timedelta(0)
    device: UUID = field(default_factory=uuid4)
    token: str = ""
    escrow: bytes = b""
    presence: bytes = b""
    no: int = 0

    def __post_init__(self):
        self.enrol()

    def enrol(self):
        made = commands.enrol(device=self.device, name="Test", app="1", actor=self.actor, at=timezone.now())
        self.token, self.escrow, self.presence = made.token, made.escrow, made.presence
        return made

    def now(self):
        return timezone.now() + self.off

    def command(self, name, about="", /, *, ago=timedelta(0), files=(), after=None, seen=None, **fields):
        """A command as made ``ago`` before now by this phone's clock."""
        self.no += 1
        return {
            "id": str(new_key()), "no": self.no, "name": name, "about": about, "after": after, "seen": seen,
            "taken_at": (self.now() - ago).isoformat(), "fields": fields, "files": list(files),
        }  # fmt: skip

    def send(self, *made, have=None, token=None, now=None):
        body = {
            "device": str(self.device), "app": "1", "now": (now or self.now()).isoformat(), "commands": made,
            "have": have or {},
        }  # fmt: skip
        return self.client.post(
            SYNC, data=orjson.dumps(body), content_type="application/json",
            headers={"Authorization": f"Device {token or self.token}"},
        )  # fmt: skip

    def answers(self, *made, **more):
        response = self.send(*made, **more)
        assert response.status_code == 200, response.content
        return response.json()["answers"]

    def put(self, kind="report", *, seed=None, key=None, raw=None):
        """Upload a photo; what a command then says of it, and the response."""
        raw = raw if raw is not None else jpeg(seed or uuid4())
        key = key or uuid4()
        sha256 = hashlib.sha256(raw).hexdigest()
        response = self.client.put(
            f"/api/v1/field/files/{key}", data=raw, content_type="image/jpeg",
            headers={"Authorization": f"Device {self.token}", "X-Sha256": sha256, "X-Name": "a.jpg"},
        )  # fmt: skip
        return {"id": str(key), "sha256": sha256, "kind": kind}, response

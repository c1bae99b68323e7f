"""Phones that have bad luck: the network is cut at any moment, the app is killed, things are sent again in any order.

What a real phone keeps in its storage is kept here in ``Phone.queue`` and ``Phone.journal``; everything else is gone
when it is killed.
"""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import uuid_utils

from tests.evidence import jpeg
from tests.town import IN_GRID

Ask = Callable[[str, str, bytes, dict[str, str]], tuple[int, bytes]]
"""Method, path, body, headers → status and body. Raises OSError when the network fails by itself."""


class Cut(Exception):
    """The network was cut: the phone does not know whether anything arrived."""


@dataclass
class Photo:
    key: str
    raw: bytes
    kind: str
    is_there: bool = False

    @property
    def said(self) -> dict[str, str]:
        return {"id": self.key, "sha256": hashlib.sha256(self.raw).hexdigest(), "kind": self.kind}


@dataclass
class Phone:
    """journal: command's id → the answer it was given; queue: what was not answered yet."""

    token: str
    tasks: list[str]
    luck: random.Random
    ask: Ask
    no: int = 0
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    queue: dict[str, dict[str, Any]] = field(default_factory=dict)
    photos: dict[str, list[Photo]] = field(default_factory=dict)
    journal: dict[str, dict[str, Any]] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)

    # — what its person does —

    def work(self) -> None:
        """One of the things a grid officer does in the street."""
        self.luck.choice((self._report, self._settle, self._chain, self._take_over))()

    def _report(self) -> None:
        photos = [self._photo("report") for _ in range(self.luck.randrange(3))]
        self._make("case.report", photos, text=f"路面破损 {self.no}", **self._place())

    def _settle(self) -> None:
        photos = [self._photo("before"), self._photo("after")][: self.luck.choice((1, 2, 2, 2))]
        self._make("case.settle", photos, text=f"小广告 {self.no}", outcome="已清除", **self._place())

    def _chain(self) -> None:
        first = self._make("case.report", [], text=self.luck.choice(("", f"井盖 {self.no}")), **self._place())
        self._make("case.report", [self._photo("report")], after=first, text=f"旁边 {self.no}", **self._place())

    def _take_over(self) -> None:
        if self.tasks:
            number = self.tasks.pop()
            first = self._make("case.step", [], number, step="take_over")
            self._make("case.step", [], number, after=first, step="note_progress", note=f"到了 {self.no}")

    def _place(self) -> dict[str, object]:
        return {"lon": IN_GRID[0], "lat": IN_GRID[1], "category": "01001"}

    def _photo(self, kind: str) -> Photo:
        return Photo(str(uuid4()), jpeg(uuid4()) + self.luck.randbytes(8), kind)

    def _make(
        self, name: str, photos: Sequence[Photo], about: str = "", after: str | None = None, **fields: object
    ) -> str:
        self.no += 1
        key = str(uuid_utils.uuid7())
        taken_at = datetime.now(UTC) - timedelta(minutes=self.luck.randrange(60))
        self.made[key] = self.queue[key] = {
            "id": key, "no": self.no, "name": name, "about": about, "after": after, "seen": None, "fields": fields,
            "taken_at": taken_at.isoformat(), "files": [photo.said for photo in photos],
        }  # fmt: skip
        self.photos[key] = list(photos)
        return key

    # — what the network does to it —

    def sync(self, *, is_lucky: bool = False) -> None:
        """One contact, with luck or without: some photos, some commands in any order, perhaps an answer."""
        try:
            waiting = [*self.queue.values()]
            if not is_lucky:
                self.luck.shuffle(waiting)
                waiting = waiting[: self.luck.randrange(1, 12)] + self._old()
            for one in waiting:
                self._upload(one["id"], is_lucky=is_lucky)
            self._send(waiting[:50], is_lucky=is_lucky)
        except (Cut, OSError):
            return

    def kill(self) -> None:
        """The app is gone and comes back: which photos had arrived it does not know."""
        for photo in (photo for photos in self.photos.values() for photo in photos):
            photo.is_there = False

    def _old(self) -> list[dict[str, Any]]:
        """Sometimes it sends again what was answered long ago."""
        answered = [key for key in self.journal if key not in self.queue]
        return [self.made[key] for key in self.luck.sample(answered, min(2, len(answered)))]

    def _upload(self, key: str, *, is_lucky: bool) -> None:
        for photo in self.photos[key]:
            if photo.is_there or (not is_lucky and self.luck.random() < 0.2):
                continue
            headers = {"Content-Type": "image/jpeg", "X-Sha256": photo.said["sha256"]}
            status, body = self._asked("PUT", f"/api/v1/field/files/{photo.key}", photo.raw, headers, is_lucky)
            if status in (200, 201):
                photo.is_there = True
            elif status < 500 and status != 429:
                self.surprises.append(f"photo {status} {body[:200]!r}")

    def _send(self, commands: Sequence[dict[str, Any]], *, is_lucky: bool) -> None:
        said = {"now": datetime.now(UTC).isoformat(), "app": "1", "commands": list(commands), "have": {}}
        headers = {"Content-Type": "application/json"}
        status, body = self._asked("POST", "/api/v1/field/sync", json.dumps(said).encode(), headers, is_lucky)
        if status != 200:
            if status < 500 and status != 429:
                self.surprises.append(f"contact {status} {body[:200]!r}")
            return
        for answer in json.loads(body)["answers"]:
            if answer["state"] != "wait":
                self._answered(answer)

    def _answered(self, answer: dict[str, Any]) -> None:
        before = self.journal.setdefault(answer["id"], answer)
        if before != answer:
            self.surprises.append(f"two answers: {before} {answer}")
        self.queue.pop(answer["id"], None)

    def _asked(self, method: str, path: str, body: bytes, headers: dict[str, str], is_lucky: bool) -> tuple[int, bytes]:
        chance = 1.0 if is_lucky else self.luck.random()
        if chance < 0.12:
            raise Cut
        told = self.ask(method, path, body, {**headers, "Authorization": f"Device {self.token}"})
        if chance < 0.3:
            raise Cut
        return told


def walk(phones: Sequence[Phone], rounds: int, luck: random.Random, *, meanwhile: Callable[[int], None]) -> None:
    """So many contacts under bad luck, then as many under good luck as it takes, at most fifty a phone."""
    for number in range(rounds):
        one = luck.choice(phones)
        if luck.random() < 0.5:
            one.work()
        if luck.random() < 0.1:
            one.kill()
        one.sync()
        meanwhile(number)
    for one in phones:
        for _ in range(50):
            if not one.queue:
                break
            one.sync(is_lucky=True)


def differences(
    phones: Sequence[Phone], sent: dict[UUID, tuple[str, str]], opened: dict[UUID, int], steps: dict[UUID, int]
) -> list[str]:
    """Everything in which phones and server do not agree.

    sent    command → (state, number) as the server keeps it
    opened  matter → how often it was opened, of those made by a phone
    steps   command → how many journal entries it made
    """
    found = [surprise for one in phones for surprise in one.surprises]
    made = {UUID(key): (one, command) for one in phones for key, command in one.made.items()}
    found += [f"the server knows {key}, no phone made it" for key in sent.keys() - made.keys()]
    for key, (one, command) in made.items():
        answer = one.journal.get(str(key))
        if answer is None:
            found.append(f"{key} was never answered")
        elif sent.get(key) != (answer["state"], answer["number"]):
            found.append(f"{key} is {sent.get(key)} there and {answer['state']} here")
        elif answer["state"] == "accepted":
            counted = steps if command["name"] == "case.step" else opened
            if counted.get(key) != 1:
                found.append(f"{key} {command['name']} was done {counted.get(key, 0)} times")
        elif key in opened or key in steps:
            found.append(f"{key} was refused and done")
    return found

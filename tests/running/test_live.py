"""Live updates through the real application and a real LISTEN."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.test import Client

from linli.config import live
from linli.kernel.org.live import TooMuchSaid, announce, topic_of_actor, topic_of_unit
from linli.web import tickets
from tests.town import Town

LIN = UUID("019ccc00-0000-7000-8000-00000000000a")
HOST = [(b"host", b"town.example:8001"), (b"origin", b"http://town.example:8000")]


class Browser:
    """One open connection to the live application."""

    def __init__(self, ticket: str, *, path: str = "/live") -> None:
        query = f"ticket={ticket}".encode()
        self.scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": HOST}
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.leaves = asyncio.Event()
        self.task = asyncio.create_task(live.application(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.sent.put(message)

    async def hears(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.sent.get(), 5)

    async def event(self) -> str:
        return str((await self.hears())["body"].decode())

    async def leave(self) -> None:
        self.leaves.set()
        await asyncio.wait_for(self.task, 5)


def played(scene: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(scene())  # type: ignore[arg-type]  # a coroutine function


def test_a_forged_ticket_is_refused() -> None:
    async def scene() -> None:
        browser = Browser(signing.dumps(["unit:1"], salt="something else"))

        assert (await browser.hears())["status"] == 403

    played(scene)


def test_an_old_ticket_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "SECONDS", -1)

    with pytest.raises(tickets.NotAdmitted):
        tickets.admit(tickets.issue(["unit:1"]))


def test_any_other_path_is_not_found() -> None:
    async def scene() -> None:
        assert (await Browser("", path="/live/else").hears())["status"] == 404

    played(scene)


def test_an_event_reaches_who_listens_to_its_topic_and_nobody_else() -> None:
    async def scene() -> None:
        lin = Browser(tickets.issue([topic_of_actor(LIN)]))
        stranger = Browser(tickets.issue([topic_of_unit(9)]))
        for browser in (lin, stranger):
            await browser.hears()
            await browser.hears()

        live.switchboard.say(f'{{"to": ["{topic_of_actor(LIN)}"], "event": "unread", "content": {{"count": 3}}}}')

        assert await lin.event() == 'event: unread\ndata: {"count": 3}\n\n'
        assert stranger.sent.empty()
        await lin.leave()
        await stranger.leave()
        assert live.switchboard.count == 0

    played(scene)


def test_the_page_of_the_same_host_may_read_the_answer() -> None:
    async def scene() -> None:
        browser = Browser(tickets.issue(["unit:1"]))
        headers = dict((await browser.hears())["headers"])

        assert headers[b"access-control-allow-origin"] == b"http://town.example:8000"
        await browser.leave()

    played(scene)


def test_another_site_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "HOST", [(b"host", b"town.example:8001"), (b"origin", b"https://evil.example")])

    async def scene() -> None:
        browser = Browser(tickets.issue(["unit:1"]))
        headers = dict((await browser.hears())["headers"])

        assert b"access-control-allow-origin" not in headers
        await browser.leave()

    played(scene)


def test_who_does_not_keep_up_is_dropped() -> None:
    async def scene() -> None:
        listener = live.Listener(frozenset({"unit:1"}))
        for _ in range(live.WAITING + 1):
            listener.put(b"event")

        assert await listener.events.get() is None

    played(scene)


def test_an_unreadable_notification_disturbs_nobody() -> None:
    live.switchboard.say("{not json")
    live.switchboard.say('{"to": 3, "event": "x"}')
    live.switchboard.say('{"to": ["unit:1"], "event": "line\\nbreak"}')


@pytest.mark.django_db(transaction=True)
def test_an_announcement_is_heard_after_commit_and_not_after_rollback() -> None:
    async def scene() -> None:
        listening = asyncio.create_task(live.switchboard.listen())
        browser = Browser(tickets.issue([topic_of_unit(7)]))
        await browser.hears()
        await browser.hears()
        while not settings.DATABASE_URL or not await asyncio.to_thread(_is_listening):
            await asyncio.sleep(0.02)

        await asyncio.to_thread(_announce, "lost", rolls_back=True)
        await asyncio.to_thread(_announce, "inbox", rolls_back=False)

        heard = await browser.event()
        while "resync" in heard:
            heard = await browser.event()
        assert heard.startswith("event: inbox\n")
        await browser.leave()
        listening.cancel()

    played(scene)


def _is_listening() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN linli_live'")
        found = bool(cursor.fetchone()[0])
    connection.close()
    return found


def _announce(event: str, *, rolls_back: bool) -> None:
    from django.db import connection

    with transaction.atomic():
        announce(event, units=[7])
        transaction.set_rollback(rolls_back)
    connection.close()


def test_an_announcement_too_long_for_postgresql_is_our_mistake(db: None) -> None:
    with pytest.raises(TooMuchSaid):
        announce("inbox", units=range(2000))


def test_a_page_is_told_where_to_listen_and_to_what(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets._where, "port", 8001)
    client = Client()
    client.force_login(town.lin.account)

    url = urlsplit(client.get("/live/ticket", headers={"host": "localhost:8000"}).json()["url"])

    topics = tickets.admit(parse_qs(url.query)["ticket"][0])
    assert (url.netloc, url.path) == ("localhost:8001", "/live")
    assert topic_of_actor(town.lin.pk) in topics
    assert topic_of_unit(town.street.pk) in topics or topic_of_unit(town.centre.pk) in topics


def test_without_signing_in_there_is_no_ticket(db: None) -> None:
    assert Client().get("/live/ticket").status_code in (302, 401, 403)


def test_the_policy_allows_this_host_and_port_and_nothing_else(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(tickets._where, "port", 8001)

    policy = Client().get("/healthz", headers={"host": "localhost:8000"}).headers["Content-Security-Policy"]

    assert "connect-src 'self' http://localhost:8001;" in policy

"""Live updates as Server-Sent Events: a bare ASGI application with one LISTEN connection for all browsers.

A notification reaches the connections whose ticket covers one of its topics. Nothing is kept: after a gap the event
``resync`` tells pages to ask again, and pages that cannot connect fall back to asking now and then.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import structlog
from django.conf import settings

from linli.kernel.org.live import CHANNEL
from linli.web import tickets

log = structlog.get_logger()
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MOST_CONNECTIONS = 5000
HEARTBEAT_SECONDS = 20
WAITING = 32
"""Events a slow browser may lag behind before it is dropped and comes back with ``resync``."""
RETRY_SECONDS = 3
STREAM = ((b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))
RESYNC = b"event: resync\ndata: {}\n\n"


class Listener:
    """One open browser page."""

    __slots__ = ("events", "topics")

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.events: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)

    def put(self, event: bytes) -> None:
        """Hand over without waiting; who does not keep up is dropped."""
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            while not self.events.empty():
                self.events.get_nowait()
            self.events.put_nowait(None)

    def wake(self) -> None:
        """Let a waiting connection notice that its browser has left."""
        if self.events.empty():
            self.events.put_nowait(None)


class Switchboard:
    """Who listens to what, and the one connection to the database that hears everything."""

    def __init__(self) -> None:
        self.by_topic: defaultdict[str, set[Listener]] = defaultdict(set)
        self.count = 0

    def join(self, listener: Listener) -> None:
        self.count += 1
        for topic in listener.topics:
            self.by_topic[topic].add(listener)

    def leave(self, listener: Listener) -> None:
        self.count -= 1
        for topic in listener.topics:
            self.by_topic[topic].discard(listener)
            if not self.by_topic[topic]:
                del self.by_topic[topic]

    def say(self, payload: str) -> None:
        """Pass one notification on to whom it concerns."""
        try:
            said = json.loads(payload)
            event, topics = str(said["event"]), list(said["to"])
        except (ValueError, KeyError, TypeError):
            log.warning("live.unreadable", size=len(payload))
            return
        if "\n" in event:
            return
        line = f"event: {event}\ndata: {json.dumps(said.get('content', {}), ensure_ascii=False)}\n\n".encode()
        for listener in self._of(topics):
            listener.put(line)

    def resync(self) -> None:
        """Tell every page to ask again: something may have been missed."""
        for listener in self._of(self.by_topic.keys()):
            listener.put(RESYNC)

    def _of(self, topics: Iterable[str]) -> set[Listener]:
        return {listener for topic in list(topics) for listener in self.by_topic.get(topic, ())}

    async def listen(self) -> None:
        """Hear the database for ever; after a broken connection, connect again and resync."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(settings.DATABASE_URL, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.resync()
                    async for notification in connection.notifies():
                        self.say(notification.payload)
            except psycopg.OperationalError as error:
                log.warning("live.database_lost", error=str(error))
            await asyncio.sleep(RETRY_SECONDS)


switchboard = Switchboard()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """ASGI: ``/live?ticket=…`` streams events, ``/healthz`` answers, everything else is not found."""
    if scope["type"] == "lifespan":
        await _live_through(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _live_through(receive: Receive, send: Send) -> None:
    listening: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            listening = asyncio.create_task(switchboard.listen())
            await send({"type": "lifespan.startup.complete"})
        else:
            if listening is not None:
                listening.cancel()
            for listener in {one for group in switchboard.by_topic.values() for one in group}:
                listener.put(RESYNC)
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _answer(scope: Message, receive: Receive, send: Send) -> None:
    if scope["path"] == "/healthz":
        await _short(send, 200, b"ok\n")
        return
    if scope["path"] != "/live" or scope["method"] != "GET":
        await _short(send, 404, b"not found\n")
        return
    ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    try:
        topics = tickets.admit(ticket)
    except tickets.NotAdmitted:
        await _short(send, 403, b"ticket refused\n", _headers(scope))
        return
    if switchboard.count >= MOST_CONNECTIONS:
        await _short(send, 503, b"full\n", _headers(scope))
        return
    await _stream(Listener(topics), _headers(scope), receive, send)


async def _stream(listener: Listener, headers: list[tuple[bytes, bytes]], receive: Receive, send: Send) -> None:
    """Send events and heartbeats until the browser leaves or falls behind."""
    switchboard.join(listener)
    gone = asyncio.create_task(_until_gone(receive))
    gone.add_done_callback(lambda _: listener.wake())
    try:
        await send({"type": "http.response.start", "status": 200, "headers": [*STREAM, *headers]})
        event: bytes | None = f"retry: {RETRY_SECONDS * 1000}\n\n".encode()
        while event is not None and not gone.done():
            await send({"type": "http.response.body", "body": event, "more_body": True})
            event = await _next(listener)
        with contextlib.suppress(OSError, RuntimeError):  # the browser may be gone already
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        switchboard.leave(listener)


async def _next(listener: Listener) -> bytes | None:
    try:
        return await asyncio.wait_for(listener.events.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return b": still here\n\n"


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(scope: Message) -> list[tuple[bytes, bytes]]:
    """Let the page that differs from us only by port read the answer. The ticket, not a cookie, is the proof."""
    given = {name.lower(): value for name, value in scope["headers"]}
    origin, host = given.get(b"origin", b""), given.get(b"host", b"")
    same = urlsplit(origin.decode("latin-1")).hostname == urlsplit(f"//{host.decode('latin-1')}").hostname
    return [(b"access-control-allow-origin", origin), (b"vary", b"origin")] if origin and same else []


async def _short(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    start = [(b"content-type", b"text/plain"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})

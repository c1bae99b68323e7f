"""A closed-loop HTTP load generator that takes little of the machine it measures: one thread, plain sockets, epoll."""

import select
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Measured:
    """What came back in ``seconds``. ``times``: milliseconds of each answer."""

    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    sample: bytes = b""

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * share))]

    def summary(self) -> dict[str, object]:
        return {
            "per_second": round(self.rate, 1),
            "p50_ms": round(statistics.median(self.times), 2),
            "p99_ms": round(self.percentile(0.99), 2),
            "max_ms": round(max(self.times), 1),
            "statuses": dict(self.statuses),
        }


@dataclass
class _Line:
    """One connection: what has come of the present answer, and when it was asked."""

    socket: socket.socket
    asked_at: float = 0.0
    come: bytes = b""


def run(
    port: int, make: Callable[[], bytes], *, connections: int, seconds: float, most: int = 10**9
) -> Measured:  # fmt: skip
    """Keep ``connections`` busy with requests of ``make`` for ``seconds``, or until ``most`` were answered."""
    poll = select.epoll()
    lines: dict[int, _Line] = {}
    begun = time.perf_counter()
    result = Measured(0.0)
    for _ in range(connections):
        line = _Line(socket.create_connection(("127.0.0.1", port)))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines[line.socket.fileno()] = line
        poll.register(line.socket.fileno(), select.EPOLLIN)
        _ask(line, make)
    until = begun + seconds
    while lines:
        for number, _event in poll.poll(1.0):
            line = lines[number]
            if not _is_answered(line, result):
                continue
            if time.perf_counter() < until and len(result.times) < most:
                _ask(line, make)
            else:
                poll.unregister(number)
                line.socket.close()
                del lines[number]
        if time.perf_counter() > until + 30:
            raise SystemExit("the server does not answer any more")
    result.seconds = time.perf_counter() - begun
    return result


def _ask(line: _Line, make: Callable[[], bytes]) -> None:
    line.come = b""
    line.asked_at = time.perf_counter()
    line.socket.sendall(make())


def _is_answered(line: _Line, result: Measured) -> bool:
    """Read what there is; count the answer when it is whole."""
    piece = line.socket.recv(65536)
    if not piece:
        raise SystemExit("the server closed a connection")
    line.come += piece
    head, found, body = line.come.partition(b"\r\n\r\n")
    if not found:
        return False
    at = head.lower().find(b"content-length:")
    length = int(head[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0
    if len(body) < length:
        return False
    result.times.append((time.perf_counter() - line.asked_at) * 1000)
    result.statuses[int(head[9:12])] += 1
    result.sample = result.sample or body
    return True

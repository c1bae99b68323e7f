"""Under load, web, worker and database are killed in turn; nothing acknowledged is lost, nothing is there twice.

``make crash`` does it twenty times; the suite does it three times.
"""

import http.client
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import uuid_utils

from linli.config.place import Place
from linli.config.postgres import embedded
from tests.running.test_run import LINLI, Run
from tests.town import IN_GRID

pytestmark = pytest.mark.crash
ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("LINLI_CRASH_ROUNDS", "3"))
SENDERS = 4
DUE_A_ROUND = 5
CLOCK_SECONDS = 60


@dataclass
class Load:
    """Senders that repeat every report until it is acknowledged, as a phone does that lost its connection."""

    port: int
    key: str
    acknowledged: dict[UUID, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.threads = [threading.Thread(target=self._send_many, args=(number,)) for number in range(SENDERS)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Let every sender finish the report it is at."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive()

    def _send_many(self, sender: int) -> None:
        for number in itertools.count():
            if self.stopping.is_set():
                return
            self._send_until_acknowledged(UUID(str(uuid_utils.uuid7())), f"井盖松动 {sender}-{number}")

    def _send_until_acknowledged(self, key: UUID, text: str) -> None:
        body = {"id": str(key), "text": text, "position": {"lon": IN_GRID[0], "lat": IN_GRID[1]}, "category": "01001"}
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                connection.request("POST", "/api/v1/reports", json.dumps(body), headers)
                answer = connection.getresponse()
                said = answer.read().decode()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            finally:
                connection.close()
            if answer.status in (200, 201):
                self.acknowledged[key] = json.loads(said)["number"]
                return
            if answer.status < 500:
                self.refused.append(f"{answer.status} {said[:200]}")
                return
            time.sleep(0.1)
        self.refused.append(f"{key} was never acknowledged")


def test_nothing_acknowledged_is_lost_whatever_is_killed(place: Place, outside: dict[str, str]) -> None:
    run = Run(place, outside)
    try:
        run.up()
        (key,) = told(run, "found")
        load = Load(run.port, key)
        load.start()
        overdue = [one for number in range(ROUNDS) for one in kill(run, number)]
        load.stop()
        run.until(run.is_ready)

        assert load.refused == []
        assert len(load.acknowledged) > ROUNDS
        assert_there_once(place, load.acknowledged)
        assert_clocks_fired(place, overdue)
        verified = subprocess.run([*LINLI, "verify"], env=run.environment, capture_output=True, text=True, timeout=300)
        assert verified.stdout == "0 faults\n0 reports with words destroyed by a step\n"
    finally:
        run.end()


def kill(run: Run, number: int) -> list[str]:
    """Kill one of the three with no warning, while reports come in and clocks fall due."""
    overdue = told(run, "due", str(DUE_A_ROUND))
    victim = (lambda: run.child("web"), lambda: run.child("worker"), run.postgres)[number % 3]()
    victim.kill()
    time.sleep(0.5)
    run.until(run.is_ready)
    return overdue


def told(run: Run, *arguments: str) -> list[str]:
    command = [sys.executable, "-m", "tests.running.crash_town", *arguments]
    done = subprocess.run(command, env=run.environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def assert_there_once(place: Place, acknowledged: dict[UUID, str]) -> None:
    with psycopg.connect(embedded.at(place).application_url) as connection:
        rows = connection.execute(
            "SELECT id, number FROM flow_matter WHERE id = ANY(%s)", [list(acknowledged)]
        ).fetchall()
        opened = connection.execute(
            "SELECT count(*), count(DISTINCT matter_id) FROM flow_entry WHERE seq = 1 AND matter_id = ANY(%s)",
            [list(acknowledged)],
        ).fetchone()

    assert dict(rows) == acknowledged
    assert opened == (len(acknowledged), len(acknowledged))


def assert_clocks_fired(place: Place, overdue: list[str]) -> None:
    """Every limit that was over has had all its warnings, within a minute of the last kill."""
    end = time.monotonic() + CLOCK_SECONDS
    while True:
        with psycopg.connect(embedded.at(place).application_url) as connection:
            rows = connection.execute(
                "SELECT matter_id::text, next_at IS NULL AND fired = cardinality(marks) FROM flow_clock"
                " WHERE kind = 'accept' AND matter_id = ANY(%s::uuid[])",
                [overdue],
            ).fetchall()
        if len(rows) == len(overdue) and all(done for _, done in rows):
            return
        assert time.monotonic() < end, rows
        time.sleep(0.5)

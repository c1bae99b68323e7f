"""Phones under bad luck against a real server that is killed meanwhile: in the end all agree.

``make crash`` has 1,000 contacts; the suite has 150.
"""

import http.client
import random
import time
from collections import Counter
from uuid import UUID

import psycopg
import pytest

from linli.config.place import Place
from linli.config.postgres import embedded
from tests.running.phones import Ask, Phone, differences, walk
from tests.running.test_crash import ROUNDS, told
from tests.running.test_run import Run

pytestmark = pytest.mark.crash
CONTACTS = 50 * ROUNDS
PHONES = 4
KILLS_EVERY = 60


def asking(port: int) -> Ask:
    def ask(method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as broken:
            raise OSError(str(broken)) from broken
        finally:
            line.close()

    return ask


@pytest.mark.spec("000-54")
def test_phones_and_server_agree_after_cuts_kills_and_things_sent_again(place: Place, outside: dict[str, str]) -> None:
    luck = random.Random(11)
    run = Run(place, outside)
    try:
        run.up()
        told(run, "found")
        phones = []
        for line in told(run, "phones", str(PHONES)):
            token, *tasks = line.split(",")
            phones.append(Phone(token, tasks, luck, asking(run.port)))

        def kill(number: int) -> None:
            if number % KILLS_EVERY == KILLS_EVERY - 1:
                victim = run.child("web") if number // KILLS_EVERY % 2 else run.postgres()
                victim.kill()
                time.sleep(0.3)

        walk(phones, CONTACTS, luck, meanwhile=kill)
        run.until(run.is_ready)
        for one in phones:
            for _ in range(50):
                if one.queue:
                    one.sync(is_lucky=True)

        assert differences(phones, *kept(place)) == []
    finally:
        run.end()


def kept(place: Place) -> tuple[dict[UUID, tuple[str, str]], dict[UUID, int], dict[UUID, int]]:
    """What the server has: answers, how often each matter was opened, how many entries each step made."""
    with psycopg.connect(embedded.at(place).application_url) as connection:
        sent = connection.execute("SELECT id, state, answer ->> 'number' FROM devices_sent").fetchall()
        keys = [key for key, _state, _number in sent]
        opened = connection.execute(
            "SELECT matter_id FROM flow_entry WHERE step = 'open' AND matter_id = ANY(%s)", [keys]
        ).fetchall()
        steps = connection.execute(
            "SELECT command FROM flow_receipt WHERE command = ANY(%s) AND matter_id <> command", [keys]
        ).fetchall()
    found = {key: (state, number) for key, state, number in sent}
    return found, Counter(key for (key,) in opened), Counter(key for (key,) in steps)

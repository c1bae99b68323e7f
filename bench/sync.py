"""The morning sync of 1,342 grid officers while reports come in: must be over within five minutes on two cores.

    python bench/sync.py [--officers 1342] [--lines 12] [--workers 2] [--reports 5]

Each phone sends three photos of about 200 KB and one contact with five commands (a step, a remark upon it, a report
with a photo, a settlement with two, another step), and takes 20 tasks along. Every tenth sends its contact twice, as
after a lost answer. Starts a PostgreSQL of its own (fsync and synchronous_commit on) and the web server as
``linli web`` runs it, on the same machine as the phones. With fewer officers the time is scaled up. Prints one JSON
object; ends with an error when anything is lost or doubled.
"""

import argparse
import hashlib
import http.client
import io
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import city
import cpu
import durable
import intake
import seed
import serve

OFFICERS = 1342
TASKS, PHOTOS = 20, 3
TO_REACH = {"seconds_of_1342": 300.0, "lost": 0, "doubled": 0}
KINDS = ("report", "before", "after")
ASSIGN = """
with officers as (select a.actor, a.unit, a.no from bench_officer a),
numbered as (select id, row_number() over (order by id) - 1 as n from flow_matter)
update flow_matter m set state = 'dispatched', assignee_id = o.actor, unit_id = o.unit, closed_at = null,
    area_id = coalesce((select min(id) from org_area where unit_id = o.unit), m.area_id),
    due_at = now() + interval '1 day'
from numbered n join officers o on o.no = n.n / {tasks} where n.id = m.id
"""


@dataclass
class Phone:
    """One officer's phone, ready to send: its photos and its contact."""

    token: str
    photos: list[tuple[str, bytes]]
    contact: bytes
    ids: list[str]


@dataclass
class Found:
    """What came back. ``seconds``: of each phone, from its first photo to its answers."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    taken_along: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def picture() -> bytes:
    """A JPEG of 1600 × 1200 and about 200 KB, the same for all but for a remark of each."""
    from PIL import Image

    noise = Image.effect_noise((190, 142), 48).resize((1600, 1200), Image.Resampling.BICUBIC).convert("RGB")
    for quality in range(90, 20, -4):
        out = io.BytesIO()
        noise.save(out, "JPEG", quality=quality)
        if len(out.getvalue()) <= 205_000:
            break
    return out.getvalue()


def marked(raw: bytes, mark: str) -> bytes:
    """``raw`` with a comment, so that no two are the same file."""
    said = mark.encode()
    return raw[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + raw[2:]


def people(count: int) -> list[tuple[Any, str]]:
    """So many officers, the first 1,200 in a grid each, with a phone; (actor, token)."""
    from linli.kernel.devices import commands
    from linli.kernel.org import fresh
    from linli.kernel.org.keys import new_key
    from linli.kernel.org.models import Account, Actor, Post, Unit

    grids = list(Unit.objects.filter(kind="grid").order_by("id"))
    actors = [Actor(id=new_key(), kind="staff", name=f"网格员{n}") for n in range(count)]
    Actor.objects.bulk_create(actors)
    Account.objects.bulk_create([Account(actor=one, username=f"o{n}") for n, one in enumerate(actors)])
    at = [(one, grids[n % len(grids)]) for n, one in enumerate(actors)]
    Post.objects.bulk_create(
        [Post(actor=one, unit=grid, over=grid, role="grid_officer", since=city.SINCE) for one, grid in at]
    )
    fresh.forget()
    now = datetime.now(UTC)
    made = []
    for one in actors:
        enrolled = commands.enrol(device=new_key(), name="bench", app="1", actor=one, at=now)
        made.append((one, enrolled.token))
    return made


def assign(found: durable.Database, officers: list[tuple[Any, str]]) -> None:
    """Give each 20 of the seeded matters."""
    import psycopg

    with psycopg.connect(found.url, autocommit=True) as raw:
        raw.execute("set session_replication_role = replica")
        raw.execute("create table bench_officer (no int primary key, actor uuid, unit bigint)")
        rows = [(n, actor.pk) for n, (actor, _token) in enumerate(officers)]
        with raw.cursor() as cursor:
            cursor.executemany(
                "insert into bench_officer select %s, %s, unit_id from org_post where actor_id = %s",
                [(n, key, key) for n, key in rows],
            )
        raw.execute(ASSIGN.format(tasks=TASKS))
        raw.execute("vacuum analyze")


def phones(officers: list[tuple[Any, str]]) -> Iterator[Phone]:
    """Phones as they are needed; their photos would not all fit into memory."""
    from linli.kernel.flow.models import Matter

    raw = picture()
    for n, (actor, token) in enumerate(officers):
        numbers = list(Matter.objects.filter(assignee=actor).order_by("id").values_list("number", flat=True)[:2])
        yield phone(n, token, numbers, raw)


def phone(n: int, token: str, numbers: list[str], raw: bytes) -> Phone:
    from linli.kernel.org.keys import new_key

    photos = [(str(new_key()), marked(raw, f"{n}-{kind}")) for kind in KINDS]
    files = [
        {"id": key, "sha256": hashlib.sha256(body).hexdigest(), "kind": kind}
        for kind, (key, body) in zip(KINDS, photos, strict=True)
    ]
    lon, lat = city.positions(1, seed=n)[0]
    place = {"lon": lon, "lat": lat, "accuracy_m": 9.5, "address": "某路口"}
    now = datetime.now(UTC)
    ids = [str(new_key()) for _ in range(5)]
    said: list[tuple[str, str, dict[str, Any], list[Any], str | None]] = [
        ("case.step", numbers[0], {"step": "take_over"}, [], None),
        ("case.step", numbers[0], {"step": "note_progress", "note": "已到现场"}, [], ids[0]),
        ("case.report", "", {"text": f"路面破损 {n}", "category": "01001", **place}, files[:1], None),
        (
            "case.settle",
            "",
            {"text": f"小广告 {n}", "category": "01001", "outcome": "已清除", **place},
            files[1:],
            None,
        ),
        ("case.step", numbers[1], {"step": "take_over"}, [], None),
    ]
    commands = [
        {
            "id": key, "no": no, "name": name, "about": about, "after": after, "seen": None, "fields": fields,
            "files": given, "taken_at": (now - timedelta(minutes=50 - no)).isoformat(),
        }
        for no, (key, (name, about, fields, given, after)) in enumerate(zip(ids, said, strict=True), start=1)
    ]  # fmt: skip
    contact = json.dumps({"now": now.isoformat(), "app": "1", "commands": commands, "have": {}}).encode()
    return Phone(token, photos, contact, ids)


def sync_all(port: int, waiting: Iterator[Phone], lines: int) -> Found:
    """So many phones at a time, each photo by photo and then its contact."""
    found, turn = Found(), threading.Lock()

    def one_line() -> None:
        while True:
            with turn:
                one = next(waiting, None)
                count = len(found.seconds)
            if one is None:
                return
            begun = time.perf_counter()
            wrong, along = sync(port, one, twice=count % 10 == 0)
            with found.lock:
                found.seconds.append(time.perf_counter() - begun)
                found.wrong += wrong
                found.taken_along.append(along)

    threads = [threading.Thread(target=one_line) for _ in range(lines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def sync(port: int, one: Phone, *, twice: bool) -> tuple[list[str], int]:
    """What was not as it should be, and how many tasks came along."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    wrong: list[str] = []
    head = {"Authorization": f"Device {one.token}"}
    for key, body in one.photos:
        claimed = {**head, "Content-Type": "image/jpeg", "X-Sha256": hashlib.sha256(body).hexdigest()}
        status, said = asked(line, "PUT", f"/api/v1/field/files/{key}", body, claimed)
        wrong += [] if status == 201 else [f"photo {status} {said[:200]!r}"]
    first = contact_of(line, one, head, wrong)
    if twice:
        again = contact_of(line, one, head, wrong)
        wrong += [] if first["answers"] == again["answers"] else ["another answer the second time"]
    line.close()
    states = [answer["state"] for answer in first["answers"]]
    wrong += [] if states == ["accepted"] * 5 else [json.dumps(first["answers"], ensure_ascii=False)[:400]]
    return wrong, len(first["fresh"]["work"]["value"])


def contact_of(line: http.client.HTTPConnection, one: Phone, head: dict[str, str], wrong: list[str]) -> dict[str, Any]:
    headers = {**head, "Content-Type": "application/json"}
    status, said = asked(line, "POST", "/api/v1/field/sync", one.contact, headers)
    if status != 200:
        wrong.append(f"contact {status} {said[:200]!r}")
        return {"answers": [], "fresh": {"work": {"value": []}}}
    found: dict[str, Any] = json.loads(said)
    return found


def asked(
    line: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, bytes]:  # fmt: skip
    line.request(method, path, body, headers)
    answer = line.getresponse()
    return answer.status, answer.read()


def reporting(port: int, key: str, per_second: float, stop: threading.Event, times: list[float]) -> None:
    """Reports of residents meanwhile, at a steady pace."""
    make = intake.requests(key, intake.bodies(category=True, find_duplicates=True), seed=11)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not stop.wait(1 / per_second):
        body = make().partition(b"\r\n\r\n")[2]
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        begun = time.perf_counter()
        status, said = asked(line, "POST", "/api/v1/reports", body, headers)
        if status != 201:
            raise SystemExit(f"a report was not taken: {status} {said[:200]!r}")
        times.append((time.perf_counter() - begun) * 1000)


def counted(officers: int) -> dict[str, int]:
    """What is in the database: lost is what is missing, doubled what is there more than once."""
    from django.db.models import Count

    from linli.domains.cases.models import Case
    from linli.kernel.devices.models import Sent
    from linli.kernel.evidence.models import File
    from linli.kernel.flow.models import Entry

    kept = Sent.objects.filter(state="accepted").count()
    made = Case.objects.filter(channel="field").count()
    files = File.objects.count()
    steps = Entry.objects.filter(step__in=("take_over", "note_progress"))
    twice = steps.values("matter", "step").annotate(n=Count("seq")).filter(n__gt=1).count()
    wanted = 5 * officers + 2 * officers + PHOTOS * officers + 3 * officers
    there = kept + made + files + steps.count()
    return {"lost": max(0, wanted - there), "doubled": max(0, there - wanted) + twice}


def measured(found: durable.Database, key: str, options: argparse.Namespace) -> dict[str, Any]:
    from django.db import connection

    officers = people(options.officers)
    assign(found, officers)
    ready = phones(officers)
    times: list[float] = []
    with serve.web(workers=options.workers) as web:
        stop = threading.Event()
        outside = threading.Thread(target=reporting, args=(web.port, key, options.reports, stop, times))
        outside.start()
        app, database, begun = cpu.family_seconds(web.pid), cpu.family_seconds(found.pid), time.perf_counter()
        came = sync_all(web.port, ready, options.lines)
        seconds = time.perf_counter() - begun
        app, database = cpu.family_seconds(web.pid) - app, cpu.family_seconds(found.pid) - database
        stop.set()
        outside.join()
    connection.close()
    if came.wrong:
        raise SystemExit(f"{len(came.wrong)} wrong, the first: {came.wrong[0]}")
    each = options.officers
    return {
        "seconds": round(seconds, 1),
        "seconds_of_1342": round(seconds * OFFICERS / each, 1),
        "phone_p50_s": round(statistics.median(came.seconds), 2),
        "phone_max_s": round(max(came.seconds), 2),
        "tasks_along": statistics.median(came.taken_along),
        "app_cpu_ms_a_phone": round(1000 * app / each, 1),
        "database_cpu_ms_a_phone": round(1000 * database / each, 1),
        "photo_cpu_ms": photo_ms(),
        "reports_meanwhile": len(times),
        "report_p50_ms": round(statistics.median(times), 1) if times else None,
        **counted(each),
    }


def photo_ms() -> float:
    """CPU-milliseconds for checking one photo and making its copies, by itself."""
    from linli.kernel.evidence.kinds import JPEG
    from linli.kernel.evidence.limits import Limits
    from linli.kernel.evidence.pictures import read_picture

    raw, begun = picture(), time.process_time()
    for _ in range(10):
        read_picture(io.BytesIO(raw), kind=JPEG, limits=Limits())
    return round((time.process_time() - begun) * 100, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--officers", type=int, default=OFFICERS)
    parser.add_argument("--lines", type=int, default=12, help="phones at a time")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--reports", type=float, default=5, help="reports a second meanwhile")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="linli-sync-")
    os.environ["LINLI_DATA"] = folder
    try:
        with durable.database() as found:
            made = city.build()
            seed.SHARE_OPEN = 1.0
            seed.seed(options.officers * TASKS, database=found)
            _client, key = intake.key_for(made.centres[0])
            result = {
                "calibration_cpu_ms": round(cpu.calibration_ms(), 1), "officers": options.officers,
                "lines": options.lines, "workers": options.workers, "to_reach": TO_REACH,
                **measured(found, key, options),
            }  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    if result["lost"] or result["doubled"]:
        raise SystemExit("something was lost or doubled")


if __name__ == "__main__":
    main()

"""Generated requests against the interfaces: whatever comes, no 500, no broken promise, nothing half written.

Short and always the same here; ``make fuzz`` throws more (``LINLI_FUZZ_EXAMPLES`` for each address).
"""

import os
import string
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from linli.domains.cases.models import Case
from linli.domains.cases.tests.outside import COVER, KEY, program
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org.keys import new_key

EXAMPLES = int(os.environ.get("LINLI_FUZZ_EXAMPLES") or 12)
HURRIED = settings(
    max_examples=EXAMPLES, derandomize=EXAMPLES < 100, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]

pytestmark = pytest.mark.fuzz


@pytest.fixture
def interface(town):
    """A program with posts and a case it may see, so that requests get further than the door."""
    outside = program(town.street, "模糊测试", roles=("operator", "dispatcher", "duty_chief"), per_minute=10**7)
    outside.post("reports", COVER | {"id": KEY.format(1)})
    return outside


SERVED = get_wsgi_application()


def application(environ, start_response):
    """A server closes what a request left open; here that would be the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    return SERVED(environ, start_response)


described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@described.parametrize()
@HURRIED
def test_the_rest_interface_keeps_what_its_description_promises(case, interface):
    case.call_and_validate(headers={"Authorization": f"Bearer {interface.key}"}, checks=CHECKS)

    assert_whole()


def assert_whole() -> None:
    """Every matter has its case, its first entry, its place and its words, and its state is the journal's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select count(*) from flow_matter m
               left join cases_case c on c.matter_id = m.id left join flow_place p on p.matter_id = m.id
               left join flow_words w on w.matter_id = m.id left join flow_receipt r on r.matter_id = m.id
               left join lateral (select target from flow_entry e where e.matter_id = m.id order by seq desc limit 1) e
                 on true
               where m.flow = 'case' and (c.matter_id is null or p.matter_id is null or w.matter_id is null
                 or r.matter_id is null or e.target is distinct from m.state)"""
        )
        assert cursor.fetchone()[0] == 0


# — Open311: what the description of REST cannot say: forms, encodings, duplicates ———————————————————————————————————

NAMES = st.sampled_from(
    [
        "service_code", "lat", "long", "address_string", "address_id", "description", "email", "phone", "first_name",
        "last_name", "device_id", "account_id", "media_url", "jurisdiction_id", "attribute[condition]",
        "attribute[condition][]", "attribute[occurred_at]", "attribute[\x00]", "attribute[", "service_request_id",
        "update_id", "status", "start_date", "end_date", "page", "page_size", "updated_after", "api_key", "",
    ]
)  # fmt: skip
ODD = st.sampled_from(
    [
        "", "01001", "99999", "31.21", "121.405", "NaN", "inf", "-1e309", "1e999999", "0x10", "９", "٣", "٣١.٢",
        "9" * 400, "-" + "9" * 5000, "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
        "2026-03-01T08:00:00 08:00", "10000-01-01", "字" * 4000, "字" * 4001, "\x00", "a\x00b", "\ud800", "\ufffd",
        "\u202e反", "🕳️" * 50, "\r\n\r\nX: 1", "' or 1=1 --", "%s %(x)s {0}", "<a>&amp;]]></a>", "governance_grid-grid",
        "open,closed", "310105", ",,,", "open", "[]", "null", "-0", " 31.21 ", "1_000", "1e2",
    ]
)  # fmt: skip
VALUES = st.one_of(ODD, st.text(max_size=60), st.text(string.digits + ".-+eE:TZ ", max_size=30))
ENCODINGS = st.sampled_from(["utf-8", "gb18030", "utf-16", "latin-1"])
KINDS = st.sampled_from(
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=gb18030",
        "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=",
        "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/xml", "", "nonsense",
    ]
)  # fmt: skip
PATHS = st.sampled_from(
    [
        "requests.json", "requests.xml", "servicerequestupdates.json", "servicerequestupdates.xml", "services.json",
        "services/01001.xml", "services/\x00.json", "discovery.xml", "requests/20260302000001.json",
        "requests/99999999999999999999999999.xml", "tokens/019ccc00-0000-7000-8000-000000000001.json",
        "tokens/zz.json", "tokens/ffffffff-ffff-ffff-ffff-ffffffffffff.xml", "nothing.xml", "",
    ]
)  # fmt: skip
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=12)


def encoded(pairs, encoding) -> str:
    """As a form, in an encoding that may not be what is said."""
    return "&".join(f"{_quoted(name, encoding)}={_quoted(value, encoding)}" for name, value in pairs)


def _quoted(text: str, encoding: str) -> str:
    return quote_plus(text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace"))


def parts(pairs) -> bytes:
    """As multipart, names and values as they come."""
    body = b""
    for name, value in pairs:
        file = b'; filename="a.jpg"' if name == "media_url" else b""
        said = name.replace('"', "").encode("utf-8", "replace")
        body += b'--x\r\nContent-Disposition: form-data; name="' + said + b'"' + file + b"\r\n\r\n"
        body += value.encode("utf-8", "surrogatepass") + b"\r\n"
    return body + b"--x--\r\n"


def good(key: str) -> list[tuple[str, str]]:
    return [("api_key", key), ("service_code", "01001"), ("lat", "31.21"), ("long", "121.405"), ("description", "坏了")]


def told(response) -> None:
    """Never a 500; and an error is told in the standard's way."""
    assert response.status_code < 500
    if response.status_code >= 400:
        assert response["Content-Type"].startswith(("application/json", "text/xml")), response.content[:300]
        assert b"description" in response.content


@HURRIED
@given(path=PATHS, pairs=PAIRS, spoil=st.booleans(), encoding=ENCODINGS, kind=KINDS)
def test_whatever_is_posted_to_open311_leaves_nothing_half_written(interface, path, pairs, spoil, encoding, kind):
    pairs = (good(interface.key) if spoil else [("api_key", interface.key)]) + pairs
    body = parts(pairs) if kind.startswith("multipart") else encoded(pairs, encoding).encode()
    before = (Matter.objects.count(), Case.objects.count())

    response = Browser().generic("POST", f"/open311/v2/{quote(path)}", body, content_type=kind)

    told(response)
    made = response.status_code == 201
    assert (Matter.objects.count(), Case.objects.count()) == (before[0] + made, before[1] + made)
    assert_whole()


@HURRIED
@given(path=PATHS, pairs=PAIRS, with_key=st.booleans(), encoding=ENCODINGS)
def test_whatever_is_asked_of_open311_is_answered_or_told(interface, path, pairs, with_key, encoding):
    pairs = ([("api_key", interface.key)] if with_key else []) + pairs
    before = Entry.objects.count()

    told(Browser().generic("GET", f"/open311/v2/{quote(path)}", QUERY_STRING=encoded(pairs, encoding)))

    assert Entry.objects.count() == before


@HURRIED
@given(body=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_posted_as_json_are_told_as_a_problem(interface, body):
    response = Browser().generic(
        "POST", "/api/v1/reports", body, content_type="application/json", headers=interface.headers({})
    )

    assert 400 <= response.status_code < 500
    assert response["Content-Type"] == "application/problem+json"


ANY_JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
        ODD.filter(str.isprintable), st.dates().map(str),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@HURRIED
@given(name=st.sampled_from(sorted({*COVER, "number", "address", "unit", "condition", "source", "caller", "device",
                                    "occurred_at", "emergency", "files", "small_kind", "component", "sphere"})),
       value=ANY_JSON)  # fmt: skip
def test_a_good_report_with_one_odd_member_is_taken_whole_or_not_at_all(interface, name, value):
    before = Matter.objects.count()

    response = interface.post("reports", COVER | {"id": str(new_key()), "find_duplicates": False, name: value})

    assert response.status_code in (201, 422)
    assert Matter.objects.count() == before + (response.status_code == 201)
    assert_whole()


def test_the_clock_of_a_report_is_not_moved_by_impossible_ids(interface):
    future = f"{int(datetime(9999, 1, 1, tzinfo=UTC).timestamp() * 1000):012x}"
    key = f"{future[:8]}-{future[8:]}-7000-8000-000000000001"

    random = KEY.format(1)[:14] + "4" + KEY.format(1)[15:]

    answers = [interface.post("reports", COVER | {"id": one}) for one in (key, random)]

    assert [one.status_code for one in answers] == [422, 422]

"""What machines see: request ids, health, counters, log lines."""

import json
import logging

import pytest
import structlog
from django.test import Client, override_settings

from linli.config import health, logs, observing


@pytest.fixture
def machine() -> Client:
    return Client()


def test_an_answer_carries_an_id(machine: Client, db: None) -> None:
    assert observing.ACCEPTED.fullmatch(machine.get("/healthz").headers["X-Request-ID"])


def test_the_callers_id_is_kept(machine: Client) -> None:
    assert (
        machine.get("/healthz", headers={"x-request-id": "trace-0123456789"}).headers["X-Request-ID"]
        == "trace-0123456789"
    )


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space in it", '{"injected": 1}'])
def test_an_id_that_could_spoil_the_log_is_replaced(machine: Client, given: str) -> None:
    assert machine.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"] != given


def test_alive_needs_no_database(machine: Client) -> None:
    assert machine.get("/healthz").content == b"ok\n"


def test_ready_when_the_schema_is_complete(machine: Client, db: None) -> None:
    answer = machine.get("/readyz")

    assert (answer.status_code, answer.json()["migrations_missing"]) == (200, 0)


def test_not_ready_while_a_migration_is_missing(machine: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "missing_migrations", lambda: ["flow.0099_later"])

    assert machine.get("/readyz").status_code == 503


def test_counters_tell_routes_apart_and_not_what_callers_invent(machine: Client, db: None) -> None:
    machine.get("/no/such/page/2f9c")

    text = machine.get("/metrics").content.decode()
    assert 'linli_requests_total{method="GET",route="unknown",status="404"}' in text
    assert "2f9c" not in text


def test_counters_are_not_for_everybody(machine: Client) -> None:
    assert machine.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert machine.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 403


@override_settings(METRICS_TOKEN="scrape-me")
def test_counters_ask_for_the_token_where_there_is_one(machine: Client, db: None) -> None:
    assert machine.get("/metrics").status_code == 403
    assert machine.get("/metrics", headers={"authorization": "Bearer scrape-me"}).status_code == 200


def test_a_log_line_is_json_with_the_requests_id() -> None:
    formatter = logs.configured(level="INFO", readable=False)["formatters"]["lines"]
    maker = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
    )
    structlog.contextvars.bind_contextvars(request_id="trace-0123456789")
    record = logging.LogRecord("linli", logging.INFO, __file__, 1, "井盖 %s", ("已修复",), None)

    line = json.loads(maker.format(record))

    structlog.contextvars.clear_contextvars()
    assert (line["event"], line["request_id"]) == ("井盖 已修复", "trace-0123456789")

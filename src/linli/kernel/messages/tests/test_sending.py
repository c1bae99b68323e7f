"""Messages on their way out: sent, failed, tried again, given up, sent again by hand."""

import json
import smtplib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import structlog
from django.core import mail
from django.utils import timezone

from linli.kernel.errors import NotFound, Refused
from linli.kernel.messages import adapters, commands, jobs, queries
from linli.kernel.messages.models import Delivery
from linli.kernel.org.models import Actor, Contact

FACTS = {"number": "C-1", "title": "地砖破损", "due": "17:30"}


def now() -> datetime:
    return timezone.now()


def make_due() -> None:
    Delivery.objects.filter(next_try_at__isnull=False).update(next_try_at=now() - timedelta(seconds=1))


def send_all() -> None:
    while jobs.deliver_due():
        pass


@pytest.fixture
def overdue(reachable, town) -> Delivery:
    """An urgent message to Hua, due now."""
    commands.notify([reachable(town.hua)], "overdue", FACTS, at=now())
    return Delivery.objects.get()


def test_what_is_due_goes_out_once(overdue, out):
    send_all()
    send_all()

    [message] = out.sent
    assert (message.channel, message.address) == ("sms", "13900000001")
    overdue.refresh_from_db()
    assert (overdue.status, overdue.tries, overdue.next_try_at) == ("sent", 1, None)


def test_the_number_of_a_resident_is_opened_only_to_send(resident, out):
    commands.notify([resident], "closed", FACTS, at=now())

    send_all()

    assert out.sent[0].address == "13812345678"
    kept = json.dumps(list(Delivery.objects.values()), default=lambda value: bytes(value).decode("latin-1")
                      if isinstance(value, (bytes, memoryview)) else str(value))  # fmt: skip
    assert "13812345678" not in kept


def test_nobody_is_written_to_whose_contact_was_erased_meanwhile(resident, out):
    commands.notify([resident], "closed", FACTS, at=now())
    Contact.objects.update(
        name_enc=b"", phone_enc=b"", email_enc=b"", phone_index=b"", data_key_enc=b"", erased_at=now()
    )

    send_all()

    assert out.sent == []
    assert Delivery.objects.values_list("status", "error").get() == ("given_up", "NoAddress")


def test_a_failure_is_tried_again_after_growing_pauses_and_then_given_up(overdue, out):
    out.trouble = adapters.DeliveryFailed("HTTP 503")
    pauses = []

    for _ in range(6):
        make_due()
        before = now()
        jobs.deliver_due()
        overdue.refresh_from_db()
        pauses.append(round((overdue.next_try_at - before).total_seconds(), -1) if overdue.next_try_at else None)

    assert pauses == [30, 120, 600, 3600, 21600, None]
    assert (overdue.status, overdue.error, overdue.tries) == ("given_up", "HTTP 503", 6)


def test_a_final_failure_is_given_up_at_once(overdue, out):
    out.trouble = adapters.DeliveryFailed("HTTP 400", is_final=True)

    send_all()

    assert Delivery.objects.get().status == "given_up"


def test_an_adapter_that_breaks_does_not_stop_the_others(reachable, town, out):
    reachable(town.hua)
    commands.notify([town.hua], "overdue", FACTS, at=now())
    commands.notify([town.hua], "urged", FACTS, at=now())
    out.trouble = ZeroDivisionError("13900000001")

    jobs.deliver_due()

    assert set(Delivery.objects.values_list("status", "error")) == {("failed", "ZeroDivisionError")}


def test_a_worker_that_dies_gives_its_deliveries_back(overdue, out):
    assert len(commands.claim_due(at=now())) == 1
    assert commands.claim_due(at=now()) == []

    assert len(commands.claim_due(at=now() + timedelta(minutes=3))) == 1


def test_a_delivery_is_sent_again_by_hand_by_those_who_may(overdue, out, town):
    send_all()

    with pytest.raises(NotFound):
        commands.resend(overdue.pk, actor=town.lin, at=now())
    commands.resend(overdue.pk, actor=town.root, at=now())
    with pytest.raises(Refused, match="正在等待"):
        commands.resend(overdue.pk, actor=town.root, at=now())
    send_all()

    assert len(out.sent) == 2


def test_the_log_shows_names_and_masked_addresses_to_those_who_may(overdue, town, out, django_assert_num_queries):
    commands.send_to_address("13812345678", channel="sms", code="one_time_code", context={"code": "1"}, at=now())
    queries.deliveries(actor=town.root, at=now())

    with django_assert_num_queries(1):
        lines = queries.deliveries(actor=town.root, at=now())

    assert [line.to for line in lines] == ["138****5678", "花开"]
    assert queries.deliveries(actor=town.root, at=now(), status="sent") == []
    with pytest.raises(NotFound):
        queries.deliveries(actor=town.lin, at=now())


def test_a_one_time_code_leaves_no_trace_once_it_is_sent(db, out):
    commands.send_to_address(
        "13812345678", channel="sms", code="one_time_code", context={"code": "204816", "minutes": 5}, at=now()
    )
    waiting = Delivery.objects.get()
    assert b"13812345678" not in bytes(waiting.sealed)
    assert waiting.body == ""

    send_all()

    assert (out.sent[0].address, out.sent[0].body) == ("13812345678", "验证码204816，5分钟内有效，请勿告诉他人。")
    kept = Delivery.objects.get()
    assert (bytes(kept.sealed), bytes(kept.data_key_enc), kept.hint) == (b"", b"", "138****5678")


def test_a_code_that_has_run_out_is_not_sent_and_cannot_be_sent_again(town, out):
    commands.send_to_address(
        "13812345678", channel="sms", code="one_time_code", context={"code": "1"}, at=now(), expires_at=now()
    )

    send_all()

    delivery = Delivery.objects.get()
    assert (out.sent, delivery.status, delivery.error) == ([], "given_up", "Expired")
    with pytest.raises(Refused, match="不能重发"):
        commands.resend(delivery.pk, actor=town.root, at=now())


def test_a_digest_goes_out_in_the_morning_as_one_mail(reachable, town, out):
    reachable(town.hua, by_email=True, digest=True)
    for kind in ("dispatched", "accepted", "returned"):
        commands.notify([town.hua], kind, FACTS, at=now())
    waiting = Delivery.objects.values_list("next_try_at", flat=True)
    assert {timezone.localtime(at).time() for at in waiting} == {time(8, 30)}

    make_due()
    send_all()

    [message] = out.sent
    assert message.subject == "您有3条新消息"
    assert message.body.count("C-1") >= 3
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


class Gateway(BaseHTTPRequestHandler):
    """Answers with the status the test asks for, and remembers what came."""

    status = 200
    came: list[tuple[dict[str, object], str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).came.append((json.loads(body), self.headers.get("X-Linli-Signature", "")))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def gateway() -> Iterator[str]:
    """The address of a gateway on this machine."""
    Gateway.status, Gateway.came = 200, []
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/send"
    server.shutdown()
    server.server_close()
    thread.join()


apprise = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")
"""It loads all its plugins, and one of them still asks for a module that Python 3.13 drops."""

MESSAGE = adapters.Outgoing("sms", "13812345678", "标题", "正文", "17")


def test_a_gateway_gets_address_text_and_a_signature(gateway):
    adapters.adapter(f"{gateway}#secret")(MESSAGE)

    [(content, signature)] = Gateway.came
    assert content == {"id": "17", "channel": "sms", "to": "13812345678", "subject": "标题", "text": "正文"}
    assert signature.startswith("sha256=")
    assert len(signature) == 71


@pytest.mark.parametrize(("status", "is_final"), [(503, False), (429, False), (400, True), (302, True)])
def test_what_a_gateway_answers_decides_whether_to_try_again(gateway, status, is_final):
    Gateway.status = status

    with pytest.raises(adapters.DeliveryFailed, match=f"HTTP {status}") as failed:
        adapters.adapter(gateway)(MESSAGE)

    assert failed.value.is_final == is_final
    assert len(Gateway.came) == 1


def test_a_gateway_that_is_not_there_is_tried_again():
    with pytest.raises(adapters.DeliveryFailed) as failed:
        adapters.adapter("http://127.0.0.1:9/")(MESSAGE)

    assert not failed.value.is_final


@apprise
def test_groups_are_reached_through_apprise(gateway):
    way = adapters.adapter(f"apprise:{gateway.replace('http', 'json', 1)}")

    way(MESSAGE)
    Gateway.status = 500
    with pytest.raises(adapters.DeliveryFailed):
        way(MESSAGE)

    assert Gateway.came[0][0]["message"] == "正文"


@apprise
@pytest.mark.parametrize("robot", ["wecombot://0123456789abcdef", "dingtalk://0123456789abcdef"])
def test_the_robots_of_wecom_and_dingtalk_are_known(robot):
    assert callable(adapters.adapter(f"apprise:{robot}"))


def test_mail_goes_through_the_mail_server(settings):
    adapters.adapter("mail:")(adapters.Outgoing("email", "hua@example.cn", "标题", "正文", "17"))

    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["hua@example.cn"], "标题", "正文")


@pytest.mark.parametrize(
    ("trouble", "is_final"),
    [(smtplib.SMTPServerDisconnected(), False), (TimeoutError(), False), (smtplib.SMTPRecipientsRefused({}), True)],
)
def test_trouble_with_the_mail_server_is_told_apart(monkeypatch, trouble, is_final):
    def fails(*_args: object) -> None:
        raise trouble

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fails)

    with pytest.raises(adapters.DeliveryFailed) as failed:
        adapters.mail(MESSAGE)

    assert failed.value.is_final == is_final


def test_the_console_shows_the_text_and_a_masked_address(monkeypatch):
    monkeypatch.setattr(adapters, "log", structlog.get_logger("fresh"))
    with structlog.testing.capture_logs() as shown:
        adapters.console(MESSAGE)

    assert shown[0]["body"] == "正文"
    assert shown[0]["to"] == "138****5678"
    assert "13812345678" not in str(shown)


@pytest.mark.parametrize("route", ["ftp://x", "apprise:nonsense", "file:///etc/passwd"])
def test_a_way_nobody_knows_stops_the_start(route):
    with pytest.raises(ValueError, match=r"unknown way|no such kind"):
        adapters.adapter(route)


def test_channels_go_to_the_console_unless_the_deployment_says_otherwise(out):
    adapters.install({"email": "mail:"})

    assert adapters.adapter_for("sms") is adapters.console
    assert adapters.adapter_for("email") is adapters.mail
    with pytest.raises(ValueError, match="unknown channels"):
        adapters.install({"pigeon": "console:"})


def test_a_person_without_any_address_is_told_on_their_pages_alone(db):
    actor = Actor.objects.create(kind="resident")

    commands.notify([actor], "closed", FACTS, at=datetime(2026, 3, 2, 4, tzinfo=UTC))

    assert queries.unread_count(actor) == 1
    assert not Delivery.objects.exists()

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from linli.kernel.errors import Refused
from linli.kernel.org.models import Account
from linli.web import access, middleware
from linli.web.pages import QueryInTemplate
from tests.town import Town

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def _own_routes(settings, monkeypatch):
    settings.ROOT_URLCONF = "linli.web.tests.routes"
    monkeypatch.setattr(
        access, "_public", {"web:look", "routes:missing", "routes:refusing", "routes:lazy", "routes:loaded"}
    )


@pytest.fixture
def lin(client: Client, town: Town) -> Client:
    client.force_login(Account.objects.get(username="lin"))
    return client


def test_a_person_signed_in_acts_from_their_first_post(lin):
    assert lin.get("/whoami").json() == {"actor": "林静", "post": "dispatcher"}


def test_a_stranger_is_sent_to_sign_in_and_back(client, db):
    answer = client.get("/whoami?state=open")

    assert answer.status_code == 302
    assert answer.url.endswith("?next=/whoami%3Fstate%3Dopen")


def test_a_piece_asked_for_by_a_stranger_sends_the_whole_page_to_sign_in(client, db):
    answer = client.get("/whoami", headers=HTMX)

    assert answer.status_code == 204
    assert "next=/" in answer.headers["HX-Redirect"]


def test_a_public_page_without_a_session_asks_the_database_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/missing").status_code == 404


def test_what_is_not_found_is_a_page_that_does_not_say_whether_it_exists(client, db):
    answer = client.get("/missing")

    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()


def test_a_refusal_that_no_form_caught_says_why_and_that_nothing_changed(client, db):
    answer = client.get("/refusing")

    assert answer.status_code == 422
    assert "已经由别人办理" in answer.content.decode()
    assert "什么都没有改动" in answer.content.decode()


def test_a_refused_piece_becomes_a_toast_wherever_it_was_wanted(client, db):
    answer = client.get("/refusing", headers=HTMX)

    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert "<html" not in answer.content.decode()


def test_a_template_that_asks_the_database_fails_in_tests(client, db):
    with pytest.raises(QueryInTemplate):
        client.get("/lazy")


def test_a_queryset_is_read_before_the_template_is_rendered(client, db):
    assert client.get("/loaded").status_code == 200


def test_pages_may_load_only_from_this_server(client, db):
    policy = client.get("/missing").headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_configured_tile_server_may_send_pictures_and_nothing_else(settings):
    settings.BASE_MAP = {"tiles": ["https://tiles.test/{z}/{x}/{y}"]}
    policy = middleware.BrowserLimits(lambda request: None).policy

    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    assert {name for name, value in rules.items() if "tiles.test" in value} == {"img-src", "connect-src"}


def test_paths_of_machines_know_no_session_and_answer_refusals_themselves(client, db):
    with pytest.raises(Refused):
        client.get("/open311/refusing")


def test_nothing_made_for_pages_runs_on_a_bare_path():
    ran = []

    class Noted:
        def __init__(self, get_response):
            self.get_response = get_response

        def __call__(self, request):
            ran.append(request.path)
            return self.get_response(request)

        def process_view(self, request, *view):
            ran.append("view")

    wrapped = middleware._for_pages(Noted)(lambda request: None)
    bare = RequestFactory().post(f"{settings.BARE_PATHS[0]}requests.json")
    wrapped(bare)
    wrapped.process_view(bare, None, (), {})
    wrapped(RequestFactory().get("/whoami"))

    assert ran == ["/whoami"]


def test_a_form_from_elsewhere_is_turned_away(town):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Account.objects.get(username="lin"))

    answer = strict.post("/look", {"theme": "dark"})

    assert answer.status_code == 403
    assert "什么都没有保存" in answer.content.decode()

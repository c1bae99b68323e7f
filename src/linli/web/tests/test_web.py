from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation

from linli.kernel.org.models import Account, Post
from linli.web import showcase, times
from tests.town import Town


@pytest.fixture
def lin(client: Client, town: Town) -> Client:
    client.force_login(Account.objects.get(username="lin"))
    return client


@pytest.mark.parametrize("name", showcase.PAGES)
def test_every_page_of_the_showcase_renders(lin, name):
    assert lin.get(f"/design/{name}").status_code == 200


def test_the_showcase_is_not_there_in_production(lin, settings):
    settings.TESTING = False

    assert lin.get("/design").status_code == 404


def test_no_page_of_the_kit_carries_inline_script_or_style(lin):
    for name in showcase.PAGES:
        text = lin.get(f"/design/{name}").content.decode()

        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert all("src=" in tag or "application/json" in tag for tag in _script_tags(text))


def _script_tags(text: str) -> list[str]:
    return [part.split(">")[0] for part in text.split("<script")[1:]]


@pytest.mark.parametrize("address", ["/desk/safety/hazards?q=%00", "/desk/safety/hazards/a%00b", "/listed?after=%00"])
def test_an_address_with_a_null_character_leads_nowhere(lin, address):
    assert lin.get(address).status_code == 404


def test_theme_elder_mode_and_language_stay_on_the_device(client, db):
    client.post("/look", {"theme": "dark", "next": "/design/resident"})
    client.post("/look", {"elder": "2"})
    client.post("/look", {"language": "en"})

    text = client.get("/design/resident").content.decode()

    assert 'data-bs-theme="dark"' in text
    assert 'data-elder="2"' in text
    assert '<html lang="en"' in text


def test_elder_mode_puts_a_telephone_number_on_top(client, db):
    client.post("/look", {"elder": "1"})

    text = client.get("/design/resident").content.decode()

    assert text.index('href="tel:') < text.index("<main")


def test_what_is_not_offered_is_not_remembered(client, db):
    client.post("/look", {"theme": "<script>", "elder": "9"})

    assert "linli_theme" not in client.cookies
    assert "linli_elder" not in client.cookies


def test_after_a_choice_one_is_sent_back_but_never_to_a_stranger(client, db):
    assert client.post("/look", {"next": "/design"}).url == "/design"
    assert client.post("/look", {"next": "https://elsewhere.test/"}).url == "/"


def test_somebody_with_two_posts_chooses_which_to_act_for(lin, town):
    second = Post.objects.create(
        actor=town.lin, unit=town.west, over=town.west, role="supervisor", since=date(2026, 1, 1)
    )

    lin.post("/post", {"post": second.pk})

    text = lin.get("/design").content.decode()
    assert f'value="{second.pk}" aria-current="true"' in text


def test_nobody_acts_for_a_post_they_do_not_hold(lin, town):
    strange = Post.objects.get(actor=town.zhou)

    assert lin.post("/post", {"post": strange.pk}).status_code == 404
    assert "post" not in lin.session


def test_a_page_with_its_frame_needs_few_queries(lin, django_assert_max_num_queries):
    lin.get("/design")

    with django_assert_max_num_queries(5):
        lin.get("/design")


def test_an_unknown_address_is_a_page_of_ours(client, db):
    answer = client.get("/no/such/page")

    assert answer.status_code == 404
    assert "没有找到" in answer.content.decode()


def test_english_readers_get_english_words_for_spans():
    with translation.override("en"):
        assert times.span(timedelta(hours=2, minutes=1)) == "2 hours 1 minute"

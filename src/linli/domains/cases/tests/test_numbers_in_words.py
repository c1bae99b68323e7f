"""Numbers that people type into a report: searched by nobody, starred on pages, read in plain for a purpose only."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from linli.domains.cases import commands
from linli.domains.cases.models import Case
from linli.domains.cases.queries.following import code_for
from linli.domains.cases.queries.tracking import followed, track
from linli.kernel.flow.models import Words
from linli.kernel.org.models import Reading
from linli.kernel.text import without_personal_data
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PHONE, CARD = "13812345678", "110101199003074514"
SAID = f"楼道堆物,请联系 {PHONE}\n身份证 {CARD}"


@pytest.fixture
def case(town):
    given = commands.Report(text=SAID, lon=IN_GRID[0], lat=IN_GRID[1], address=f"柳树路 5 号 {PHONE}", category="01001")
    return Case.objects.get(pk=commands.report(given, at=NOON).id)


def test_numbers_are_not_among_the_words_a_case_is_searched_by(case):
    words = Words.objects.get(pk=case.pk)

    assert "楼道堆物" in words.text
    assert PHONE not in words.text
    assert CARD not in words.text
    assert not {"38", "13", "11"} & {gram[:2] for gram in words.grams if gram.isdigit()}


def test_pages_star_the_numbers_even_for_who_may_read_contacts(case, town, sign_in):
    number = case.matter.number
    for who in (town.chen, town.zhao, town.hua):
        browser = sign_in(who)
        for address in (reverse("cases:case", args=[number]), reverse("cases:workbench")):
            shown = browser.get(address).content.decode()
            assert PHONE not in shown
            assert CARD not in shown


def test_the_original_words_are_read_for_a_purpose_that_is_kept(case, town, sign_in):
    address = reverse("cases:read_words", args=[case.matter.number])

    without = sign_in(town.chen).post(address, {"purpose": ""})
    shown = sign_in(town.chen).post(address, {"purpose": "回拨核实"})

    assert without.status_code == 422
    assert PHONE in shown.content.decode()
    kept = Reading.objects.get()
    assert (kept.reader, kept.field, kept.purpose) == (town.chen, "words", "回拨核实")


def test_who_may_not_read_contacts_does_not_read_the_original_words(case, town, sign_in):
    shown = sign_in(town.hua).post(reverse("cases:read_words", args=[case.matter.number]), {"purpose": "看看"})

    assert shown.status_code == 422
    assert PHONE not in shown.content.decode()
    assert not Reading.objects.exists()


def test_who_reported_reads_their_own_words_as_they_wrote_them(case):
    assert track(followed(case.matter.number, code_for(case.pk))).text == SAID


def test_what_is_not_a_number_stays_as_it_was_written():
    said = "灯坏了，请打１３８１２３４５６７８（王）"

    assert without_personal_data(said) == "灯坏了，请打***********（王）"
    assert without_personal_data("灯坏了，在５号（南门）") == "灯坏了，在５号（南门）"

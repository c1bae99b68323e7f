"""A basis document whose title or number is not verified says so wherever it is shown; a verified one does not."""

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.queries import seal_lookup
from linli.domains.lists.tests.admitting import applied
from linli.kernel.catalog.commands import Said
from linli.kernel.evidence import commands as evidence

MARK = "题名文号待核"


@pytest.fixture
def papers(town, kinds):
    """A document nobody has checked, and one that is known."""
    for code, title, confidence in (("unsure", "关于协助事项的意见", "low"), ("sure", "居民委员会组织法", "high")):
        evidence.register_basis(
            code=code, kind="policy", title=title, confidence=confidence, actor=town.jin, at=timezone.now()
        )


@pytest.fixture
def items(town, papers, publish_items):
    return publish_items(
        "assist", town.district, town.jin,
        Said("协助走访", "民政", terms={"bases": ["unsure"]}), Said("协助宣传", "民政", terms={"bases": ["sure"]}),
    )  # fmt: skip


def test_pages_of_items_mark_it_for_staff_and_residents(town, items, client):
    client.force_login(town.ma.account)
    pages = {
        item.code: [
            client.get(reverse("lists:item", args=[item.code])).content.decode(),
            client.get(reverse("open_lists:item", args=[item.code])).content.decode(),
        ]
        for item in items
    }  # fmt: skip

    assert all(MARK in page for page in pages[items[0].code])
    assert not any(MARK in page for page in pages[items[1].code])


def test_the_register_marks_it_and_finds_all_such(town, papers, client):
    client.force_login(town.jin.account)

    shown = client.get(reverse("lists:bases") + "?state=unsure")

    assert [row.code for row in shown.context["keyset"].rows] == ["unsure"]
    assert "badge is-warn" in shown.content.decode()
    key = shown.context["keyset"].rows[0].id
    assert "请核对公布文本" in client.get(reverse("lists:basis", args=[key])).content.decode()


def test_applications_and_the_look_up_of_seals_mark_it_in_their_words(town, papers, publish_items, client):
    application = applied(town, timezone.now(), bases=["unsure"])
    publish_items(
        "seal", town.committee, town.jin,
        Said("贫困证明", "证明", ("贫困",), {"decision": "deny", "instead": "民政部门", "bases": ["unsure", "sure"]}),
    )  # fmt: skip
    client.force_login(town.zhu.account)

    shown = client.get(reverse("lists:application", args=[application.matter.number])).content.decode()
    best = seal_lookup.lookup("贫困证明", units=[town.committee.pk]).best

    assert "关于协助事项的意见（待核）" in shown
    assert best is not None
    assert best.bases == ("关于协助事项的意见（待核）", "居民委员会组织法")

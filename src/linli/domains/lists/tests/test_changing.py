"""A list changes only by a proposal that others approve: lines, approval, conflicts, what is forbidden, moves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from linli.domains.lists.commands import changing, loading, proposing
from linli.domains.lists.commands.proposing import ConflictRefused, Given, Going, Line, ProposalRefused
from linli.domains.lists.models import Move, Standing
from linli.domains.lists.queries import proposals, versions
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.tests.conftest import NOON
from linli.kernel.catalog.commands import ItemChange, ListRefused, Said, publish_list
from linli.kernel.catalog.models import Wording, WorkList
from linli.kernel.flow.models import Entry
from linli.kernel.flow.refusals import StepRefused

VISIT = Said("探访独居老人", "民生服务", ("看望老人",), {"content": "每周上门", "frequency": "weekly"})
COUNT = Said("统计楼道堆物", "平安建设", (), {"content": "每月统计"})


@pytest.fixture
def internal(publish_items, town) -> WorkList:
    """A list of East Street that one person approves."""
    publish_items("internal", town.street, town.jin, VISIT, COUNT)
    return WorkList.objects.select_related("kind", "unit").get(kind="internal")


def draft(worklist, town, *lines, day=None):
    made = proposing.draft(worklist, reason="年度修订", actor=town.tao, at=NOON, key=uuid4(), valid_from=day)
    proposing.put_lines(made, lines, actor=town.tao)
    return made


def go(proposal, name, actor, note="", at=NOON, **more):
    return proposing.act(proposal, name, Given(note, **more), actor=actor, at=at)


def item(worklist, serial):
    return worklist.items.get(serial=serial)


def titles(worklist):
    rows = Standing.objects.filter(worklist=worklist, wording__isnull=False).order_by("position")
    return list(rows.values_list("title", flat=True))


@pytest.mark.spec("000-06")
def test_a_change_is_in_force_at_once_when_somebody_else_approves_it(internal, town):
    visit = item(internal, 1)
    proposal = draft(
        internal, town, Line(None, Said("登记养犬")), Line(visit, Said("探访独居、高龄老人", "民生服务")),
        Line(item(internal, 2), None, "台账合并", Going("merge", item=visit)),
    )  # fmt: skip
    go(proposal, "submit", town.tao)

    go(proposal, "publish", town.fang)

    assert titles(internal) == ["探访独居、高龄老人", "登记养犬"]
    assert proposal.version.no == 2
    assert Move.objects.values_list("kind", "to_item", "reason").get() == ("merge", visit.pk, "台账合并")
    steps = list(Entry.objects.filter(matter=proposal.pk).order_by("seq").values_list("step", flat=True))
    assert steps == ["open", "submit", "publish"]


@pytest.mark.spec("000-06")
def test_nobody_approves_what_they_proposed(internal, town):
    proposal = draft(internal, town, Line(None, Said("登记养犬")))
    go(proposal, "submit", town.tao)

    with pytest.raises(StepRefused):
        go(proposal, "publish", town.tao)

    assert titles(internal) == [VISIT.title, COUNT.title]


def test_a_kind_that_asks_for_two_needs_two_people(publish_items, town):
    publish_items("assist", town.district, town.jin, VISIT)
    worklist = WorkList.objects.select_related("kind", "unit").get(kind="assist")
    proposal = proposing.draft(worklist, reason="增加", actor=town.jin, at=NOON, key=uuid4())
    proposing.put_lines(proposal, [Line(None, COUNT)], actor=town.jin)
    go(proposal, "submit", town.jin)

    with pytest.raises(StepRefused, match="两人先后审批"):
        go(proposal, "publish", town.yan)
    go(proposal, "second", town.yan)
    with pytest.raises(StepRefused):
        go(proposal, "publish", town.yan)
    go(proposal, "publish", town.lu)

    assert titles(worklist) == [VISIT.title, COUNT.title]


def test_an_empty_proposal_is_not_submitted(internal, town):
    with pytest.raises(StepRefused, match="没有任何改动"):
        go(draft(internal, town), "submit", town.tao)


def test_a_change_of_a_later_day_waits_for_it(internal, town):
    day = NOON.date() + timedelta(days=10)
    proposal = draft(internal, town, Line(item(internal, 1), Said("探访")), day=day)
    go(proposal, "submit", town.tao)
    go(proposal, "publish", town.fang)

    assert titles(internal)[0] == VISIT.title

    proposing.stand_those_due(at=NOON + timedelta(days=10))

    assert titles(internal)[0] == "探访"


def test_whoever_comes_second_sees_both_and_is_not_published_over_the_first(internal, town):
    visit = item(internal, 1)
    first, second = (
        draft(internal, town, Line(visit, Said("探访甲"))),
        draft(internal, town, Line(visit, Said("探访乙"))),
    )
    for proposal in (first, second):
        go(proposal, "submit", town.tao)
    go(first, "publish", town.fang)

    with pytest.raises(ConflictRefused, match=visit.code):
        go(second, "publish", town.fang)

    [line] = proposals.proposal_page(second.matter.number, actor=town.fang).lines
    assert line.is_conflict
    assert [part.after_text for part in line.meanwhile if part.label == "名称"] == ["探访甲"]
    assert [part.after_text for part in line.parts if part.label == "名称"] == ["探访乙"]


def test_who_compared_may_stand_by_the_line(internal, town):
    visit = item(internal, 1)
    second = draft(internal, town, Line(visit, Said("探访乙")))
    changes = [ItemChange("alter", visit, Said("探访甲"))]
    publish_list(internal, changes, valid_from=NOON.date(), reason="", actor=town.jin, at=NOON)
    with pytest.raises(ConflictRefused):
        go(second, "submit", town.tao)

    proposing.see_again(second, 1, actor=town.tao)
    go(second, "submit", town.tao)
    go(second, "publish", town.fang)

    assert titles(internal)[0] == "探访乙"


def test_lines_do_not_change_once_submitted(internal, town):
    proposal = draft(internal, town, Line(None, Said("登记养犬")))
    go(proposal, "submit", town.tao)

    with pytest.raises(ProposalRefused, match="草拟中"):
        proposing.put_lines(proposal, [Line(None, Said("夹带"))], actor=town.tao)
    proposal.changes.update(said=proposing.stored_said(Said("夹带")))  # as an owner of the database could
    with pytest.raises(ProposalRefused, match="内容有变"):
        go(proposal, "publish", town.fang)


def test_sent_back_it_is_mended_and_submitted_again(internal, town):
    proposal = draft(internal, town, Line(None, Said("登记养犬")))
    go(proposal, "submit", town.tao)
    go(proposal, "send_back", town.fang, "写明内容")

    proposing.drop_line(proposal, 1, actor=town.tao)
    proposing.put_lines(proposal, [Line(None, Said("登记养犬", terms={"content": "窗口登记"}))], actor=town.tao)
    go(proposal, "submit", town.tao)
    go(proposal, "publish", town.fang)

    assert Wording.objects.get(title="登记养犬").terms == {"content": "窗口登记"}


@pytest.mark.spec("003-03")
def test_what_a_street_may_not_be_given_is_neither_submitted_nor_loaded(shelf, town):
    town.district.division_code = "310105000000"
    town.district.save(update_fields=["division_code"])
    loading.load_prohibitions(loading.rows_of(loading.shipped() / "prohibitions.csv"))
    duties = loading.load_list(
        loading.shipped() / "cn_duties.csv", kind="duties", unit=town.street, actor=town.jin, at=NOON
    ).worklist
    by_class = Said("服务重点企业", terms={"duty_class": "investment_promotion"})
    by_title = Said("街道招商引资推进")

    for said in (by_class, by_title):
        with pytest.raises(ProposalRefused, match="招商引资"):
            go(draft(duties, town, Line(None, said)), "submit", town.tao)
    with pytest.raises(IntegrityError, match="招商引资"), transaction.atomic():
        publish_list(
            duties, [ItemChange("add", said=by_class)], valid_from=NOON.date(), reason="", actor=town.jin, at=NOON
        )

    assert not Standing.objects.filter(duty_class="investment_promotion").exists()


@pytest.mark.spec("003-03")
def test_what_became_forbidden_after_it_was_submitted_is_not_published(shelf, town):
    town.district.division_code = "310105000000"
    town.district.save(update_fields=["division_code"])
    duties = loading.load_list(
        loading.shipped() / "cn_duties.csv", kind="duties", unit=town.street, actor=town.jin, at=NOON
    ).worklist
    proposal = draft(duties, town, Line(None, Said("服务重点企业", terms={"duty_class": "investment_promotion"})))
    go(proposal, "submit", town.tao)
    loading.load_prohibitions(loading.rows_of(loading.shipped() / "prohibitions.csv"))

    with pytest.raises(ProposalRefused, match="招商引资"):
        go(proposal, "second", town.fang)


@pytest.mark.spec("004-23")
def test_an_item_leaves_only_with_its_way_destination_and_reason(internal, town):
    count = item(internal, 2)

    for going, reason, why in (
        (Going(), "重复", "方式"),
        (Going("recover"), "重复", "去向"),
        (Going("abolish"), "", "理由"),
    ):
        with pytest.raises(ProposalRefused, match=why):
            draft(internal, town, Line(count, None, reason, going))


def test_a_line_keeps_what_its_form_did_not_ask(internal, town):
    visit = item(internal, 1)
    proposal = draft(internal, town)

    changing.put_item(
        proposal, {"name": "探访", "content": "每周上门"}, item=visit, line=None, reason="", actor=town.tao
    )

    said = proposal.changes.get().said
    assert (said["title"], said["terms"]["frequency"], said["keywords"]) == ("探访", "weekly", ["看望老人"])


def test_sent_twice_a_draft_is_one_and_a_step_is_taken_once(internal, town):
    key, command = uuid4(), uuid4()
    one, two = (proposing.draft(internal, reason="修订", actor=town.tao, at=NOON, key=key) for _ in range(2))
    proposing.put_lines(one, [Line(None, Said("登记养犬"))], actor=town.tao)
    go(one, "submit", town.tao)

    first, again = (go(two, "publish", town.fang, command=command) for _ in range(2))

    assert (one.pk, first.seq) == (two.pk, again.seq)
    assert titles(internal) == [VISIT.title, COUNT.title, "登记养犬"]


def test_a_stranger_proposes_nothing_here(internal, town):
    for stranger in (town.zhou, town.lin, town.ma):
        with pytest.raises(ListNotFound):
            proposing.draft(internal, reason="x", actor=stranger, at=NOON, key=uuid4())


@pytest.mark.spec("000-06")
def test_any_two_versions_are_shown_side_by_side_and_old_ones_stay_readable(internal, town):
    altered = Line(item(internal, 1), Said("探访老人", "民生服务"))
    retired = Line(item(internal, 2), None, "重复", Going("abolish"))
    proposal = draft(internal, town, Line(None, Said("登记养犬")), altered, retired)
    go(proposal, "submit", town.tao)
    go(proposal, "publish", town.fang)

    found = versions.difference(internal, 1, 2, at=NOON)
    old = versions.old_version(internal, 1, at=NOON)

    assert (found.added, found.altered, found.retired, found.same) == (1, 1, 1, 0)
    altered = next(one for one in found.changed if one.kind == "altered")
    name = next(part for part in altered.parts if part.label == "名称")
    assert [piece.text for piece in name.before if piece.is_changed] == ["独居"]
    assert [one.title for _heading, items in old.headings for one in items] == [VISIT.title, COUNT.title]
    assert len({line.digest for line in versions.versions_of(internal, at=NOON)}) == 2


def test_the_loader_cannot_touch_a_list_that_lives(internal, town):
    with pytest.raises(ListRefused):
        file = loading.shipped() / "cn_internal.csv"
        loading.load_list(file, kind="internal", unit=town.street, actor=town.jin, at=NOON)

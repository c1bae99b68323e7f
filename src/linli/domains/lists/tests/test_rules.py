"""Rules of lists on pages: kinds, prohibited classes, levels and docking are changed with a reason that stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import amending, kinds, levels, prohibiting
from linli.domains.lists.commands.amending import AmendmentRefused
from linli.domains.lists.commands.prohibiting import Barred
from linli.domains.lists.models import Amendment, Prohibition
from linli.domains.lists.queries.prohibited import prohibitions
from linli.domains.lists.queries.review_levels import Level
from linli.domains.lists.tests.admitting import assist_list
from linli.kernel.catalog.models import ListKind
from linli.kernel.org.models import Unit


@pytest.fixture
def sign_in(client):
    def enter(actor):
        client.force_login(actor.account)
        return client

    return enter


@pytest.fixture
def listed(town, kinds):
    """The shipped kinds, and one list of the district."""
    return assist_list(town, timezone.now())


def told(**more):
    said = {
        "name": "居委会协助清单", "note": "改了说法", "is_public": "on", "approval_steps": "2",
        "columns": ["name", "class"], "position": "4", "reason": "与新文件一致",
    }  # fmt: skip
    return said | more


def test_the_keeper_of_the_district_changes_a_kind_on_its_page_with_a_reason_that_stays(town, listed, sign_in):
    jin = sign_in(town.jin)
    address = reverse("lists:change_kind", args=["assist"])

    bare = jin.post(address, told(reason=""))
    taken = jin.post(address, told())

    kind = ListKind.objects.get(pk="assist")
    assert bare.status_code == 422
    assert taken.status_code == 302
    assert (kind.name, kind.columns, kind.prefix, kind.is_binding) == ("居委会协助清单", ["name", "class"], "XZ", True)
    shown = jin.get(reverse("lists:kinds")).content.decode()
    assert "与新文件一致" in shown
    assert "改了说法" in shown
    assert Amendment.objects.get().actor == town.jin


def test_who_keeps_a_streets_lists_reads_the_kinds_and_changes_none(town, listed, sign_in):
    tao = sign_in(town.tao)

    assert tao.get(reverse("lists:kinds")).status_code == 200
    assert tao.get(reverse("lists:change_kind", args=["assist"])).status_code == 404
    assert tao.post(reverse("lists:change_kind", args=["assist"]), told()).status_code == 404


def test_a_kind_that_another_district_uses_is_not_changed_for_it(town, listed):
    other = Unit.objects.create(
        code="other", name="西城区", kind="district", level="town", tree="territorial", valid_from="2020-01-01"
    )
    other.refresh_from_db()
    listed.pk = None
    listed.unit, listed.code = other, "XZother"
    listed.save(force_insert=True)
    given = kinds.Told("改名", "", True, 2, ["name"], 4)
    unused = ListKind.objects.exclude(pk="assist").first()

    for code in ("assist", unused.pk):
        with pytest.raises(AmendmentRefused, match="各区共用"):
            kinds.alter(code, given, reason="统一", actor=town.jin, at=timezone.now())


def test_columns_of_a_kind_keep_their_places_and_new_ones_follow(town, listed):
    ticked = ["name", "content", "department", "bases", "forms", "hours", "class"]

    kinds.alter(
        "assist", kinds.Told("协助", "", True, 2, ticked, 4), reason="加一栏", actor=town.jin, at=timezone.now()
    )

    assert ListKind.objects.get(pk="assist").columns == [
        "name", "class", "department", "bases", "hours", "forms", "content",
    ]  # fmt: skip


def test_nobody_frees_themselves_of_the_second_approval(town, listed):
    with pytest.raises(AmendmentRefused, match="不能减少"):
        kinds.alter(
            "assist", kinds.Told("协助", "", True, 1, ["name"], 4), reason="快些", actor=town.jin, at=timezone.now()
        )


def barring(town, **more):
    said = {"duty_class": "data_entry", "unit_kind": "committee", "name": "代录数据", "area": town.district}
    return Barred(**(said | {"valid_from": timezone.localdate()} | more))


@pytest.mark.spec("003-03")
def test_a_class_is_barred_and_let_go_on_its_pages_and_both_stay_on_record(town, listed, sign_in):
    today = timezone.localdate()
    jin = sign_in(town.jin)
    form = {
        "new_class": "data_entry", "name": "代录数据", "unit_kind": "committee", "area": town.district.pk,
        "valid_from": today.isoformat(), "reason": "部门自己录入",
    }  # fmt: skip

    made = jin.post(reverse("lists:bar"), form)
    row = Prohibition.objects.get()
    barred = prohibitions(listed, on=today)
    shown = jin.get(reverse("lists:prohibitions")).content.decode()
    ended = jin.post(
        reverse("lists:lift", args=[row.pk]),
        {"on": (today + timedelta(days=1)).isoformat(), "reason": "改由系统采集"},
    )

    assert (made.status_code, ended.status_code) == (302, 302)
    assert barred == {"data_entry": "代录数据"}
    assert "部门自己录入" in shown
    assert prohibitions(listed, on=today + timedelta(days=1)) == {}
    assert list(Amendment.objects.order_by("id").values_list("reason", flat=True)) == ["部门自己录入", "改由系统采集"]


def test_the_same_class_is_not_barred_twice_nor_by_who_does_not_keep_the_district(town, listed):
    prohibiting.bar(barring(town), reason="部门自己录入", actor=town.jin, at=timezone.now())

    with pytest.raises(AmendmentRefused, match="已经禁止"):
        prohibiting.bar(barring(town), reason="再来", actor=town.jin, at=timezone.now())
    with pytest.raises(AmendmentRefused, match="区清单管理员"):
        prohibiting.bar(barring(town, unit_kind="village"), reason="街道想要", actor=town.tao, at=timezone.now())


def test_what_holds_everywhere_is_let_go_only_by_who_keeps_every_districts_lists(town, listed, sign_in):
    row = prohibiting.bar(barring(town, area=None), reason="通用", actor=town.jin, at=timezone.now())
    Unit.objects.create(
        code="other", name="西城区", kind="district", level="town", tree="territorial", valid_from="2020-01-01"
    )

    assert sign_in(town.jin).get(reverse("lists:lift", args=[row.pk])).status_code == 404
    with pytest.raises(AmendmentRefused):
        prohibiting.lift(row.pk, on=timezone.localdate() + timedelta(days=9), reason="改了", actor=town.jin,
                         at=timezone.now())  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "update lists_prohibition set unit_kind = 'grid'",
        "update lists_prohibition set valid_from = valid_from - 1, valid_to = current_date + 9",
        "delete from lists_prohibition",
        "update lists_amendment set reason = '改写'",
        "delete from lists_amendment",
    ],
)
def test_neither_a_prohibition_nor_the_record_of_changes_is_rewritten_by_sql(town, listed, sql):
    prohibiting.bar(barring(town), reason="部门自己录入", actor=town.jin, at=timezone.now())

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_who_keeps_lists_reads_the_levels_that_a_reviewer_sets_with_a_reason(town, listed, sign_in):
    levels.set_levels(
        town.district, [Level(0, "street", "街道审核", 1, 5)], reason="减少层级", actor=town.zhu, at=timezone.now()
    )
    tao = sign_in(town.tao)

    shown = tao.get(reverse("lists:admission_levels")).content.decode()

    assert "减少层级" in shown
    assert "街道审核" in shown
    assert "<fieldset" not in shown
    assert tao.post(reverse("lists:admission_levels"), {"reason": "改"}).status_code == 404
    with pytest.raises(AmendmentRefused):
        levels.set_levels(
            town.district, [Level(0, "street", "街道审核", 2, 5)], reason=" ", actor=town.zhu, at=timezone.now()
        )
    assert Amendment.objects.get().table == amending.LEVELS

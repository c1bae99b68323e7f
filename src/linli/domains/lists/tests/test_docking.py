"""The docking table of a district: kept with reasons, taken in and out as a sheet, and shown as the way of an item."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from linli.domains.lists.commands import docking as commands
from linli.domains.lists.commands.docking import DockingRefused, Pair
from linli.domains.lists.models import Docking
from linli.domains.lists.queries import docking
from linli.domains.lists.tests.tasking import docked
from linli.kernel.catalog.commands import Said
from linli.kernel.org.directory import directory


@pytest.fixture
def work(town, publish_items):
    return docked(town, publish_items, timezone.now() - timedelta(days=1))


def sheet(*lines):
    text = "区级部门,街道内设机构,街道中心,说明\n" + "\n".join(",".join(line) for line in lines)
    return SimpleUploadedFile("对接表.csv", text.encode())


@pytest.mark.spec("000-24")
def test_the_keeper_of_the_district_adds_and_ends_with_a_reason_and_it_stays_as_history(town, work, client):
    client.force_login(town.jin.account)
    form = {"department": town.police.pk, "office": "pab", "centre": "", "note": "治安", "reason": "新增职能"}

    client.post(reverse("lists:add_docking"), form)
    made = Docking.objects.get(department=town.police)
    bare = client.post(reverse("lists:end_docking", args=[made.pk]), {"reason": ""}, follow=True)
    still = Docking.objects.get(pk=made.pk).ended_at
    client.post(reverse("lists:end_docking", args=[made.pk]), {"reason": "职能划转"})
    matrix = client.get(reverse("lists:docking")).content.decode().partition("<table")[2].partition("</table")[0]
    ended = client.get(reverse("lists:docking") + "?view=ended").content.decode()

    assert "请写明理由" in bare.content.decode()
    assert still is None
    assert town.department.name in matrix
    assert town.police.name not in matrix
    assert "职能划转" in ended


@pytest.mark.spec("000-24")
def test_nobody_but_the_districts_keeper_changes_it(town, work, client):
    client.force_login(town.tao.account)
    form = {"department": town.police.pk, "office": "pab", "centre": "", "reason": "试"}
    client.post(reverse("lists:add_docking"), form)

    assert not Docking.objects.filter(department=town.police).exists()
    assert client.get(reverse("lists:docking")).status_code == 200
    assert client.get(reverse("lists:docking_sheet")).status_code == 404
    with pytest.raises(DockingRefused):
        commands.add(work.district, Pair(town.police.pk, "pab"), actor=town.tao, at=timezone.now())


def test_a_sheet_stands_for_the_whole_table_after_a_look_at_what_it_changes(town, work, client):
    client.force_login(town.jin.account)
    address = reverse("lists:docking_sheet")
    lines = ((town.department.name, "社区平安办公室", "社区事务受理服务中心", "不变"),
             (town.police.name, "社区平安办公室", "", "新增"))  # fmt: skip
    form = {"reason": "年度核定"}

    looked = client.post(address, {**form, "file": sheet(*lines)}).content.decode()
    before = Docking.objects.filter(ended_at=None).count()
    client.post(address, {**form, "file": sheet(lines[1]), "take": "1"})
    broken = client.post(address, {**form, "file": sheet(("没有的局", "社区平安办公室", "", "")), "take": "1"})

    assert "新增 1 条，终止 0 条，1 条不变" in looked
    assert before == 1
    assert list(Docking.objects.filter(ended_at=None).values_list("department", flat=True)) == [town.police.pk]
    assert broken.status_code == 422
    assert "没有这个部门" in broken.content.decode()


def test_what_is_taken_out_can_be_taken_in_and_changes_nothing(town, work, client):
    client.force_login(town.jin.account)

    content = client.get(reverse("lists:docking_file")).content
    read = commands.read(work.district, content)

    assert [cell.value for cell in next(load_workbook(io.BytesIO(content)).active.rows)] == list(commands.headers())
    assert (read.added, read.ended, read.kept, read.problems) == ((), (), 1, ())


@pytest.mark.spec("000-23")
def test_the_way_of_an_item_names_each_layer_by_the_item_before_the_general_table(town, work, publish_items, client):
    stands = [{"layer": "department", "unit": town.department.code}, {"layer": "committee", "duty": "登记"}]
    (item,) = publish_items("duties", town.street, town.tao, Said("河道巡查", "平安", (), {"stands": stands}))
    client.force_login(town.cao.account)

    shown = client.get(reverse("lists:item_way", args=[item.code])).content.decode()

    names = (town.department, town.office, town.service_centre, town.committee)
    assert all(unit.name in shown for unit in names)
    assert shown.count("按条块对接表") >= 2
    assert "事项自己写明" in shown
    assert "登记" in shown
    assert client.get(reverse("lists:item_way", args=["JD-9999"])).status_code == 404


@pytest.mark.spec("000-23")
def test_at_the_real_scale_every_duty_finds_its_office_and_most_a_centre(duties):
    """270 duties, 38 departments, eight offices and six centres of East Street."""
    district = docking.district_of(duties.unit_id)
    street = directory().unit(duties.unit_id)
    table = docking.table_of(district)
    ways = [docking.way(docking.said_of(item), street, table) for item in duties.items.all()]

    offices = {node.id for way in ways for node in way.offices}
    centres = {node.id for way in ways for node in way.centres}
    assert len(ways) == 270
    assert sum(bool(way.offices) for way in ways) >= 260
    assert len(offices) == 8
    assert len(centres) == 6

"""Work by modules in place of departmental lines: 143 items of 30 classes in eight modules, moved with a reason."""

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import loading
from linli.domains.lists.commands import modules as commands
from linli.domains.lists.models import Module, ModuleChange, ModuleItem
from linli.domains.lists.queries import modules
from linli.domains.lists.tests.conftest import NOON

PACK = loading.shipped()


@pytest.fixture
def station(shelf):
    worklist = loading.load_list(
        PACK / "ft_station.csv", kind="station", unit=shelf.street, actor=shelf.jin, at=NOON
    ).worklist
    rows = loading.rows_of(PACK / "ft_modules.csv")
    assert commands.load_modules(worklist, rows, actor=shelf.jin, at=NOON) == 143
    assert commands.load_modules(worklist, rows, actor=shelf.jin, at=NOON) == 0
    return worklist


@pytest.mark.spec("004-22")
def test_the_page_lays_lines_against_modules_and_every_item_has_its_module_and_team(station, town, client):
    client.force_login(town.tao.account)

    shown = client.get(reverse("lists:modules"), follow=True).content.decode()
    found = modules.modules_of(station.code, actor=town.tao)

    assert len(found.modules) == 8
    assert sum(module.items for module in found.modules) == 143
    assert sum(line.total for line in found.matrix) == 143
    assert any(sum(n > 0 for _code, n in line.cells) > 1 for line in found.matrix)
    assert all(module.team in shown for module in found.modules)


@pytest.mark.spec("004-22")
def test_the_keeper_moves_an_item_with_a_reason_that_stays(station, town, client):
    client.force_login(town.tao.account)
    item = station.items.get(serial=1)
    address = reverse("lists:assign_module", args=[station.code])
    form = {"item": item.code, "to": "M2"}

    client.post(address, {**form, "reason": ""})
    before = ModuleItem.objects.get(item=item).module.code
    client.post(address, {**form, "reason": "与民生服务合并办理"})
    shown = client.get(reverse("lists:modules_of", args=[station.code]) + "?module=M2").content.decode()

    assert before == "M1"
    assert ModuleItem.objects.get(item=item).module.code == "M2"
    assert "与民生服务合并办理" in shown
    change = ModuleChange.objects.latest("id")
    change.reason = "改写"
    with pytest.raises(IntegrityError):
        change.save()


def test_others_read_the_modules_and_change_nothing(station, town, client):
    client.force_login(town.ma.account)
    item = station.items.get(serial=1)

    client.post(reverse("lists:assign_module", args=[station.code]), {"item": item.code, "to": "M2", "reason": "x"})
    client.post(reverse("lists:add_module", args=[station.code]), {"code": "M9", "name": "新模块"})

    assert ModuleItem.objects.get(item=item).module.code == "M1"
    assert not Module.objects.filter(code="M9").exists()
    assert "M9" not in client.get(reverse("lists:modules_of", args=[station.code])).content.decode()


def test_an_item_may_leave_every_module_and_a_module_may_be_new(station, town):
    now = timezone.now()
    item = station.items.get(serial=2)
    fresh = commands.open_module(station, code="M9", name="专项模块", team_name="专项队", actor=town.tao, at=now)

    commands.assign(item, fresh, reason="试行", actor=town.tao, at=now)
    commands.assign(item, None, reason="试行结束", actor=town.tao, at=now)

    assert not ModuleItem.objects.filter(item=item).exists()
    assert [one.code for one in modules.modules_of(station.code, actor=town.tao, chosen="-").items] == [item.code]

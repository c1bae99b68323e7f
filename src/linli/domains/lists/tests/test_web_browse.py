"""Lists on their pages: who sees which, found by two characters, one item whole, taken away and in again."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from linli.domains.lists.commands import checking, loading, moving
from linli.domains.lists.models import Change, Finding, Proposal, Standing
from linli.domains.lists.queries import searching
from linli.domains.lists.tests.conftest import NOON
from linli.kernel.catalog.models import ListVersion, WorkItem, WorkList
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org import fresh
from linli.kernel.org.models import Post
from tests.town import SINCE

PACK = loading.shipped()


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(actor.account)
    return client


@pytest.fixture
def tao(town):
    return signed_in(town.tao)


@pytest.fixture
def matters(shelf, duties) -> WorkList:
    return loading.load_list(
        PACK / "cn_matters.csv",
        kind="matters",
        unit=shelf.street,
        actor=shelf.jin,
        at=NOON,
        links={"cn_duties": duties},
    ).worklist


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.spec("000-07")
def test_the_lists_of_a_street_and_its_committees_stand_side_by_side(tao, town, duties, matters):
    for name, kind, unit in (
        ("cn_internal", "internal", town.street), ("cn_assist", "assist", town.district),
        ("cn_seal", "seal", town.district),
    ):  # fmt: skip
        loading.load_list(PACK / f"{name}.csv", kind=kind, unit=unit, actor=town.jin, at=NOON)

    shown = text(tao.get("/desk/lists/"))

    for name in (
        "街道职责清单",
        "街道事项清单",
        "内部管理清单",
        "居委会依法协助管理事项清单",
        "居委会印章使用范围清单",
    ):
        assert name in shown


def test_what_is_internal_is_not_there_for_another_street(town, duties, shelf):
    loading.load_list(PACK / "cn_internal.csv", kind="internal", unit=town.street, actor=town.jin, at=NOON)
    internal = WorkList.objects.get(kind="internal")
    item = internal.items.first()

    for who, status in ((town.tao, 200), (town.zhou, 404)):
        client = signed_in(who)
        for address in (
            f"/desk/lists/list/{internal.code}", f"/desk/lists/item/{item.code}",
            f"/desk/lists/list/{internal.code}/sheet", f"/desk/lists/list/{internal.code}/versions",
        ):  # fmt: skip
            assert client.get(address).status_code == status
        hits = client.get("/desk/lists/?find=公文").context["found"].hits
        assert any(hit.list_code == internal.code for hit in hits) == (status == 200)


@pytest.mark.spec("000-20")
@pytest.mark.spec("003-04")
def test_270_duties_are_paged_narrowed_and_found_by_two_characters(tao, duties):
    address = f"/desk/lists/list/{duties.code}"

    first = text(tao.get(address))
    safety = text(tao.get(address, {"public_class": "safety"}))
    found = text(tao.get(address, {"find": "消防"}))

    assert "共 270 条" in first
    assert f"共 {Standing.objects.filter(worklist=duties, public_class='safety').count()} 条" in safety
    assert "消防" in found and "共 270 条" not in found


def test_every_page_of_a_list_is_reached_by_its_keyset(tao, duties):
    seen, address = [], f"/desk/lists/list/{duties.code}"
    while address:
        answer = tao.get(address)
        seen += [row.code for row in answer.context["found"].rows]
        after = answer.context["keyset"].after
        address = f"/desk/lists/list/{duties.code}?after={after}" if after else ""

    assert len(seen) == len(set(seen)) == 270


@pytest.mark.spec("000-09")
def test_an_item_is_found_by_its_number_and_by_what_people_call_it(tao, duties):
    item = WorkItem.objects.get(worklist=duties, serial=37)

    by_number = tao.get("/desk/lists/", {"find": item.code.upper()})
    by_word = tao.get("/desk/lists/", {"find": "吃低保"})

    assert item.code in text(by_number) or item.code != item.code.upper()
    assert by_word.context["found"].hits
    assert all("低保" in text(tao.get(f"/desk/lists/item/{hit.code}")) for hit in by_word.context["found"].hits[:3])


@pytest.mark.spec("000-08")
def test_an_item_shows_people_money_things_and_matters(tao, duties):
    rich = Standing.objects.filter(worklist=duties, wording__terms__has_keys=["budget_fen", "things", "guide"]).first()
    terms = rich.wording.terms

    shown = text(tao.get(f"/desk/lists/item/{rich.code}"))

    assert terms["people"] in shown
    assert f"{terms['budget_fen'] / 100:,.0f} 元" in shown
    assert terms["things"][0] in shown
    assert terms["guide"][0] in shown


@pytest.mark.spec("000-21")
def test_duty_matter_and_window_service_lead_to_each_other(tao, duties, matters):
    matter, duty = matters.items.get(serial=1), duties.items.get(serial=37)

    of_matter = text(tao.get(f"/desk/lists/item/{matter.code}"))
    of_duty = text(tao.get(f"/desk/lists/item/{duty.code}"))

    assert f"/desk/lists/item/{duty.code}" in of_matter
    assert f"/desk/lists/item/{matter.code}" in of_duty
    assert "城乡居民最低生活保障申请" in of_duty


def test_an_item_page_asks_the_database_a_bounded_number_of_times(tao, duties, matters, django_assert_max_num_queries):
    item = duties.items.get(serial=37)
    tao.get(f"/desk/lists/item/{item.code}")

    with django_assert_max_num_queries(45):
        tao.get(f"/desk/lists/item/{item.code}")


@pytest.mark.spec("004-19")
def test_the_reduction_adds_up_on_its_page_with_destinations(town, shelf):
    worklist = loading.load_list(
        PACK / "ft_assist147.csv", kind="assist", unit=town.district, actor=town.jin, at=NOON
    ).worklist
    rows = loading.rows_of(PACK / "ft_moves.csv")
    moving.apply_moves(worklist, rows, reason="减负", actor=town.jin, at=NOON)

    answer = signed_in(town.jin).get(f"/desk/lists/list/{worklist.code}/moves")

    found = answer.context["found"]
    assert (found.before, found.gone, found.after, found.adds_up) == (147, 102, 45, True)
    assert sum(len(group.items) for group in found.groups) == 102
    assert "147 − 102 + 0 = 45" in text(answer)
    assert all(one.move.reason for group in found.groups for one in group.items)
    assert all(one.move.to or one.move.to_code or group.kind in ("abolish", "reduce")
               for group in found.groups for one in group.items)  # fmt: skip


@pytest.mark.spec("000-06")
def test_what_is_exported_and_taken_in_unchanged_changes_nothing(tao, duties):
    sheet = tao.get(f"/desk/lists/list/{duties.code}/sheet").content
    assert load_workbook(BytesIO(sheet)).active.max_row == 271

    answer = taken_in(tao, duties, sheet, take="1")

    assert answer.status_code == 422
    assert "没有任何改动" in text(answer)
    assert not Proposal.objects.exists()


def taken_in(client, worklist, content, **more):
    return client.post(
        f"/desk/lists/list/{worklist.code}/import",
        {"file": SimpleUploadedFile("清单.xlsx", content), "reason": "年度修订", **more},
    )


def test_a_changed_sheet_is_shown_and_becomes_a_proposal_never_a_change(tao, duties):
    book = load_workbook(BytesIO(tao.get(f"/desk/lists/list/{duties.code}/sheet").content))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("内容") + 1).value = "改过的内容"
    sheet.append([None, "新增的一项职责"])
    out = BytesIO()
    book.save(out)

    looked = taken_in(tao, duties, out.getvalue(), look="1")
    assert looked.status_code == 200 and not Proposal.objects.exists()
    assert (looked.context["seen"].added, looked.context["seen"].altered, looked.context["seen"].same) == (1, 1, 269)
    taken = taken_in(tao, duties, out.getvalue(), take="1")

    proposal = Proposal.objects.get()
    assert taken.status_code == 302 and proposal.origin == "sheet"
    assert sorted(Change.objects.values_list("action", flat=True)) == ["add", "alter"]
    assert ListVersion.objects.count() == 1


def test_wrong_rows_are_named_and_nothing_is_proposed(tao, duties):
    content = "编号,名称,频次,依据\n1,党组织议事,随时,\n9999,没有的,每月,\n,新的,每月,nope\n".encode()

    answer = taken_in(tao, duties, content, take="1")

    errors = [(error.line, error.column) for error in answer.context["seen"].errors]
    assert errors == [(2, "频次"), (3, "编号"), (4, "依据")]
    assert not Proposal.objects.exists()


def test_a_proposal_is_drawn_up_submitted_and_published_through_its_pages(tao, town, shelf):
    worklist = loading.load_list(
        PACK / "cn_internal.csv", kind="internal", unit=town.street, actor=town.jin, at=NOON
    ).worklist
    item = worklist.items.get(serial=1)
    fang = signed_in(town.fang)

    started = tao.post(f"/desk/lists/list/{worklist.code}/change?item={item.code}", {"reason": "改得更清楚"})
    shown = tao.get(started["Location"])
    given = {bound.name: bound.value() or "" for bound in shown.context["form"]} | {"content": "写得更清楚的内容"}
    assert tao.post(started["Location"], given).status_code == 302
    number = Proposal.objects.get().matter.number
    assert "写得更清楚的内容" in text(tao.get(f"/desk/lists/proposals/{number}"))
    assert tao.post(f"/desk/lists/proposals/{number}/steps/submit", {"note": ""}).status_code == 302
    assert tao.get(f"/desk/lists/proposals/{number}/steps/publish").status_code == 404
    assert fang.post(f"/desk/lists/proposals/{number}/steps/publish", {"note": "同意"}).status_code == 302

    wording = Standing.objects.get(item=item).wording
    assert wording.terms["content"] == "写得更清楚的内容"
    before = WorkItem.objects.get(pk=item.pk).wordings.get(since_no=1)
    assert {k: v for k, v in before.terms.items() if k != "content"} == {
        k: v for k, v in wording.terms.items() if k != "content"
    }
    for address in ("versions", "difference", "versions/1"):
        assert fang.get(f"/desk/lists/list/{worklist.code}/{address}").status_code == 200
    assert "第2版" in text(fang.get(f"/desk/lists/item/{item.code}"))


def test_retiring_asks_where_to_and_why(tao, town, shelf):
    worklist = loading.load_list(
        PACK / "cn_internal.csv", kind="internal", unit=town.street, actor=town.jin, at=NOON
    ).worklist
    item = worklist.items.get(serial=1)
    address = tao.post(
        f"/desk/lists/list/{worklist.code}/change?item={item.code}&action=retire", {"reason": "精简"}
    )["Location"]  # fmt: skip

    refused = tao.post(address, {"move": "recover", "reason_of_line": "上级收回"})
    kept = tao.post(address, {"move": "recover", "to_unit": "市政局", "reason_of_line": "上级收回"})
    known = tao.post(address, {"move": "recover", "to_unit": "东城区市政局", "reason_of_line": "上级收回"})

    assert (refused.status_code, kept.status_code, known.status_code) == (422, 422, 302)
    assert Change.objects.get().to_unit == town.department


def test_a_basis_is_registered_ended_and_shows_what_rests_on_it(tao, town, duties):
    expired = text(tao.get("/desk/lists/bases", {"state": "used_ended"}))
    assert "已失效" in expired
    added = tao.post(
        "/desk/lists/bases/new", {"kind": "rule", "title": "街道值班制度", "code": "dj-zb", "field": "government"}
    )
    shown = tao.get(added["Location"])
    assert "街道值班制度" in text(shown)

    key = shown.context["found"].document.id
    tao.post(f"/desk/lists/bases/{key}/end", {"valid_to": "2026-01-01", "note": "已并入新制度"})

    assert "已失效" in text(tao.get(f"/desk/lists/bases/{key}"))
    assert signed_in(town.ma).get("/desk/lists/bases/new").status_code == 404


def test_the_standards_library_has_three_fields(tao, shelf):
    for field in ("party", "government", "residents"):
        assert len(tao.get("/desk/lists/bases", {"field": field}).context["keyset"].rows) >= 3


@pytest.mark.spec("004-59")
def test_residents_read_what_is_published_and_nothing_else(town, shelf):
    load = {"actor": town.jin, "at": NOON}
    services = loading.load_list(PACK / "ft_service87.csv", kind="basic_service", unit=town.district, **load).worklist
    internal = loading.load_list(PACK / "cn_internal.csv", kind="internal", unit=town.street, **load).worklist
    somebody = Client()

    home = text(somebody.get("/lists/"))
    shown = text(somebody.get(f"/lists/list/{services.code}"))

    assert services.name in home and internal.name not in home
    assert "共 87 项" in shown
    item = services.items.first()
    assert somebody.get(f"/lists/item/{item.code}").status_code == 200
    assert somebody.get("/lists/", {"find": "服务"}).context["found"].hits
    for address in (f"/lists/list/{internal.code}", f"/lists/item/{internal.items.first().code}"):
        assert somebody.get(address).status_code == 404
    assert somebody.get(f"/desk/lists/list/{services.code}").status_code == 302


def test_no_page_about_an_internal_list_is_there_for_the_street_next_door(town, tao, shelf):
    internal = loading.load_list(
        PACK / "cn_internal.csv", kind="internal", unit=town.street, actor=town.jin, at=NOON
    ).worklist
    item = internal.items.first()
    tao.post(f"/desk/lists/list/{internal.code}/change", {"reason": "修订"})
    number = Proposal.objects.get().matter.number
    tao.post(f"/desk/lists/proposals/{number}/line", {"name": "新的一项"})
    Post.objects.create(actor=town.zhou, unit=town.west, over=town.west, role="list_keeper", since=SINCE)
    fresh.forget()
    zhou = signed_in(town.zhou)
    pages = [
        *(f"/desk/lists/list/{internal.code}{end}" for end in
          ("", "/paper", "/sheet", "/versions", "/versions/1", "/difference", "/moves", "/change", "/import")),
        f"/desk/lists/item/{item.code}",
        *(f"/desk/lists/proposals/{number}{end}" for end in ("", "/line", "/line?no=1", "/steps/submit")),
    ]  # fmt: skip

    assert {page: tao.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert {page: zhou.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    for end in ("lines/1/drop", "lines/1/keep"):
        assert zhou.post(f"/desk/lists/proposals/{number}/{end}").status_code == 404
    assert zhou.get("/desk/lists/proposals").context["keyset"].rows == ()
    key = BasisDocument.objects.first().pk
    assert signed_in(town.ma).get(f"/desk/lists/bases/{key}/end").status_code == 404
    assert signed_in(town.ma).get(f"/desk/lists/bases/{key}").status_code == 200


@pytest.mark.spec("000-09")
def test_a_word_finds_the_same_items_whichever_way_is_taken(duties, monkeypatch):
    found = []
    for few, share in ((searching.FEW, 0.0), (0, 0.0), (0, 1.0)):
        monkeypatch.setattr(searching, "FEW", few)
        monkeypatch.setattr(searching, "share_of", lambda _grams, share=share: share)
        found.append(sorted(searching.keys_with("消防 检查", [duties.pk], duties.last_serial)))

    assert found[0] == found[1] == found[2] != []


def test_an_item_says_what_the_last_check_up_found(duties, lines):
    checking.check_up(lines.street, at=NOON)
    doubtful = Finding.objects.filter(rule="no_basis").select_related("item").first()

    page = signed_in(lines.tao).get(f"/desk/lists/item/{doubtful.item.code}")

    assert "没有关联任何依据文件" in page.content.decode()

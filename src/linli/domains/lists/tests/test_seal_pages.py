"""Pages of seals by role: worker, head, keeper, stranger, resident (000-18, 000-19, 000-28, 000-29)."""

import io
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.domains.lists.commands import outings, seals
from linli.domains.lists.commands.outings import Outing
from linli.domains.lists.commands.seals import NewSeal
from linli.domains.lists.models import Seal, SealUse
from linli.domains.lists.tests.stamping import ask, publish_list, put_seal, stamped, step
from linli.kernel.org.models import Reading
from linli.web.neighbourhood import COOKIE
from tests.evidence import jpeg, photo


@pytest.fixture
def desk(town):
    town.people["items"] = publish_list(town)
    town.people["seal"] = put_seal(town)
    return town


@pytest.fixture
def enter(client):
    def as_(actor):
        client.force_login(actor.account)
        return client

    return as_


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.mark.spec("000-19", "000-18")
def test_a_resident_asks_and_is_told_no_why_and_where_to_go_by_one_statement(desk, client):
    client.cookies[COOKIE] = str(desk.committee.pk)
    client.get(reverse("open_lists:seal"), {"word": "亲属"})

    with CaptureQueriesContext(connection) as caught:
        answer = client.get(reverse("open_lists:seal"), {"word": "证明我妈是我妈"})

    said = text_of(answer)
    assert [one["sql"].split()[1] for one in caught if "_revision" not in one["sql"]] == ["l.listed,"]
    assert ("不能盖" in said, "不属于居委会职权" in said, "公安机关、公证机构" in said) == (True, True, True)
    assert ("民发〔2020〕20号" in said, "按柳树居委会的用印清单回答" in said) == (True, True)


@pytest.mark.spec("000-18")
def test_a_resident_learns_what_to_bring_for_what_may_be_stamped(desk, client):
    said = text_of(client.get(reverse("open_lists:seal"), {"word": "谁来照顾老人"}))

    assert ("符合条件才能盖" in said, "有来函" in said, "经办记录" in said) == (True, True, True)


def test_a_resident_is_told_what_holds_for_a_paper_on_no_list_and_whom_to_ask(desk, client):
    said = text_of(client.get(reverse("open_lists:seal"), {"word": "健身卡转让担保"}))

    assert "没有法律法规依据、也不在清单里的，居委会不出具证明、不盖章。" in said
    assert "请先问要证明的单位" in said


def test_before_asking_the_certificates_never_issued_are_at_hand(desk, client):
    said = text_of(client.get(reverse("open_lists:seal")))

    assert ("死亡证明" in said, "居务公开公示件" in said) == (True, False)


def test_a_picked_line_is_shown_and_the_whole_list_can_be_printed(desk, client):
    code = desk.items["死亡证明"].code
    one = text_of(client.get(reverse("open_lists:seal"), {"line": code}))
    whole = text_of(client.get(reverse("open_lists:seal_list")))

    assert "医疗卫生机构、公安机关" in one
    assert all(title in whole for title in desk.items)


@pytest.mark.parametrize("asked", ["?word=" + quote("'; drop"), "?district=x&word=" + quote("证明"), "?line=%27"])
def test_whatever_is_asked_the_page_answers(desk, client, asked):
    assert client.get(reverse("open_lists:seal") + asked).status_code == 200


@pytest.mark.spec("000-28")
def test_the_worker_looks_at_the_desk_and_goes_on_to_the_request(desk, enter):
    said = text_of(enter(desk.ma).get(reverse("lists:look_seal"), {"word": "公示"}))

    assert f"{reverse('lists:ask_seal')}?line={desk.items['居务公开公示件'].code}" in said


def test_a_piece_of_the_look_is_only_the_answer(desk, enter):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    piece = text_of(enter(desk.ma).get(reverse("lists:look_seal"), {"word": "公示"}, headers=headers))
    picks = text_of(enter(desk.ma).get(reverse("lists:seal_lines"), {"paper": "公示"}, headers=headers))

    assert "<html" not in piece + picks
    assert ("可以盖" in piece, 'name="item"' in picks) == (True, True)


def form_of(town, **more):
    return {
        "id": str(uuid4()), "paper": "三月账目公开", "purpose": "楼道公示", "copies": "2", "pages": "1",
        "item": town.items["居务公开公示件"].code, "name": "王小明", "phone": "13812345678",
        "draft": io.BytesIO(jpeg("draft")), **more,
    }  # fmt: skip


@pytest.mark.spec("000-29")
def test_from_the_form_to_the_number_in_the_register_over_the_pages(desk, enter):
    form = form_of(desk)
    form["draft"].name = "draft.jpg"
    enter(desk.ma).post(reverse("lists:ask_seal"), form)
    number = SealUse.objects.get().matter.number
    enter(desk.bao).post(reverse("lists:seal_step", args=[number, "approve"]), {"command": str(uuid4())})
    shown = io.BytesIO(jpeg("stamped"))
    shown.name = "stamped.jpg"
    enter(desk.yin).post(
        reverse("lists:seal_step", args=[number, "stamp"]),
        {"command": str(uuid4()), "copies": "2", "pages": "1", "stamped": shown},
    )
    enter(desk.ma).post(reverse("lists:seal_step", args=[number, "give_back"]), {"command": str(uuid4())})

    use = SealUse.objects.get()
    said = text_of(enter(desk.ma).get(reverse("lists:seal_use", args=[number])))
    assert (use.matter.state, use.log_no, use.stamped_by) == ("returned", 1, desk.yin)
    assert (f"{use.year}-0001" in said, "王**" in said, "13812345678" in said) == (True, True, False)


@pytest.mark.parametrize(
    ("paper", "shown", "hidden"),
    [("居务公开公示件", "批准用印", "一委同意"), ("监护人指定意见", "一委同意", "批准用印")],
)
def test_the_head_is_offered_only_the_way_to_agree_that_the_list_asks_for(desk, enter, paper, shown, hidden):
    use = ask(desk, paper, at=timezone.now())

    said = text_of(enter(desk.bao).get(reverse("lists:seal_use", args=[use.matter.number])))

    assert (shown in said, hidden in said) == (True, False)


@pytest.mark.spec("000-29")
def test_a_denied_paper_is_registered_as_refused_and_the_page_says_where_to_go(desk, enter):
    form = form_of(desk, paper="亲属关系证明", item="", draft="")
    answer = enter(desk.ma).post(reverse("lists:ask_seal"), form, follow=True)

    assert SealUse.objects.get().refused_as == "denied"
    assert "公安机关、公证机构" in text_of(answer)
    assert "亲属关系证明" in text_of(enter(desk.bao).get(reverse("lists:seal_desk"), {"tab": "refused"}))


def test_the_same_form_sent_twice_makes_one_request(desk, enter):
    form = form_of(desk, paper="亲属关系证明", item="", draft="")
    browser = enter(desk.ma)

    answers = [browser.post(reverse("lists:ask_seal"), form).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert SealUse.objects.count() == 1


def test_a_number_in_the_purpose_is_marked_at_its_field_and_what_was_typed_stays(desk, enter):
    answer = enter(desk.ma).post(reverse("lists:ask_seal"), form_of(desk, purpose="给王家 13812345678", draft=""))

    assert (answer.status_code, SealUse.objects.count()) == (422, 0)
    assert "这里不要写电话、证件号" in text_of(answer)
    assert "三月账目公开" in text_of(answer)


def test_a_wrong_count_is_refused_at_its_field_and_the_picture_is_kept(desk, enter):
    use = ask(desk, "居务公开公示件", copies=2)
    step(use, "approve", desk.bao)
    shown = io.BytesIO(jpeg("stamped"))
    shown.name = "stamped.jpg"

    answer = enter(desk.yin).post(
        reverse("lists:seal_step", args=[use.matter.number, "stamp"]), {"copies": "3", "pages": "1", "stamped": shown}
    )

    assert answer.status_code == 422
    assert ("份数不符" in text_of(answer), "已收到 1 个文件" in text_of(answer)) == (True, True)


@pytest.mark.spec("000-29")
def test_the_applicant_is_shown_in_plain_only_for_a_purpose(desk, enter):
    use = ask(desk, "居务公开公示件", name="王小明", phone="13812345678")
    to = reverse("lists:seal_applicant", args=[use.matter.number])
    browser = enter(desk.ma)

    assert browser.post(to, {"purpose": ""}).status_code == 422
    assert "13812345678" in text_of(browser.post(to, {"purpose": "核对领取人"}))
    assert Reading.objects.count() == 2


def read_out(answer) -> int:
    """The status; a file is read to its end, so that it is closed."""
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def pages(town, use: SealUse) -> list[str]:
    number, seal = use.matter.number, town.seal.pk
    named = [("seal_use", [number]), ("seal_step", [number, "annul"]), ("seal", [seal]), ("hand_over_seal", [seal]),
             ("change_seal", [seal, "stopped"]), ("ask_seal_out", [seal])]  # fmt: skip
    return [reverse(f"lists:{name}", args=args) for name, args in named]


def test_strangers_find_nothing_of_the_committees_seal(desk, enter):
    now = timezone.now()
    use, shown = stamped(desk, "账目公开", at=now), photo(desk.bao, "imprint")
    seal = seals.register(
        NewSeal("专用章", keeper=desk.yin.pk, image=shown.file_id), unit=desk.committee, actor=desk.bao, at=now
    )
    going = Outing(uuid4(), seal.pk, "签约", desk.bao.pk, now + timedelta(hours=1))
    out = outings.ask(going, actor=desk.ma, at=now).matter.number
    given = use.matter.attachments.first().file_id
    rows = [
        *pages(desk, use), reverse("lists:seal_file", args=[use.matter.number, given, "view"]),
        reverse("lists:seal_imprint", args=[seal.pk]), reverse("lists:seal_out", args=[out]),
        reverse("lists:seal_out_step", args=[out, "approve"]),
    ]  # fmt: skip
    lists = [reverse(f"lists:{name}") for name in ("seal_desk", "seals", "seal_register", "seal_figures", "ask_seal")]

    for who in (desk.zhou, desk.deng, desk.hua):
        browser = enter(who)
        assert {path: browser.get(path).status_code for path in rows + lists} == dict.fromkeys(rows + lists, 404)
        asked = browser.post(reverse("lists:seal_applicant", args=[use.matter.number]), {"purpose": "好奇"})
        assert asked.status_code == 404
    browser = enter(desk.bao)
    assert {path: read_out(browser.get(path)) for path in rows} == dict.fromkeys(rows, 200)


def test_the_people_of_the_committee_and_its_street_open_every_page(desk, enter):
    use = stamped(desk, at=timezone.now())
    lists = [reverse(f"lists:{name}") for name in ("seal_desk", "seals", "seal_register", "seal_figures")]

    for who in (desk.ma, desk.bao, desk.yin, desk.li):
        browser = enter(who)
        found = {path: browser.get(path).status_code for path in [*pages(desk, use), *lists]}
        assert found == dict.fromkeys(found, 200), who
    for tab in ("approve", "stamp", "back", "out", "done", "refused"):
        assert enter(desk.ma).get(reverse("lists:seal_desk"), {"tab": tab}).status_code == 200


def test_only_the_head_enters_seals_in_the_ledger(desk, enter):
    to = reverse("lists:register_seal")
    form = {"name": "服务专用章", "kind": "special", "keeper": str(desk.yin.pk)}

    assert enter(desk.ma).get(to).status_code == 404
    enter(desk.bao).post(to, form)

    assert Seal.objects.get(name="服务专用章").keeper == desk.yin


def test_a_seal_is_taken_out_and_brought_back_over_the_pages(desk, enter):
    back = timezone.localtime(timezone.now() + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    form = {"id": str(uuid4()), "purpose": "街道现场签约", "companion": str(desk.bao.pk), "back_at": back}
    answer = enter(desk.ma).post(reverse("lists:ask_seal_out", args=[desk.seal.pk]), form)
    number = answer.url.rstrip("/").rpartition("/")[2]

    def take(who, name, **given):
        enter(who).post(reverse("lists:seal_out_step", args=[number, name]), {"command": str(uuid4()), **given})
        return Seal.objects.get(pk=desk.seal.pk).state

    assert take(desk.bao, "approve") == "in_use"
    assert take(desk.yin, "take_out") == "out"
    assert "街道现场签约" in text_of(enter(desk.ma).get(reverse("lists:seal_desk"), {"tab": "out"}))
    assert take(desk.yin, "bring_back", note="印面完好") == "in_use"
    assert "印面完好" in text_of(enter(desk.ma).get(reverse("lists:seal_out", args=[number])))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.errors import Refused
from linli.kernel.text import clean, initials, likeness, personal_data_in, pinyin, search_keys

BIN = "小区门口的垃圾桶满了很久没有人清理，味道很大，希望尽快派人处理"
BIN_AGAIN = "我们小区垃圾桶满了好几天没有人清理，臭味很大，请尽快处理"
LAMP = "中山路上的路灯坏了三天了，晚上走路看不见"


def test_the_same_matter_in_other_words_is_more_alike_than_another_matter():
    assert likeness(BIN, BIN_AGAIN) > 0.35 > 0.1 > likeness(BIN, LAMP)


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_symmetric_and_between_0_and_1(a, b):
    assert likeness(a, b) == likeness(b, a)
    assert 0.0 <= likeness(a, b) <= 1.0


@pytest.mark.parametrize("text", [BIN, "路灯不亮", "坑"])
def test_a_text_is_wholly_like_itself(text):
    assert likeness(text, text) == pytest.approx(1.0)


def test_the_order_of_sentences_does_not_matter():
    first, second = BIN.split("，", 1)

    assert likeness(BIN, f"{second}，{first}") > 0.9


def test_a_place_is_found_by_its_sound():
    assert pinyin("仙霞新村") == "xian xia xin cun"
    assert initials("仙霞新村") == "xxxc"
    assert search_keys("重庆路") == ("重庆路", "chongqinglu", "cql")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请打13812345678联系我", ["13812345678"]),
        ("电话１３８ １２３４ ５６７８", ["138 1234 5678"]),
        ("身份证310105194912310025", ["310105194912310025"]),
        ("车牌沪A12345和粤B·D12345挡路", ["沪A12345", "粤B·D12345"]),
        ("座机021-62345678，信箱a.b@example.com", ["021-62345678", "a.b@example.com"]),
        ("工单号2026112212345678", []),
        ("3号楼2单元501室垃圾没人收", []),
    ],
)
def test_personal_data_in_a_report_is_found(text, found):
    assert personal_data_in(text) == found


def test_cleaning_keeps_what_can_be_read():
    assert clean("  路灯\u200b坏了\r\n\r\n\r\n\r\n\t请 \u00a0修\x00 ", 100) == "路灯坏了\n\n请 修"


def test_a_text_too_long_is_refused_and_not_cut():
    assert len(clean("字" * 4000, 4000)) == 4000
    with pytest.raises(Refused, match=r"4000.*4001"):
        clean("字" * 4001, 4000)

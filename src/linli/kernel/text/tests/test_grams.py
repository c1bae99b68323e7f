import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.text import bigrams, grams

ASSIGNED = st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\x00")
MIXED = st.text(
    st.one_of(st.sampled_from("垃圾桶占道施工路灯０９ａＡzZΣσςİıß①ﬁ㈱한カﾞ𠀀豈 ,。-"), ASSIGNED), max_size=60
)


def in_sql(text: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select text_bigrams(%s)", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("占道施工", ["占道", "施工", "道施"]),
        ("Ａ3区 12345热线", ["12345", "a3", "热线"]),
        ("坑", []),
        ("", []),
        ("垃圾，垃圾", ["垃圾"]),
        ("x" * 50, ["x" * 40]),
        ("CAFÉ", ["café"]),
    ],
)
def test_chinese_is_cut_in_pairs_and_words_stay_whole(text, expected):
    assert bigrams(text) == expected


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(MIXED)
def test_the_database_cuts_exactly_as_python_does(text):
    assert in_sql(text) == bigrams(text)
    assert in_sql(text * 8) == bigrams(text * 8)


@pytest.mark.django_db
def test_the_database_agrees_on_every_letter_there_is():
    letters = [chr(c) for c in range(1, 0x31350) if unicodedata.category(chr(c)) not in ("Cs", "Cn", "Co")]
    parts = [letters[at : at + 4000] for at in range(0, len(letters), 4000)]

    for part in parts:
        text = " ".join(f"x{letter}垃圾" for letter in part)
        assert in_sql(text) == bigrams(text)


@given(MIXED, st.text(st.sampled_from("垃圾桶占道施工路灯"), min_size=2, max_size=6), MIXED)
def test_a_text_has_all_the_grams_of_a_chinese_phrase_in_it(before, phrase, after):
    assert set(bigrams(phrase)) <= set(bigrams(before + phrase + after))


def test_grams_keep_order_and_repetitions():
    assert grams("垃圾a垃圾") == ["垃圾", "a", "垃圾"]

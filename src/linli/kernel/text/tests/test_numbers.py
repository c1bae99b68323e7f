import pytest

from linli.kernel.text.numbers import whole


@pytest.mark.parametrize(("text", "number"), [("42", 42), ("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_plain_digits_are_a_number(text, number):
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", " 4", "-1", "4.0", "²", "４２", "٤", "四", "9" * 19, "1e3"])
def test_everything_else_is_none(text):
    assert whole(text) is None

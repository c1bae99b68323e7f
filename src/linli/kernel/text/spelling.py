"""Pinyin keys, so that a street or a person is found by typing its sound on any keyboard."""

from pypinyin import Style, lazy_pinyin

from linli.kernel.text.grams import normalise


def pinyin(text: str) -> str:
    """Syllables without tones, each apart by a blank, e.g. ``"仙霞新村"`` is ``"xian xia xin cun"``."""
    return " ".join(lazy_pinyin(normalise(text))).strip()


def initials(text: str) -> str:
    """First letters of the syllables, e.g. ``"仙霞新村"`` is ``"xxxc"``; Latin words and digits stay whole."""
    return "".join(lazy_pinyin(normalise(text), style=Style.FIRST_LETTER)).replace(" ", "")


def search_keys(text: str) -> tuple[str, ...]:
    """What ``text`` may be typed as: itself, its full pinyin in one word, its initials; each once."""
    return tuple(dict.fromkeys((normalise(text), pinyin(text).replace(" ", ""), initials(text))))

"""What ``linli messages`` finds, joins and complains about."""

from pathlib import Path

import pytest

from linli.config import translations
from linli.config.translations import Key

PYTHON = """
_("受理"); gettext_lazy("派" "遣"); ngettext("%(n)d 件", "%(n)d 件", n); pgettext("clock", "停"); _(variable)
"""
TEMPLATE = """{% load i18n %}{% translate "结案" %}{% blocktranslate with n=3 %}还有 {{ n }} 件{% endblocktranslate %}
{% translate "停" context "clock" %}"""


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    folder = tmp_path / "en" / "parts"
    folder.mkdir(parents=True)
    return folder


def test_messages_of_python_are_found() -> None:
    assert set(translations.in_python(PYTHON)) == {Key("受理"), Key("派遣"), Key("%(n)d 件"), Key("停", "clock")}


def test_messages_of_templates_are_found(tmp_path: Path) -> None:
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text(TEMPLATE)

    assert set(translations._used_in(page)) == {Key("结案"), Key("还有 %(n)s 件"), Key("停", "clock")}


def test_parts_are_joined_and_compiled(parts: Path) -> None:
    (parts / "cases.po").write_text('msgid "受理"\nmsgstr "Accept"\n')
    (parts / "web.po").write_text('msgid "返回"\nmsgstr "Back"\n')

    assert translations.messages([]) == 0

    assert (parts.parent / "LC_MESSAGES" / "django.mo").stat().st_size > 0
    assert (parts.parent / "LC_MESSAGES" / "django.po").read_text().count("msgstr") == 3


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ('msgid "受理"\nmsgstr "Take on"\n', "translated otherwise"),
        ('msgid "派遣"\nmsgstr ""\n', "not translated"),
        ('msgid "还有 %(n)s 件"\nmsgstr "%(m)s left"\n', "placeholders"),
        ('msgid "还有 %(n)s 件"\nmsgstr "some left"\n', "placeholders"),
    ],
)
def test_what_does_not_fit_is_named(parts: Path, other: str, problem: str) -> None:
    (parts / "cases.po").write_text('msgid "受理"\nmsgstr "Accept"\n')
    (parts / "other.po").write_text(other)

    assert any(problem in line for line in translations.collect("en").problems)

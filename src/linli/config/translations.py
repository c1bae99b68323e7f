"""``linli messages``: one catalogue out of the parts each piece keeps, compiled; and what has no translation yet.

The words in the code are Chinese. For every other language ``locale/<language>/parts/*.po`` holds the translations;
``LC_MESSAGES/django.po`` and ``.mo`` are made from them and not kept.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
PLURALS = {"en": "nplurals=2; plural=(n != 1);"}
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|%[sd]|\{[a-z_0-9.]*\}")

PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop", "ugettext"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}
PLURAL_WITH_CONTEXT = {"npgettext", "npgettext_lazy"}


@dataclass(frozen=True, order=True)
class Key:
    """What gettext looks a message up by."""

    text: str
    context: str = ""


@dataclass
class Collected:
    """The entries of one language, and what is wrong with them."""

    entries: dict[Key, polib.POEntry] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def messages(arguments: list[str]) -> int:
    """Make the catalogues, or with ``--check`` only say what is missing or contradictory."""
    parser = argparse.ArgumentParser(prog="linli messages")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a translation is missing")
    options = parser.parse_args(arguments)
    problems: list[str] = []
    for language in languages():
        collected = collect(language)
        problems += collected.problems
        if options.check:
            problems += missing(language, collected)
        else:
            write(language, collected)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if options.check and problems else 0


def languages() -> list[str]:
    """The languages that have a folder of parts."""
    return sorted(path.parent.name for path in LOCALE.glob("*/parts") if path.is_dir())


def collect(language: str) -> Collected:
    """All parts of ``language`` together; who comes second with another translation is a problem."""
    collected = Collected()
    for path in sorted((LOCALE / language / "parts").glob("*.po")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if not entry.obsolete:
                _add(collected, entry, path)
    return collected


def _add(collected: Collected, entry: polib.POEntry, path: Path) -> None:
    key = Key(entry.msgid, entry.msgctxt or "")
    said = _said(entry)
    if not all(said):
        collected.problems.append(f"{path.name}: {entry.msgid!r} is not translated")
        return
    if not _keeps_placeholders(entry):
        collected.problems.append(f"{path.name}: {entry.msgid!r} and its translation differ in placeholders")
    before = collected.entries.setdefault(key, entry)
    if _said(before) != said:
        collected.problems.append(f"{path.name}: {entry.msgid!r} is translated otherwise in another part")


def _said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _keeps_placeholders(entry: polib.POEntry) -> bool:
    """The same in both; a singular may leave its number out ("one case")."""
    wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
    found = [set(PLACEHOLDER.findall(text)) for text in _said(entry)]
    return all(each <= wanted for each in found) and found[-1] == wanted


def write(language: str, collected: Collected) -> None:
    """Write ``django.po`` and ``django.mo``, the same for the same parts."""
    whole = polib.POFile()
    whole.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    whole.extend(collected.entries[key] for key in sorted(collected.entries))
    folder = LOCALE / language / "LC_MESSAGES"
    folder.mkdir(exist_ok=True)
    whole.save(str(folder / "django.po"))
    whole.save_as_mofile(str(folder / "django.mo"))


def missing(language: str, collected: Collected) -> list[str]:
    """Messages of code and templates that ``language`` has no words for, with the place of their first use."""
    used: dict[Key, str] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for key in _used_in(path):
            used.setdefault(key, str(path.relative_to(PACKAGE)))
    lacking = sorted(set(used) - set(collected.entries))
    return [f"{used[key]}: no {language} translation of {key.text!r}" for key in lacking]


def _used_in(path: Path) -> Iterator[Key]:
    if path.suffix == ".py":
        yield from in_python(path.read_text(encoding="utf-8"))
    elif path.suffix in (".html", ".txt") and "templates" in path.parts:
        yield from in_python(_code_of_template(path))


def _code_of_template(path: Path) -> str:
    """Django turns a template into calls of gettext among lines of X; only the calls are kept."""
    converted = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    calls = re.findall(
        r"""\b(?:n?p?gettext|_)\((?:u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|[\s,]|count)+\)""", converted
    )
    return "\n".join(calls)


def in_python(source: str) -> Iterator[Key]:
    """Messages that Python source asks a translation for; only literal ones can be found."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in PLAIN | PLURAL and words:
            yield Key(words[0])
        elif name in WITH_CONTEXT | PLURAL_WITH_CONTEXT and len(words) >= 2:
            yield Key(words[1], words[0])

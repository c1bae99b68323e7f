"""Text as it comes in from people: cleaned of what cannot be stored or seen, refused when too long."""

import re
import unicodedata

from django.utils.translation import gettext as _

from linli.kernel.errors import Refused

_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_MANY_BLANKS = re.compile(r"[^\S\n]+")
_MANY_LINES = re.compile(r"\n{3,}")

_PERSONAL = (
    re.compile(r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)0\d{2,3}[-\s]\d{7,8}(?!\d)"),
    re.compile(
        r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
    ),
    re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][\s·•]?"
        r"(?:[0-9A-HJ-NP-Z]{4}[0-9A-HJ-NP-Z挂学警港澳]|[DF][0-9A-HJ-NP-Z]\d{4}|\d{5}[DF])(?![0-9A-Za-z])"
    ),
    re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
)


def clean(text: str, limit: int) -> str:
    """``text`` without control and invisible characters, with plain line ends and single blanks, trimmed.

    limit   most characters allowed after cleaning; more is refused, never cut silently
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    seen = lines
    if not lines.replace("\n", "").isprintable():  # nothing printable is invisible; the slow way only where needed
        seen = "".join(char for char in lines if char == "\n" or unicodedata.category(char) not in _INVISIBLE)
    trimmed = "\n".join(line.strip() for line in _MANY_BLANKS.sub(" ", seen).split("\n"))
    result = _MANY_LINES.sub("\n\n", trimmed).strip()
    if len(result) > limit:
        raise Refused(_("文字最多%(limit)d字，现有%(count)d字。") % {"limit": limit, "count": len(result)})
    return result


def personal_data_in(text: str) -> list[str]:
    """Phone, landline, identity card and plate numbers and mail addresses found in ``text``, in order of appearance."""
    plain = unicodedata.normalize("NFKC", text)
    found = [(match.start(), match.group()) for shape in _PERSONAL for match in shape.finditer(plain)]
    return [value for _place, value in sorted(set(found))]


def without_personal_data(text: str) -> str:
    """``text`` with every number and address that ``personal_data_in`` finds replaced by asterisks.

    All else stays as written, unless NFKC moves its letters: then the text comes back in that form.
    """
    plain = unicodedata.normalize("NFKC", text)
    spans = [match.span() for shape in _PERSONAL for match in shape.finditer(plain)]
    if not spans:
        return text
    letters = list(text if len(text) == len(plain) else plain)
    for start, end in spans:
        letters[start:end] = "*" * (end - start)
    return "".join(letters)

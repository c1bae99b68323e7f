"""The 12-digit codes of national divisions: what a code stands for, and what it lies in.

Digits 1–6 county level and above (GB/T 2260), 7–9 town level (GB/T 10114), 10–12 village level.
Source: standards list of division code segments.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.kernel.errors import Refused

_TOWN_RANGES = ((1, 99), (100, 199), (200, 399), (400, 599))
_COMMITTEES = ((1, 199), (400, 498))
_VILLAGES = ((200, 399), (500, 598))


class DivisionRefused(Refused):
    """Not a division code that can be taken in."""


@dataclass(frozen=True, slots=True)
class Division:
    """kind  kind of unit; level  level of authority; parent_code  "" for a district"""

    code: str
    kind: str
    level: str
    parent_code: str


def parsed(code: str) -> Division:
    """What a 12-digit code stands for. Raises DivisionRefused (form, above a county, or an unassigned range)."""
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        raise DivisionRefused(_("“%(code)s”不是12位数字的区划代码。") % {"code": code}, field="code")
    county, town, village = code[:6], int(code[6:9]), int(code[9:])
    if county[4:] == "00" and town == 0:
        raise DivisionRefused(_("%(code)s是省级或市级代码，只导入区县及以下。") % {"code": code}, field="code")
    if town == 0 and village == 0:
        return Division(code, "district", "town", "")
    if not _within(town, _TOWN_RANGES):
        raise DivisionRefused(_("%(code)s的乡级代码不在规定范围内。") % {"code": code}, field="code")
    if village == 0:
        return Division(code, "street", "town", f"{county}000000")
    if _within(village, _COMMITTEES):
        return Division(code, "committee", "unit", f"{code[:9]}000")
    if _within(village, _VILLAGES):
        return Division(code, "village", "unit", f"{code[:9]}000")
    raise DivisionRefused(_("%(code)s的村级代码不在规定范围内。") % {"code": code}, field="code")


def _within(number: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= number <= high for low, high in ranges)

"""Reading what a phone's form sent: every value is checked by kind and length before a verb sees it."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from linli.kernel.devices.verbs import FieldRefused


class Fields:
    """The fields of one command. Everything that is not what it should be is refused by the field's name."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def text(self, name: str, *, limit: int = 400, needed: bool = False) -> str:
        value = self._given.get(name)
        text = value.strip() if isinstance(value, str) else ""
        if value is not None and not isinstance(value, str):
            raise _wrong(name)
        if needed and not text:
            raise FieldRefused(_("请填写必填的内容。"), field=name)
        if len(text) > limit:
            raise FieldRefused(_("文字太长，最多 %(limit)d 字。") % {"limit": limit}, field=name)
        return text

    def number(self, name: str, *, least: float, most: float) -> float | None:
        """A finite number within bounds; None when nothing is given."""
        value = self._given.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise _wrong(name)
        if not least <= value <= most:
            raise _wrong(name)
        return float(value)

    def whole(self, name: str, *, least: int = 0, most: int = 1_000_000) -> int | None:
        value = self.number(name, least=least, most=most)
        if value is not None and not value.is_integer():
            raise _wrong(name)
        return None if value is None else int(value)

    def flag(self, name: str) -> bool:
        value = self._given.get(name)
        if value is not None and not isinstance(value, bool):
            raise _wrong(name)
        return bool(value)

    def key(self, name: str) -> UUID | None:
        text = self.text(name, limit=40)
        try:
            return UUID(text) if text else None
        except ValueError:
            raise _wrong(name) from None

    def keys(self, name: str, *, most: int) -> list[UUID]:
        try:
            return [UUID(one) for one in self.items(name, most=most)]
        except (ValueError, AttributeError, TypeError):
            raise _wrong(name) from None

    def items(self, name: str, *, most: int) -> list[Any]:
        """A list of anything, at most ``most`` long; what is in it is for the caller to check."""
        value = self._given.get(name)
        if value is not None and (not isinstance(value, list) or len(value) > most):
            raise _wrong(name)
        return value or []

    def moment(self, name: str) -> datetime | None:
        """A time with its zone."""
        text = self.text(name, limit=40)
        try:
            found = parse_datetime(text) if text else None
        except ValueError:
            raise _wrong(name) from None
        if text and (found is None or found.tzinfo is None):
            raise _wrong(name)
        return found

    def position(self) -> tuple[float | None, float | None, float | None]:
        """lon, lat, accuracy in metres; degrees in WGS84. Either both of the first two or neither."""
        lon = self.number("lon", least=-180, most=180)
        lat = self.number("lat", least=-90, most=90)
        if (lon is None) != (lat is None):
            raise _wrong("lon")
        return lon, lat, self.number("accuracy_m", least=0, most=1_000_000)


def _wrong(name: str) -> FieldRefused:
    return FieldRefused(_("内容不符合要求：%(where)s。") % {"where": name}, field=name)

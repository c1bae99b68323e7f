"""What is written down about a site: read from the short form of a pack, checked against the JSON Schema of its kind.

Short form of a field: ``code:title:type``, with ``:choice|choice`` behind an enumeration; fields apart by ``；``.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson
from django.utils.translation import gettext as _

from linli.kernel.registry.refusals import SiteRefused

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = ("string", "integer", "number", "boolean", "choice")
LONGEST = 200
ORDER = "x-order"
"""Which comes first: the database keeps the keys of an object in an order of its own."""


def schema_of(short: str) -> dict[str, Any]:
    """The JSON Schema of a kind from its short form; "" allows nothing. Raises ValueError for a form not known."""
    properties = dict(_property(part) for part in filter(None, short.split("；")))
    for position, rule in enumerate(properties.values()):
        rule[ORDER] = position
    return {"$schema": DIALECT, "type": "object", "properties": properties, "additionalProperties": False}


def _property(part: str) -> tuple[str, dict[str, Any]]:
    code, title, kind, *choices = part.split(":")
    if kind not in TYPES or (kind == "choice") != bool(choices):
        raise ValueError(part)
    if kind == "choice":
        return code, {"title": title, "enum": choices[0].split("|")}
    if kind == "string":
        return code, {"title": title, "type": kind, "maxLength": LONGEST}
    if kind == "boolean":
        return code, {"title": title, "type": kind}
    return code, {"title": title, "type": kind, "minimum": 0}


def checked(attributes: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """``attributes`` without empty values. Raises SiteRefused naming the field that the schema does not allow."""
    given = {name: value for name, value in attributes.items() if value not in (None, "")}
    for error in _validator(orjson.dumps(schema)).iter_errors(given):
        path = [str(part) for part in error.instance_path]
        known = schema.get("properties", {})
        name = path[0] if path else next((one for one in given if one not in known), "")
        title = known.get(name, {}).get("title", name)
        raise SiteRefused(
            _("“%(title)s”不符合这类场所的登记要求。") % {"title": title}, field=f"attribute_{name}" if name else ""
        )
    return given


@lru_cache(maxsize=200)
def _validator(schema: bytes) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(orjson.loads(schema))


def shown(attributes: Mapping[str, Any], schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(title, value) in the order of the schema."""
    return [(rule.get("title", name), _words(attributes[name])) for name, rule in fields(schema) if name in attributes]


def fields(schema: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """What is written down of a kind: (name, rule) in the order of the pack."""
    return sorted(schema.get("properties", {}).items(), key=lambda pair: (pair[1].get(ORDER, 0), pair[0]))


def _words(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)

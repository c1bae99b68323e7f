"""What has happened to a matter, line by line, as people read it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.cases.queries import wording
from linli.kernel.evidence.queries import FileFacts, files
from linli.kernel.flow.models import Attachment, Entry, Matter
from linli.kernel.org.directory import directory

CLAIM_APART = timedelta(minutes=2)
"""Claimed and recorded times further apart than this are both shown."""

OK = frozenset({"file", "pass_check", "close", "register", "grant", "archive", "revisit", "confirm"})
WARN = frozenset({"urge", "urge_by_clock", "return", "fail_check", "rework", "reject", "void", "refute", "reopen",
                  "record_silence", "refuse", "record_absence"})  # fmt: skip

CHANGED: Mapping[str, Any] = {
    "category": gettext_lazy("分类"),
    "condition": gettext_lazy("立案条件"),
    "small_kind": gettext_lazy("五小类别"),
    "sphere": gettext_lazy("领域"),
    "is_pressing": gettext_lazy("急难愁"),
    "emergency": gettext_lazy("应急等级"),
    "lead_id": gettext_lazy("责任单位"),
    "commander_id": gettext_lazy("指挥单位"),
    "why": gettext_lazy("派遣依据"),
    "outcome": gettext_lazy("处置结果"),
    "result_code": gettext_lazy("结案类型"),
    "satisfaction": gettext_lazy("满意度"),
    "is_solved": gettext_lazy("是否解决"),
    "revisit_result": gettext_lazy("回访结果"),
    "linkage": gettext_lazy("联动"),
    "source": gettext_lazy("来源"),
    "channel": gettext_lazy("渠道"),
    "proof_waived": gettext_lazy("免附照片"),
    "arrived": gettext_lazy("到场位置"),
}
"""Fields of a case whose change is worth a line, with what they are called."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A file as shown: ``kind`` before, after…; ``title`` what it is called."""

    id: UUID
    kind: str
    title: str
    is_picture: bool
    is_public: bool
    seq: int
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the journal. ``recorded_at`` is None when it says nothing beside ``taken_at``."""

    seq: int
    round: int
    label: str
    icon: str
    look: str
    who: str
    role: str
    unit: str
    taken_at: datetime
    recorded_at: datetime | None
    is_late: bool
    target: str
    state: str
    note: str
    changes: tuple[tuple[str, str], ...]
    photos: tuple[Photo, ...]


def timeline(matter: Matter, photos: Iterable[Photo], *, icons: Mapping[str, str]) -> list[Line]:
    """The journal of ``matter``, newest first; one query. ``photos`` are those of ``photos_of``."""
    by_seq: dict[int, list[Photo]] = {}
    for photo in photos:
        by_seq.setdefault(photo.seq, []).append(photo)
    entries = Entry.objects.filter(matter=matter).select_related("actor", "assignee").order_by("-seq")
    return [_line(matter.flow, entry, by_seq.get(entry.seq, ()), icons) for entry in entries]


def _line(flow: str, entry: Entry, photos: Iterable[Photo], icons: Mapping[str, str]) -> Line:
    apart = abs(entry.recorded_at - entry.taken_at) > CLAIM_APART
    return Line(
        seq=entry.seq,
        round=entry.round,
        label=wording.step(flow, entry.step),
        icon=icons.get(entry.step, "message"),
        look="ok" if entry.step in OK else "late" if entry.step in WARN else "",
        who=_who(entry),
        role=wording.role(entry.role),
        unit=_holder(entry),
        taken_at=entry.taken_at,
        recorded_at=entry.recorded_at if apart else None,
        is_late=entry.is_late,
        target=entry.target,
        state=wording.state(flow, entry.target) if entry.target != entry.source else "",
        note=entry.note,
        changes=tuple(changes_in_words(entry.changes)),
        photos=tuple(photos),
    )


def _who(entry: Entry) -> str:
    if entry.actor.kind == "resident":
        return _("居民")
    return entry.actor.name


def _holder(entry: Entry) -> str:
    """Who holds it afterwards, where the step moved it."""
    unit = directory().tree.by_id.get(entry.unit_id)
    name = unit.name if unit else ""
    return f"{name} · {entry.assignee.name}" if entry.assignee else name


def changes_in_words(changes: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in changes.items():
        if name in CHANGED and (words := _value(name, value)):
            yield str(CHANGED[name]), words


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "category": lambda code: f"{code} {wording.category(code)}",
    "source": lambda code: wording.listed("sources", code),
    "channel": lambda code: str(wording.CHANNELS.get(code, code)),
    "small_kind": lambda code: wording.listed("five_kinds", code),
    "result_code": lambda code: wording.listed("results", code),
    "sphere": wording.sphere,
    "emergency": wording.emergency,
    "satisfaction": wording.satisfaction,
    "linkage": lambda code: str(wording.LINKAGES.get(code, code)),
    "lead_id": lambda key: _unit_name(int(key)),
    "commander_id": lambda key: _unit_name(int(key)),
    "arrived": lambda where: _place_words(where),
}


def _value(name: str, value: Any) -> str:
    if value in (None, "", 0) and name != "emergency":
        return ""
    if name in _WORDS:
        return _WORDS[name](value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def _place_words(where: Mapping[str, Any]) -> str:
    """How near it was: that is what one asks of somebody who says they were there."""
    parts = [_("距案件地点约 %(m)d 米") % {"m": where["distance_m"]}]
    if where.get("accuracy_m"):
        parts.append(_("误差约 %(m)d 米") % {"m": where["accuracy_m"]})
    return " · ".join(parts)


def _unit_name(key: int) -> str:
    unit = directory().tree.by_id.get(key)
    return unit.name if unit else ""


def photos_of(matter: Matter) -> list[Photo]:
    """Files on ``matter`` in the order they came; two queries."""
    kept = list(Attachment.objects.filter(matter=matter).order_by("seq", "id"))
    facts = files([one.file_id for one in kept])
    return [_photo(one, facts[one.file_id]) for one in kept if one.file_id in facts]


def _photo(one: Attachment, facts: FileFacts) -> Photo:
    label = wording.FILE_KINDS.get(one.kind, one.kind)
    return Photo(
        id=one.file_id,
        kind=one.kind,
        title=f"{label} · {facts.name}",
        is_picture=facts.has_thumb,
        is_public=one.is_public,
        seq=one.seq,
        taken_at=facts.taken_at,
    )

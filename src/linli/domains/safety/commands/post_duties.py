"""One post, two duties: what a post does for its business and what for safety (000-47)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import PostDuty
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import keep, require
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

RIGHT = "keep_sites"


class PostDutyRefused(Refused):
    """Not to be written down like that."""


@dataclass(frozen=True, slots=True)
class Said:
    """side  party or government; ``actor`` who holds the post, or None while it is vacant"""

    post_title: str
    side: str
    business: str
    safety: str
    actor: UUID | None = None


@transaction.atomic
def lay_down(unit: Unit, said: Said, *, actor: Actor, at: datetime, reason: str = "") -> PostDuty:
    """Both duties of a post from today; an earlier wording of the same post ends. Raises PostDutyRefused."""
    require(actor, RIGHT, unit, at)
    title, business, safety = (clean(text, most) for text, most in
                               ((said.post_title, 80), (said.business, 400), (said.safety, 400)))  # fmt: skip
    _check(title, business, safety, said.side)
    person = _person(unit, said.actor, at=at)
    before = PostDuty.objects.select_for_update().filter(unit=unit, post_title=title, until=None).first()
    if before:
        _end(before, reason.strip() or _("改为新的职责"), at=at)
    row = PostDuty.objects.create(
        unit=unit, post_title=title, side=said.side, actor=person, business=business, safety=safety,
        since=timezone.localdate(at), set_by=actor, set_at=at,
    )  # fmt: skip
    keep(row, "lay_down_post_duty", actor=actor, at=at, reason=reason, changes={"post_title": title})
    return row


@transaction.atomic
def end(row_id: int, *, actor: Actor, at: datetime, reason: str) -> PostDuty:
    """The post is no more, or has no safety duty of its own. Raises NotFound, PostDutyRefused, RightRefused."""
    row = PostDuty.objects.select_for_update().select_related("unit").filter(pk=row_id, until=None).first()
    if row is None:
        raise NotFound
    require(actor, RIGHT, row.unit, at)
    said = clean(reason, 200)
    if len(said) < 2:
        raise PostDutyRefused(_("请写明理由。"), field="reason")
    _end(row, said, at=at)
    keep(row, "end_post_duty", actor=actor, at=at, reason=said)
    return row


def _check(title: str, business: str, safety: str, side: str) -> None:
    if side not in PostDuty.Side.values:
        raise PostDutyRefused(_("请选择党委或政府一侧。"), field="side")
    for field, text in (("post_title", title), ("business", business), ("safety", safety)):
        if not text:
            raise PostDutyRefused(_("岗位、业务职责和安全职责都要填写。"), field=field)
        if personal_data_in(text):
            raise PostDutyRefused(_("这里不要写电话、证件号等个人信息。"), field=field)


def _person(unit: Unit, key: UUID | None, *, at: datetime) -> Actor | None:
    if key is None:
        return None
    person = Actor.objects.filter(pk=key, kind=Actor.Kind.STAFF).first()
    if person is None or not any(post.unit_path.startswith(unit.path) for post in org.posts_of(person, at)):
        raise PostDutyRefused(_("这个人不在该单位任职。"), field="actor")
    return person


def _end(row: PostDuty, reason: str, *, at: datetime) -> None:
    row.until, row.end_reason = max(timezone.localdate(at), row.since), reason
    row.save(update_fields=["until", "end_reason"])

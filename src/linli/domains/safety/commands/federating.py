"""A business district's federation: found it, let buildings join and leave, say who speaks for them (000-44)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.models import Federation, Member
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.commands import contacts, people, units
from linli.kernel.org.commands.changes import named, require
from linli.kernel.org.masking import plain_number
from linli.kernel.org.models import Actor, Change, Post, Unit
from linli.kernel.org.queries.posts import day_of
from linli.kernel.registry.models import Site
from linli.kernel.text import clean, personal_data_in

RIGHT = "convene"
"""Who founds a federation (over its street) and keeps its members (over it)."""
MOST_MEMBERS = 300


class FederationRefused(Refused):
    """Not with this federation, or not like this. ``str()`` is fit to show."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Who speaks for a member: ``person`` with a sign-in of their own, or a name and a phone to be kept sealed."""

    person: Actor | None = None
    name: str = ""
    phone: str = ""


@transaction.atomic
def found(
    home: Unit, *, name: str, founded_on: date, purpose: str = "", unit: Unit | None = None, actor: Actor, at: datetime
) -> Federation:
    """Found a federation under the street ``home``, on ``unit`` if that association is there already.

    Raises FederationRefused, RightRefused.
    """
    require(actor, RIGHT, home, at)
    if founded_on > day_of(at):
        raise FederationRefused(_("成立日期不能晚于今天。"), field="founded_on")
    unit = unit or _unit(home, name, founded_on, actor=actor, at=at)
    if unit.kind != Unit.Kind.ASSOCIATION or not unit.path.startswith(home.path):
        raise FederationRefused(_("请选择本街道的社会组织。"), field="unit")
    if Federation.objects.filter(pk=unit.pk).exists():
        raise FederationRefused(_("“%(name)s”已经成立。") % {"name": unit.name}, field="name")
    made = Federation.objects.create(
        unit=unit, home=org.home_of(unit), founded_on=founded_on, purpose=_plain(purpose, 400, field="purpose"),
        made_by=actor, made_at=at,
    )  # fmt: skip
    _note(made, "found", actor=actor, at=at, changes={"founded_on": founded_on, "unit": unit.name})
    return made


def _unit(home: Unit, name: str, founded_on: date, *, actor: Actor, at: datetime) -> Unit:
    name = clean(name, 60)
    if not name:
        raise FederationRefused(_("请填写联合会名称。"), field="name")
    if Unit.objects.filter(parent=home, name=name, valid_to=None).exists():
        raise FederationRefused(_("“%(name)s”已经成立。") % {"name": name}, field="name")
    number = Unit.objects.filter(code__startswith=f"{home.code}-fed").count() + 1
    # Units are made by who keeps the organisation; a federation is an office of nobody's, so its founding does it.
    return units.found(
        code=f"{home.code}-fed{number}", name=name, kind="association", parent=home, tree="zone",
        valid_from=founded_on, actor=people.the_system(), at=at, reason=_("商圈联合会成立"),
    )  # fmt: skip


@transaction.atomic
def join(
    federation: Federation, site: Site, *, body: str, since: date, contact: Reach, post: str = "member", actor: Actor,
    at: datetime,
) -> Member:  # fmt: skip
    """Let a building or mall join; joined already, its membership comes back.

    Raises FederationRefused, RightRefused.
    """
    _lock(federation, actor, at)
    if found := Member.objects.filter(federation=federation, site=site, until=None).first():
        return found
    if site.state == Site.State.CLOSED or not site.unit.path.startswith(federation.home.path):
        raise FederationRefused(_("请选择本街道在用的楼宇或商场。"), field="site")
    if since > day_of(at) or since < federation.founded_on:
        raise FederationRefused(_("入会日期应在联合会成立之后、今天以前。"), field="since")
    if Member.objects.filter(federation=federation, until=None).count() >= MOST_MEMBERS:
        raise FederationRefused(_("最多%(most)d个成员。") % {"most": MOST_MEMBERS})
    body = _plain(body, 120, field="body")
    if not body:
        raise FederationRefused(_("请填写成员单位。"), field="body")
    _check_post(federation, post)
    member = Member.objects.create(
        federation=federation, site=site, body=body, contact=_contact(federation, contact, body, at), post=post,
        since=since, set_by=actor, set_at=at,
    )  # fmt: skip
    _note(member, "join", actor=actor, at=at, changes={"site": site.code, "body": body, "post": post})
    return member


@transaction.atomic
def leave(member: Member, *, on: date, reason: str, actor: Actor, at: datetime) -> Member:
    """End a membership from the day ``on``. Raises FederationRefused, RightRefused, NotFound."""
    member = _own(member, actor, at)
    if not reason.strip():
        raise FederationRefused(_("请写明理由。"), field="reason")
    if on < member.since or on > day_of(at):
        raise FederationRefused(_("退会日期应在入会之后、今天以前。"), field="on")
    member.until, member.end_reason = on, _plain(reason, 200, field="reason")
    member.save(update_fields=["until", "end_reason"])
    _note(member, "leave", actor=actor, at=at, reason=member.end_reason, changes={"until": on})
    return member


@transaction.atomic
def set_post(member: Member, post: str, *, actor: Actor, at: datetime, reason: str = "") -> Member:
    """Make a member chair, deputy, secretary or plain member; the chair before becomes a plain member.

    Raises FederationRefused, RightRefused, NotFound.
    """
    member = _own(member, actor, at)
    if post not in Member.Post.values:
        raise FederationRefused(_("请选择职务。"), field="post")
    if post == Member.Post.CHAIR:
        for earlier in Member.objects.filter(federation=member.federation, until=None, post=post).exclude(pk=member.pk):
            earlier.post = Member.Post.MEMBER
            earlier.save(update_fields=["post"])
            _note(earlier, "set_post", actor=actor, at=at, reason=reason, changes={"post": ["chair", "member"]})
    before, member.post = member.post, post
    member.save(update_fields=["post"])
    _note(member, "set_post", actor=actor, at=at, reason=reason, changes={"post": [before, post]})
    return member


@transaction.atomic
def set_contact(member: Member, contact: Reach, *, actor: Actor, at: datetime) -> Member:
    """Say anew who speaks for a member. Raises FederationRefused, RightRefused, NotFound."""
    member = _own(member, actor, at)
    member.contact = _contact(member.federation, contact, member.body, at)
    member.save(update_fields=["contact"])
    _note(member, "set_contact", actor=actor, at=at, changes={"contact": member.contact_id})
    return member


def _contact(federation: Federation, given: Reach, body: str, at: datetime) -> Actor | None:
    """Somebody who signs in for this federation, or an outside person whose name and phone are sealed."""
    if given.person is not None:
        on = day_of(at)
        held = Post.objects.filter(actor=given.person, over=federation.unit, since__lte=on)
        if not any(post.until is None or post.until > on for post in held):
            raise FederationRefused(_("请选择在联合会任职、有账号的人员。"), field="person")
        return given.person
    if not (given.name.strip() or given.phone.strip()):
        return None
    if len(plain_number(given.phone)) < 7 or not given.name.strip():
        raise FederationRefused(_("请同时填写联系人姓名和电话。"), field="phone")
    # Its name is the body's: what stands on attendance lists is who is represented, never a sealed person.
    outside = Actor.objects.create(kind=Actor.Kind.OUTSIDE, name=body[:80])
    contacts.keep_contact(outside, name=given.name.strip()[:80], phone=given.phone.strip()[:20])
    return outside


def _check_post(federation: Federation, post: str) -> None:
    if post not in Member.Post.values:
        raise FederationRefused(_("请选择职务。"), field="post")
    taken = Member.objects.filter(federation=federation, until=None, post=Member.Post.CHAIR)
    if post == Member.Post.CHAIR and taken.exists():
        raise FederationRefused(_("已有会长，请先调整职务。"), field="post")


def _lock(federation: Federation, actor: Actor, at: datetime) -> None:
    """One change of the members at a time, of a federation there still is."""
    require(actor, RIGHT, federation.unit, at)
    row = Federation.objects.select_for_update(of=("self",)).get(pk=federation.pk)
    if row.dissolved_on is not None:
        raise FederationRefused(_("联合会已解散。"))


def _own(member: Member, actor: Actor, at: datetime) -> Member:
    _lock(member.federation, actor, at)
    found = Member.objects.select_related("federation__unit", "federation__home", "site").filter(pk=member.pk).first()
    if found is None:
        raise NotFound
    if found.until is not None:
        raise FederationRefused(_("该成员已退会。"))
    return found


def _note(
    subject: Federation | Member, verb: str, *, actor: Actor, at: datetime, changes: Mapping[str, object],
    reason: str = "",
) -> None:  # fmt: skip
    """Write it to the change log. No unit and no post changes, so nothing that is remembered of those is dropped."""
    kept = {name: value if isinstance(value, list) else str(value or "") for name, value in changes.items()}
    Change.objects.create(actor=actor, at=at, subject=named(subject), verb=verb, reason=reason, changes=kept)


def _plain(text: str, most: int, *, field: str) -> str:
    if found := personal_data_in(text):
        raise FederationRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=field)
    return clean(text, most)

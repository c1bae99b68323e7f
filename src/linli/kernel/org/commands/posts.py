"""Appoint, end and deputise: who holds which role, over what, from when to when."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.kernel.errors import Refused
from linli.kernel.org import roles
from linli.kernel.org.commands.changes import RightRefused, keep, require
from linli.kernel.org.models import Actor, Post, Unit
from linli.kernel.org.queries.posts import day_of

LONGEST_DEPUTY_DAYS = 366


class PostRefused(Refused):
    """The post cannot be given or ended like that."""


@transaction.atomic
def appoint(
    person: Actor,
    role: str,
    unit: Unit,
    *,
    over: Unit | None = None,
    title: str = "",
    since: date | None = None,
    until: date | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Post:
    """Give ``person`` the ``role`` in ``unit``, over ``over`` and everything below it (``unit`` when None).

    since, until  half-open; from today and without an end when None

    Raises PostRefused (unknown role, already held, two administrator roles at one time), RightRefused.
    """
    require(actor, "edit_posts", unit, at)
    if over is not None:
        require(actor, "edit_posts", over, at)
    if person.pk == actor.pk:
        raise RightRefused(_("不能给自己任职。"))
    post = Post(
        actor=person, unit=unit, over=over or unit, role=role, title=title, since=since or day_of(at), until=until
    )
    return _kept_post(post, "appoint", actor=actor, at=at, reason=reason)


@transaction.atomic
def end_post(post: Post, *, on: date | None = None, actor: Actor, at: datetime, reason: str = "") -> None:
    """End ``post`` on the day ``on`` (today when None); one that would end before it begins never was.

    Raises PostRefused, RightRefused.
    """
    row = Post.objects.select_for_update().select_related("unit").filter(pk=post.pk).first()
    if row is None:
        raise PostRefused(_("该任职已不存在。"))
    require(actor, "edit_posts", row.unit, at)
    day = on or day_of(at)
    if row.until is not None and row.until <= day:
        raise PostRefused(_("该任职已于%(on)s结束。") % {"on": row.until.isoformat()})
    before = row.until
    if row.since >= day:
        keep(row, "withdraw", actor=actor, at=at, reason=reason, changes={**_facts(row), "since": [row.since, None]})
        row.delete()
        return
    row.until = day
    row.save(update_fields=["until"])
    keep(row, "end_post", actor=actor, at=at, reason=reason, changes={**_facts(row), "until": [before, day]})


@transaction.atomic
def deputise(
    post: Post, person: Actor, *, since: date, until: date, actor: Actor, at: datetime, reason: str = ""
) -> Post:
    """Let ``person`` stand in for the holder of ``post`` on the days [since, until); said by the holder or an official.

    Raises PostRefused, RightRefused.
    """
    row = Post.objects.select_related("unit", "over").get(pk=post.pk)
    if actor.pk != row.actor_id:
        require(actor, "edit_posts", row.unit, at)
    if row.role in roles.ADMINISTRATORS:
        raise PostRefused(_("系统、安全、审计管理员不能由人代理。"), field="person")
    if row.deputy:
        raise PostRefused(_("代理人不能再委托他人代理。"), field="person")
    if person.pk == row.actor_id:
        raise PostRefused(_("不能由本人代理本人。"), field="person")
    if since < row.since or (row.until is not None and until > row.until):
        raise PostRefused(_("代理期限应在原任职期限之内。"), field="until")
    if (until - since).days > LONGEST_DEPUTY_DAYS:
        raise PostRefused(_("代理期限不能超过%(days)d天。") % {"days": LONGEST_DEPUTY_DAYS}, field="until")
    deputy = Post(
        actor=person,
        unit=row.unit,
        over=row.over,
        role=row.role,
        title=row.title,
        deputy=True,
        since=since,
        until=until,
    )
    return _kept_post(deputy, "deputise", actor=actor, at=at, reason=reason)


def _kept_post(post: Post, verb: str, *, actor: Actor, at: datetime, reason: str) -> Post:
    _check(post)
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError as conflict:
        raise PostRefused(_conflict_in_words(str(conflict)), field="role") from conflict
    keep(post, verb, actor=actor, at=at, reason=reason, changes=_facts(post))
    return post


def _check(post: Post) -> None:
    if post.role not in roles.BY_CODE:
        raise PostRefused(_("不认识的岗位“%(role)s”。") % {"role": post.role}, field="role")
    if post.actor.kind == Actor.Kind.RESIDENT:
        raise PostRefused(_("居民账号不能任职，请先登记为工作人员。"), field="person")
    for unit in (post.unit, post.over):
        if unit.valid_to is not None and unit.valid_to <= post.since:
            raise PostRefused(_("%(unit)s已于%(on)s撤销。") % {"unit": unit.name, "on": unit.valid_to.isoformat()})
    if post.until is not None and post.until <= post.since:
        raise PostRefused(_("任职的结束日期须晚于开始日期。"), field="until")


def _conflict_in_words(conflict: str) -> str:
    if "post_administrators_apart" in conflict:
        return _("三员分立:同一人不能同时担任系统、安全、审计管理员中的两种。")
    if "post_once" in conflict:
        return _("此人在该期间已担任这一岗位。")
    raise PostRefused(_("任职信息不完整，请检查人员、单位和日期。"))


def _facts(post: Post) -> dict[str, object]:
    return {
        "person": post.actor_id,
        "role": post.role,
        "unit": post.unit_id,
        "over": post.over_id,
        "term": [post.since, post.until],
    }

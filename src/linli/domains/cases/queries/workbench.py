"""The workbench: what is waiting for somebody, tab by tab, counted and paged by keyset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.cases.flow.case import OPEN
from linli.domains.cases.models import SavedFilter
from linli.domains.cases.queries import filtering
from linli.domains.cases.queries.filtering import Filter
from linli.domains.cases.queries.reaching import Reach, areas_below, reach_of
from linli.domains.cases.queries.rows import Row, rows
from linli.kernel.flow.inbox import Asked, Cursor, Holder, page_keys
from linli.kernel.messages import queries as notices
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held

PAGE = 50
COUNTED_TO = 1000

RUNNING = (*(s for s in OPEN if s != "on_hold"), "on_spot")
CHILD_OPEN = (
    "asked", "working", "invited", "promised", "sent", "received", "arrived", "called", "unanswered", "at_grid",
    "at_station", "at_street", "at_district",
)  # fmt: skip
CHILDREN = ("co_handling", "invitation", "instruction", "liaison_call", "major")
EVERYBODY: frozenset[str] = frozenset()
DESK = frozenset({"operator", "duty_chief", "reporter_desk"})
CHECKING = frozenset({"verifier", "supervisor", "dispatcher", "operator", "duty_chief"})


def _mine(reach: Reach) -> tuple[Holder, Sequence[object]]:
    return "assignee_id", (reach.actor_id,)


def _unit(reach: Reach) -> tuple[Holder, Sequence[object]]:
    return "unit_id", reach.units


def wide(reach: Reach) -> tuple[Holder, Sequence[object]]:
    return reach.wide


@dataclass(frozen=True, slots=True)
class Tab:
    """One heap of work.

    by      which column it is listed by, with whose ids
    flows   kinds of matters in it
    roles   who is shown it; empty means everybody with a post
    """

    code: str
    label: str | Promise
    icon: str
    by: Callable[[Reach], tuple[Holder, Sequence[object]]]
    states: tuple[str, ...]
    flows: tuple[str, ...] = ("case",)
    due: str = ""
    roles: frozenset[str] = EVERYBODY
    hint: str | Promise = ""


TABS: tuple[Tab, ...] = (
    Tab("mine", _("我的"), "user", _mine, (*filtering.ALL_OPEN, *CHILD_OPEN), ("case", *CHILDREN),
        hint=_("派给您本人的事件、协办、指令会出现在这里。")),
    Tab("unit", _("本单位"), "users", _unit, filtering.ALL_OPEN,
        hint=_("派遣到您单位的事件会出现在这里。")),
    Tab("area", _("辖区"), "map-2", wide, filtering.ALL_OPEN,
        hint=_("您负责区域内的事件会出现在这里；第一件可以从“登记上报”进来。")),
    Tab("intake", _("待受理"), "clipboard-list", wide, ("reported", "accepted"), roles=DESK,
        hint=_("居民、热线和各平台报来的事件会先到这里。")),
    Tab("dispatch", _("待派遣"), "route", wide, ("filed",), roles=frozenset({"dispatcher", "duty_chief"}),
        hint=_("立案后等待派遣的事件会出现在这里。")),
    Tab("soon", _("临期"), "alarm", wide, RUNNING, due="day",
        hint=_("24 小时内到期的事件会出现在这里。")),
    Tab("late", _("超期"), "alert-triangle", wide, RUNNING, due="late",
        hint=_("超过时限还没办完的事件会出现在这里。")),
    Tab("check", _("待核查"), "eye", wide, ("done", "checking"), roles=CHECKING,
        hint=_("处置单位反馈后等待核查的事件会出现在这里。")),
    Tab("closing", _("待结案"), "checks", wide, ("checked",), roles=DESK,
        hint=_("核查通过、等待答复和结案的事件会出现在这里。")),
    Tab("register", _("待登记"), "notebook", wide, ("on_spot",), roles=DESK,
        hint=_("网格员当场处置的事件由中心补登记。")),
    Tab("revisit", _("待回访"), "phone-call", wide, ("closed",), roles=frozenset({"revisitor", *DESK}),
        hint=_("结案后需要回访的事件会出现在这里。")),
    Tab("returned", _("待裁定"), "gavel", wide, ("returned",), roles=frozenset({"duty_chief"}),
        hint=_("承办单位退回、等待裁定的事件会出现在这里。")),
    Tab("asks", _("待审批"), "clock-plus", wide, ("asked",), ("ask",), roles=frozenset({"duty_chief"}),
        hint=_("延期和挂账申请由值班长审批。")),
    Tab("children", _("协同"), "subtask", _unit, CHILD_OPEN, CHILDREN,
        hint=_("请您单位协办、应约、应答的事项会出现在这里。")),
)  # fmt: skip
OPENS_ON = ("mine", "intake", "dispatch", "check", "revisit", "unit", "area")
"""Tabs by how directly they are one's own work; a post has only some of them."""
SENDING = {
    "sending": Tab("sending", _("待派遣"), "route", wide, ("filed",)),
    "passing": Tab("passing", _("待派遣"), "route", wide, ("reported", "accepted", "filed")),
    "assigning": Tab("assigning", _("待派人"), "user-plus", _unit, ("dispatched", "handling")),
}
"""Heaps of the dispatch desk: the dispatcher's queue, the chief's (who takes in and sends in one go), a unit's own."""


@dataclass(frozen=True, slots=True)
class TabCount:
    """A tab as shown: its label and how many wait there, counted to ``COUNTED_TO``."""

    code: str
    label: str
    icon: str
    count: int
    is_on: bool

    @property
    def words(self) -> str:
        return f"{COUNTED_TO - 1}+" if self.count >= COUNTED_TO else str(self.count)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the workbench. ``after`` and ``before`` are what the neighbours ask with, or ""."""

    tab: Tab
    tabs: tuple[TabCount, ...]
    rows: list[Row]
    after: str
    before: str
    saved: tuple["Saved", ...]


@dataclass(frozen=True, slots=True)
class Saved:
    id: int
    name: str
    query: str


def tabs_for(post: Held | None) -> tuple[Tab, ...]:
    """The tabs somebody acting for ``post`` has."""
    role = post.role if post else ""
    return tuple(tab for tab in TABS if (post or tab.code == "mine") and (not tab.roles or role in tab.roles))


def tab_named(code: str, post: Held | None) -> Tab:
    """The tab asked for, if the post has it; else its first."""
    if code in SENDING and post:
        return SENDING[code]
    tabs = tabs_for(post)
    return next((tab for tab in tabs if tab.code == code), tabs[0])


def asked_for(tab: Tab, reach: Reach, asked: Filter, *, at: datetime) -> Asked:
    """What the inbox is asked: the tab's heap narrowed by the filter, never wider than the post reaches."""
    column, holders = tab.by(reach)
    sql = filtering.conditions(asked, at=at)
    sql.add("m.flow = any(%s)", list(tab.flows))
    if asked.area:
        column, holders = _in_area(column, holders, sql, reach, int(asked.area))
    if column == "unit_id" and not reach.within:
        sql.add("m.home_id = any(%s) or m.area_id = any(%s)", list(reach.homes), list(reach.areas))
    due_from, due_to = filtering.due_window(asked if asked.due else Filter(due=tab.due), at=at)
    is_new_first = asked.order == "new" or bool(asked.ended)
    return Asked(
        column, holders, filtering.states_of(asked, tab.states), "new" if is_new_first else "due",
        sql.joins, sql.where, sql.params, due_from, due_to, sql.keys,
    )  # fmt: skip


def _in_area(
    column: Holder, holders: Sequence[object], sql: filtering.Sql, reach: Reach, unit_id: int
) -> tuple[Holder, Sequence[object]]:
    """Narrowed to the territory of ``unit_id``: by index where the list goes by territory, else as a condition."""
    areas = areas_below(reach.scope, unit_id)
    if areas is None:
        return column, ()
    if unit_id in reach.homes and column == "home_id":
        return "home_id", (unit_id,)
    if column in ("home_id", "area_id"):
        return "area_id", areas
    sql.add("m.area_id = any(%s)", list(areas))
    return column, holders


def workbench(
    actor: Actor, post: Held | None, asked: Filter, *, tab: str, at: datetime, after: str = "", before: str = "",
) -> Page:  # fmt: skip
    """The page of ``tab``: one query for the keys, one for the rows, one for all counts, one for saved filters."""
    reach = reach_of(actor, post)
    tabs = counted(post, reach, at=at)
    chosen = tab_named(tab or opening(tabs), post)
    keys, newer, older = page_of(asked_for(chosen, reach, asked, at=at), after=after, before=before)
    return Page(
        tab=chosen,
        tabs=tuple(replace(one, is_on=one.code == chosen.code) for one in tabs),
        rows=rows(keys),
        after=older,
        before=newer,
        saved=saved_filters(actor),
    )


def opening(tabs: Sequence[TabCount]) -> str:
    """The tab a workbench opens on: the first of ``OPENS_ON`` where something waits, or "" for the usual first."""
    waiting = {tab.code for tab in tabs if tab.count}
    return next((code for code in OPENS_ON if code in waiting), "")


def page_of(asked: Asked, *, after: str, before: str, limit: int = PAGE) -> tuple[list[UUID], str, str]:
    """Keys of one page and the tokens of its neighbours: (keys, before, after)."""
    behind, ahead = token_read(after), token_read(before)
    found = page_keys(asked, after=ahead or behind, limit=limit + 1, backwards=ahead is not None)
    more, found = len(found) > limit, found[:limit]
    if ahead is not None:
        found.reverse()
    has_older, has_newer = (True, more) if ahead is not None else (more, behind is not None)
    newer = token(found[0]) if found and has_newer else ""
    older = token(found[-1]) if found and has_older else ""
    return [key for key, _due in found], newer, older


def token(at: tuple[UUID, datetime | None]) -> str:
    """Where a neighbouring page begins, as it stands in an address."""
    key, due = at
    return f"{key.hex}{due.isoformat() if due else ''}"


def token_read(text: str) -> Cursor | None:
    try:
        return Cursor(datetime.fromisoformat(text[32:]) if text[32:] else None, UUID(text[:32]))
    except ValueError:
        return None


def counted(post: Held | None, reach: Reach, *, at: datetime) -> tuple[TabCount, ...]:
    """How many wait in each tab, in one statement, each counted to ``COUNTED_TO`` at most."""
    tabs = tabs_for(post)
    found = counts_of({tab.code: asked_for(tab, reach, Filter(), at=at) for tab in tabs})
    return tuple(TabCount(t.code, str(t.label), t.icon, found.get(t.code, 0), is_on=False) for t in tabs)


def counts_of(heaps: dict[str, Asked]) -> dict[str, int]:
    """How many matters each heap holds, up to ``COUNTED_TO``; one statement for all."""
    parts, params = [], []
    for code, asked in heaps.items():
        if not asked.holders:
            continue
        text, values = _count(asked)
        parts.append(f"select %s::text, ({text})")
        params += [code, *values]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), params)
        return dict(cursor.fetchall())


def _count(asked: Asked) -> tuple[str, list[Any]]:
    window, edges = "", list[Any]()
    for sign, edge in ((">=", asked.due_from), ("<", asked.due_to)):
        if edge is not None:
            window += f" and m.due_at {sign} %s"
            edges.append(edge)
    more = f" and {asked.where}" if asked.where else ""
    if asked.keys is not None:
        window, edges = f"{window} and m.id = any(%s)", [*edges, list(asked.keys)]
    text = f"""select count(*) from (select 1 from flow_matter m {asked.joins}
        where m.{asked.column} = any(%s) and m.state = any(%s){window}{more} limit {COUNTED_TO}) n"""
    return text, [list(asked.holders), list(asked.states), *edges, *asked.params]


def saved_filters(actor: Actor) -> tuple[Saved, ...]:
    found = SavedFilter.objects.filter(actor=actor).order_by("name").values_list("id", "name", "query")
    return tuple(Saved(*one) for one in found)


MAJOR = Tab("major", "", "urgent", wide, ("at_grid", "at_station", "at_street", "at_district"), ("major",))
LIVE = {"mine": "mine", "intake": "intake", "dispatch": "dispatch", "overdue": "late", "major": "major"}
"""Names of live numbers in the menu → tabs they come from."""


def live_counts(actor: Actor, post: Held | None, *, at: datetime) -> dict[str, int]:
    """The numbers of the menu and of the tabs, for a page that is open."""
    reach = reach_of(actor, post)
    heaps = {tab.code: asked_for(tab, reach, Filter(), at=at) for tab in (*tabs_for(post), MAJOR)}
    found = counts_of(heaps)
    tabs = {f"tab-{tab.code}": found.get(tab.code, 0) for tab in tabs_for(post)}
    return tabs | {name: found.get(tab, 0) for name, tab in LIVE.items()} | {"unread": notices.unread_count(actor)}

"""Work under the lists: tasks on their way through the four layers, in every state; modules; what was handed out."""

import hashlib
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from PIL import Image, ImageDraw

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.lists.commands import handing, loading, modules, task_steps, tasks
from linli.domains.lists.commands.handing import Proposed
from linli.domains.lists.commands.task_steps import Given
from linli.domains.lists.commands.tasks import Giving
from linli.domains.lists.models import Handing, Task
from linli.domains.lists.queries import docking
from linli.kernel.catalog.models import WorkItem, WorkList
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.given import GivenFile
from linli.kernel.flow.system import system_actor
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Post, Unit

GIVEN, SAFETY = 12, 3
"""Items under which work is given in the cast's street, and how many of them are the office's of public safety."""
COMMITTEES = 4
WORDS = ("已走完，名单已更新", "已完成，情况正常", "已组织，居民反映良好", "已核实，疑问两户已说明")


def fill(district: District, chance: random.Random, at: datetime) -> int:
    """Tasks of the last weeks up to ``at``, and what else hangs on items; how many tasks. A second time nothing."""
    street = next(one for one in district.streets if one.code == CAST_STREETS[district.plan.code])
    if Task.objects.filter(asker__path__startswith=district.root.path).exists():
        return 0
    _modules(district)
    _handings(district, at)
    return sum(_travel(n, route, street, chance, at) for n, route in enumerate(_routes(district, street)))


@dataclass(frozen=True, slots=True)
class Route:
    """An item with the three units it passes before it comes to committees."""

    item: WorkItem
    units: tuple[Unit, Unit, Unit]


def _routes(district: District, street: Unit) -> list[Route]:
    """Admitted items whose department, office and centre are all there: of civil affairs, then of public safety."""
    node = directory().unit(street.pk)
    table = docking.table_of(docking.district_of(street.pk))
    found = WorkItem.objects.filter(
        worklist__unit=district.root, worklist__kind__in=("assist", "functions"), standing__wording__isnull=False
    ).select_related("standing", "worklist")
    ways = ((item, docking.way(docking.said_of(item), node, table)) for item in found.order_by("code")[:90])
    routes = [route for route in (_route(item, way) for item, way in ways) if route is not None]
    welfare = [route for route in routes if route.units[0].code.endswith("-mz")]
    welfare.sort(key=lambda route: not route.units[2].code.endswith("-slzx"))
    safety = [route for route in routes if route.units[1].code.endswith("-pab")]
    return [*welfare[: GIVEN - SAFETY], *safety[:SAFETY]]


def _route(item: WorkItem, way: docking.Way) -> Route | None:
    if not (way.departments and way.offices and way.centres):
        return None
    department, office, centre = (org.kept_unit(nodes[0].id) for nodes in (way.departments, way.offices, way.centres))
    return Route(item, (department, office, centre))


def _person(unit: Unit) -> Actor | None:
    roles = ("department_clerk", "unit_head", "committee_worker", "handler")
    posts = Post.objects.filter(over=unit, role__in=roles, until=None).select_related("actor")
    found = min(posts, key=lambda post: (roles.index(post.role), post.pk), default=None)
    return found.actor if found else None


def _travel(n: int, route: Route, street: Unit, chance: random.Random, at: datetime) -> int:
    """One item given by its department, taken through the layers, as far as ``n`` says; newer ones less far."""
    item, (department, office, centre) = route.item, route.units
    clerk, head, keeper = _person(department), _person(office), _person(centre)
    if clerk is None or head is None or keeper is None:
        return 0
    begun = at - timedelta(days=3 * (GIVEN - n) % 29, hours=chance.randrange(1, 9))
    if n % 3 == 2:
        return _to_committees(n, item, centre, keeper, street, begun, at)
    (task,) = _given(item, [office], clerk, begun)
    if n % 3 == 0:
        return 1
    task_steps.act(task, "accept", Given(), actor=head, at=begun + timedelta(hours=2))
    task_steps.act(task, "hand_over", Given(unit=centre.pk), actor=head, at=begun + timedelta(hours=3))
    if n % 2:
        task_steps.act(task, "accept", Given(), actor=keeper, at=begun + timedelta(hours=5))
    return 1


def _to_committees(
    n: int, item: WorkItem, centre: Unit, keeper: Actor, street: Unit, begun: datetime, at: datetime
) -> int:
    """The centre gives it to several committees at once; each gets differently far."""
    units = list(Unit.objects.filter(parent=street, kind="committee", valid_to=None).order_by("id")[:COMMITTEES])
    made = _given(item, units, keeper, begun)
    for number, task in enumerate(made):
        worker = _person(task.matter.unit)
        if worker is not None:
            _work(task, (n + number) % 5, worker, keeper, begun, at)
    return len(made)


def _work(task: Task, far: int, worker: Actor, asker: Actor, begun: datetime, at: datetime) -> None:
    """0: just given; 1: under way; 2: reported; 3: confirmed; 4: refused."""
    if far == 4:
        given = Given(note="与上月已报内容重复，请核对后再派")
        task_steps.act(task, "refuse", given, actor=worker, at=begun + timedelta(hours=4))
        return
    if far >= 1:
        task_steps.act(task, "accept", Given(), actor=worker, at=begun + timedelta(hours=4))
    if far >= 2:
        when = min(begun + timedelta(days=2), at)
        picture = _picture(task.matter.title, worker, when)
        fields = {"hours_spent": str(1 + far)}
        given = Given(note=WORDS[far % len(WORDS)], files=[picture], fields=fields)
        task_steps.act(task, "report", given, actor=worker, at=when)
    if far == 3:
        task_steps.act(task, "confirm", Given(), actor=asker, at=min(begun + timedelta(days=3), at))


def _given(item: WorkItem, units: Sequence[Unit], actor: Actor, at: datetime) -> list[Task]:
    post = next((held for held in org.posts_of(actor) if held.role in ("department_clerk", "unit_head")), None)
    batch = tasks.give(Giving(item, [unit.pk for unit in units]), key=new_key(), actor=actor, at=at, post=post)
    return list(Task.objects.filter(batch=batch).select_related("matter__unit").order_by("matter__number"))


def _picture(title: str, actor: Actor, at: datetime) -> GivenFile:
    """A drawn picture that stands for a photo."""
    drawn = Image.new("RGB", (480, 360), (214, 226, 220))
    pen = ImageDraw.Draw(drawn)
    shade = hashlib.sha256(title.encode()).digest()
    for n in range(5):
        left, top = shade[n] + 20, shade[n + 5] % 240
        pen.rectangle((left, top, left + 60 + shade[n + 9] % 80, top + 90), fill=(shade[n], 140, 150))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=70)
    raw = out.getvalue()
    file = evidence.receive(
        io.BytesIO(raw), name="现场.jpg", claimed_sha256=hashlib.sha256(raw).hexdigest(), actor=actor, at=at
    )
    return GivenFile(file.pk, file.sha256, "evidence")


def _station(district: District) -> WorkList | None:
    return WorkList.objects.filter(unit=district.root, kind="station").select_related("unit").first()


def _modules(district: District) -> None:
    station = _station(district)
    if station is not None:
        rows = loading.rows_of(loading.shipped() / "ft_modules.csv")
        modules.load_modules(station, rows, actor=system_actor(), at=timezone.now())


def _handings(district: District, at: datetime) -> None:
    """What the pack says was handed to organisations, taken step by step to where it says it is."""
    station = _station(district)
    if station is None or Handing.objects.filter(item__worklist=station).exists():
        return
    people = {role: _district_post(district, role) for role in ("list_keeper", "list_approver")}
    keeper, approver = people["list_keeper"], people["list_approver"]
    if keeper is None or approver is None:
        return
    for row in loading.rows_of(loading.shipped() / "ft_transfers.csv"):
        item = WorkItem.objects.filter(worklist=station, serial=int(row["no"])).select_related("standing").first()
        if item is not None and not Handing.objects.filter(item=item).exists():
            _hand(item, row, keeper, approver, at)


def _hand(item: WorkItem, row: dict[str, str], keeper: Actor, approver: Actor, at: datetime) -> None:
    begun = min(timezone.make_aware(datetime.combine(date.fromisoformat(row["since"]), datetime.min.time())), at)
    begun -= timedelta(days=20)
    proposed = Proposed(item, row["to_name"], row["to_kind"], row["reason"], row["monitor_every"])
    made = handing.propose(proposed, key=new_key(), actor=keeper, at=begun)
    fields = {name: row[name] for name in ("contract_no", "amount_yuan", "since", "until")}
    steps = (
        ("decided", "decide", approver, Given(note="符合转移条件，同意")),
        ("contracted", "contract", keeper, Given(fields=fields)),
        ("handed_over", "hand_over", keeper, Given(note="人员、台账、钥匙已移交")),
        ("ended", "end", approver, Given(note="合同期满")),
    )
    order = ("proposed", "decided", "contracted", "handed_over", "ended")
    for day, (state, name, who, given) in enumerate(steps):
        if order.index(state) > order.index(row["state"]):
            break
        handing.act(made, name, given, actor=who, at=begun + timedelta(days=1 + day))
    if row["state"] == "handed_over":
        on = (at - timedelta(days=40)).date().isoformat()
        given = Given(note="按合同开展，服务记录齐全", fields={"on": on, "is_kept": "1"})
        handing.act(made, "monitor", given, actor=keeper, at=at - timedelta(days=40))


def _district_post(district: District, role: str) -> Actor | None:
    post = Post.objects.filter(over=district.root, role=role, until=None).select_related("actor").first()
    return post.actor if post else None

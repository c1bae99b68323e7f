"""A small seal list, a seal in its keeper's hands, and the way of a request: what the tests of seals share."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from linli.domains.lists.commands import sealing, seals
from linli.domains.lists.commands.sealing import Asked, Given
from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.models import Seal, SealUse
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, Said
from linli.kernel.catalog.models import ListKind, WorkItem
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Unit
from tests.evidence import photo

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

LINES = (
    # title, decision, approval, instead, keywords
    ("居民公约备案件", "allow", "vote", "", ("居规民约", "文明公约")),
    ("居务公开公示件", "allow", "director", "", ("公示栏", "账目公开")),
    ("监护人指定意见", "allow_if", "two_committees", "", ("指定监护", "谁来照顾老人")),
    ("活动告知书", "allow", "none", "", ("感谢信", "活动通知")),
    ("亲属关系证明", "deny", "none", "公安机关、公证机构", ("亲子关系证明", "证明我妈是我妈")),
    ("死亡证明", "deny", "none", "医疗卫生机构、公安机关", ("销户口",)),
    ("空白介绍信", "deny", "none", "先写完整", ("空白纸",)),
)


def publish_list(town, *, unit=None, lines=LINES, at=NOON) -> dict[str, WorkItem]:
    """The seal list of the district (or of ``unit``), made by commands; title → its item."""
    BasisDocument.objects.get_or_create(
        code="mf2020-20", defaults={"kind": "policy", "title": "改进和规范基层群众性自治组织出具证明工作",
                                    "number": "民发〔2020〕20号", "registered_by": town.jin, "registered_at": at},
    )  # fmt: skip
    kind, _made = ListKind.objects.get_or_create(
        code="seal",
        defaults={"name": "居委会印章使用范围清单", "bearer": "committee", "is_public": True, "prefix": "YZ"},
    )
    worklist = catalog.open_list(kind, unit or town.district, name="印章使用范围清单", at=at)
    changes = [ItemChange("add", said=_said(n, *line)) for n, line in enumerate(lines, start=1)]
    _version, items = catalog.publish_list(
        worklist, changes, valid_from=at.date(), reason="初版", actor=town.jin, at=at
    )
    stand_anew(worklist, at=at)
    return {line[0]: item for line, item in zip(lines, items, strict=True)}


def _said(n: int, title: str, decision: str, approval: str, instead: str, keywords: tuple[str, ...]) -> Said:
    papers = () if decision == "deny" else ("文稿", "经办记录")
    terms = {
        "content": f"{title}的用印", "decision": decision, "approval": approval, "instead": instead,
        "papers": list(papers), "reason": "不属于居委会职权" if decision == "deny" else "居委会自治事务",
        "conditions": "有来函" if decision == "allow_if" else "", "bases": ["mf2020-20"],
    }  # fmt: skip
    return Said(title, "自治事务", keywords, {key: value for key, value in terms.items() if value}, n)


def put_seal(town, *, unit: Unit | None = None, name: str = "柳树居委会公章", keeper=None) -> Seal:
    """A seal of the committee, registered by its head, kept by Yin."""
    asked = seals.NewSeal(name=name, kind="official", place="档案柜", keeper=(keeper or town.yin).pk)
    return seals.register(asked, unit=unit or town.committee, actor=town.bao, at=NOON)


def ask(town, paper: str, *, item: str = "", actor=None, at=NOON, key: UUID | None = None, **more) -> SealUse:
    """Ma asks for a stamp on ``paper``."""
    who = actor or town.ma
    given = {"purpose": "张贴公示", "files": [photo(who, "draft", seed=paper)], **more}
    return sealing.ask(Asked(key or uuid4(), paper, item=item, **given), unit=town.committee, actor=who, at=at)


def step(use: SealUse, name: str, who, *, at=NOON, **given) -> SealUse:
    """Take a step and hand the request back as it is then."""
    if name == "stamp":
        given.setdefault("files", [photo(who, "stamped", seed=str(use.pk))])
    sealing.take(SealUse.objects.get(pk=use.pk), name, Given(**given), actor=who, at=at)
    return SealUse.objects.select_related("matter", "seal").get(pk=use.pk)


def stamped(town, paper: str = "居务公开公示件", *, at=NOON) -> SealUse:
    """Asked by Ma, approved by Bao, stamped by Yin."""
    use = ask(town, paper, at=at)
    step(use, "approve", town.bao, at=at)
    return step(use, "stamp", town.yin, at=at)

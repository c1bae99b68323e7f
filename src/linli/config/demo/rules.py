"""Decision tables of the demonstration: which department answers for which categories, where the street's team does."""

from datetime import datetime

from linli.config.demo.territory import District
from linli.domains.cases.models import Rule, RuleTable
from linli.kernel.org.models import Actor

BY_DEPARTMENT: tuple[tuple[str, str, int], ...] = (
    # category or its beginning, department key, disposal class (001g-43)
    ("01", "sz", 3),
    ("01005", "dl", 3),
    ("01007", "tx", 3),
    ("01008", "tx", 3),
    ("01009", "tx", 3),
    ("01011", "rq", 3),
    ("01012", "ga", 3),
    ("01037", "sz", 3),
    ("02", "jt", 3),
    ("03", "lh", 3),
    ("04", "lh", 3),
    ("05", "hb", 3),
    ("06001", "fg", 3),
    ("06013", "sz", 3),
    ("06026", "hb", 3),
    ("06027", "hb", 3),
    ("08", "cg", 3),
    ("09012", "xf", 3),
    ("09015", "sc", 3),
    ("09009", "ga", 3),
    ("10", "yj", 3),
)
BY_KIND: tuple[tuple[str, str, int], ...] = (
    # what the street's own force settles, and what stands on the committees' lists
    ("06", "team", 2),
    ("07", "team", 2),
    ("09", "team", 2),
    ("06036", "committee", 1),
    ("06041", "committee", 1),
    ("06042", "team", 2),
    ("90011", "committee", 1),
    ("90015", "committee", 1),
    ("90016", "committee", 1),
    ("90019", "committee", 1),
    ("", "centre", 3),
)


def put_in_force(district: District, *, actor: Actor, at: datetime) -> RuleTable:
    """Write and put in force the district's first table."""
    table = RuleTable.objects.create(district=district.root, no=1, note="演示用派遣规则", made_by=actor, made_at=at)
    rows = [
        Rule(table=table, no=0, category=category, lead=district.departments[key], disposal_class=disposal)
        for category, key, disposal in BY_DEPARTMENT
    ]
    rows += [
        Rule(table=table, no=0, category=category, lead_kind=kind, disposal_class=disposal)
        for category, kind, disposal in BY_KIND
    ]
    first = district.streets[0]
    rows.append(
        Rule(
            table=table, no=0, category="06010", area=first, lead=district.teams[first.pk], disposal_class=2,
            co_units=[district.departments["lh"].pk], note="重点路段由联勤队牵头,绿化市容协办",
        )
    )  # fmt: skip
    for no, row in enumerate(sorted(rows, key=lambda r: (r.category, r.area_id or 0)), start=1):
        row.no = no
    Rule.objects.bulk_create(rows)
    RuleTable.objects.filter(pk=table.pk).update(status="in_force", put_in_force_by=actor, valid_from=at)
    table.refresh_from_db()
    return table

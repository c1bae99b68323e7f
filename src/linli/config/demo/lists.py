"""The lists of the demonstration districts, loaded from the shipped pack before any work is done under them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.config.demo.territory import CAST_STREETS, District
from linli.domains.lists.commands import loading, moving
from linli.kernel.catalog.models import WorkList
from linli.kernel.flow.system import system_actor
from linli.kernel.org.models import Unit

REDUCED_AFTER = timedelta(days=60)
"""How long after the first version the reduction of 147 matters to 45 was published (004-19)."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the pack, and whose list it makes: the ``district``'s or that of its ``street`` with the cast."""

    file: str
    kind: str
    of: str = "district"
    part: str = ""
    name: str = ""


CHANGNING = (
    Source("cn_duties", "duties", "street"),
    Source("cn_matters", "matters", "street"),
    Source("cn_internal", "internal", "street"),
    Source("cn_assist", "assist"),
    Source("cn_autonomy", "autonomy"),
    Source("cn_seal", "seal"),
    Source("cn_committee", "committee"),
    Source("cn_village", "village"),
    Source("cn_cadre1", "cadre", part="A", name="村干部岗位职责清单"),
    Source("cn_cadre2", "cadre", part="B", name="村干部年度任务清单"),
    Source("cn_cadre3", "cadre", part="C", name="村干部服务承诺清单"),
    Source("cn_cadre4", "cadre", part="D", name="村干部负面清单"),
)
FUTIAN = (
    Source("ft_functions", "functions"),
    Source("ft_assist147", "assist"),
    Source("ft_station", "station"),
    Source("ft_seal", "seal"),
    Source("ft_service87", "basic_service"),
    Source("ft_service23", "extra_service"),
)
SOURCES: dict[str, tuple[Source, ...]] = {"310105": CHANGNING, "440304": FUTIAN}


def load(district: District, *, at: datetime) -> dict[str, WorkList]:
    """Load what is not there yet; file name → list. A second time changes nothing."""
    folder, actor = loading.shipped(), system_actor()
    loading.load_common(folder, actor=actor, at=at)
    loading.load_docking(loading.rows_of(folder / "docking.csv"), district.root, actor=actor, at=at)
    made: dict[str, WorkList] = {}
    for source in SOURCES[district.plan.code]:
        made[source.file] = loading.load_list(
            folder / f"{source.file}.csv", kind=source.kind, unit=_whose(district, source), actor=actor, at=at,
            part=source.part, name=f"{district.plan.name}{source.name}" if source.name else "", links=made,
        ).worklist  # fmt: skip
    if "ft_assist147" in made:
        moving.apply_moves(
            made["ft_assist147"], loading.rows_of(folder / "ft_moves.csv"),
            reason="社区减负：上收、转移、精简、合并、取消，原147项缩减至45项(演示)", actor=actor,
            at=at + REDUCED_AFTER,
        )  # fmt: skip
    return made


def _whose(district: District, source: Source) -> Unit:
    if source.of == "district":
        return district.root
    return next(street for street in district.streets if street.code == CAST_STREETS[district.plan.code])

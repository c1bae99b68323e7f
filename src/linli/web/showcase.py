"""What the pages under ``/design`` show: each component with plain, long, empty and wrong content."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.web import lists

PAGES = ("desk", "dispatch", "draw", "resident", "track", "report")
_LONG = (
    "仙霞新村街道虹旭居民区虹古路三百弄地下车库出入口东侧人行道连续三天积水，"
    "行人绕行机动车道，存在较大安全隐患，请尽快派人疏通并回复"
)


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    title: str
    state: str
    look: str
    place: str
    unit: str
    due: datetime | None
    start: datetime
    held: bool = False


class Example(forms.Form):
    """One field of each kind."""

    note = forms.CharField(
        label=_("处置说明"), help_text=_("写明做了什么、还差什么，居民会看到。"), widget=forms.Textarea({"rows": 3})
    )
    unit = forms.ChoiceField(label=_("交给"), choices=[("", "—"), ("1", "虹桥街道城运中心"), ("2", "区绿化市容局")])
    kind = forms.ChoiceField(
        label=_("处置级别"), choices=[("1", "一类"), ("2", "二类"), ("3", "三类")], widget=forms.RadioSelect
    )
    phone = forms.CharField(label=_("联系电话"), required=False, widget=forms.TextInput({"inputmode": "tel"}))
    is_urgent = forms.BooleanField(label=_("紧急"), required=False)


def rows(now: datetime) -> list[Row]:
    """A page of plausible cases, with every look a clock can have."""
    hour = timedelta(hours=1)
    return [
        Row("CN-20261122-00041", _LONG, "待派遣", "brand", "虹古路 300 弄", "仙霞新村街道", now + 2 * hour, now - hour),
        Row(
            "CN-20261122-00040",
            "路灯不亮",
            "处置中",
            "brand",
            "天山路 8 号",
            "天山路街道",
            now + 0.2 * hour,
            now - 4 * hour,
        ),
        Row(
            "CN-20261121-00316", "占道堆物", "处置中", "brand", "武夷路", "华阳路街道", now - 27 * hour, now - 50 * hour
        ),
        Row("CN-20261120-00102", "井盖破损", "挂账", "", "古北路", "虹桥街道", now + 40 * hour, now - hour, held=True),
        Row("CN-20261119-00007", "绿化带有垃圾", "待核查", "warn", "中山公园北门", "江苏路街道", None, now - hour),
    ]


def examples(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    wrong = Example({"note": "", "unit": "9", "phone": "13812345678"})
    wrong.is_valid()
    return {
        "now": now,
        "yesterday": now - timedelta(days=1, hours=3),
        "keyset": lists.Keyset(rows(now), after="abc", before="abd", total=1284),
        "chips": lists.chips(
            request,
            "state",
            [("new", "待受理", 12), ("open", "处置中", 96), ("check", "待核查", 7)],
            label=_("状态"),
            is_many=True,
        ),
        "due_chips": lists.chips(
            request, "due", [("soon", "临期"), ("late", "超期")], label=_("时限"), everything=_("全部")
        ),
        "form": Example(),
        "wrong": wrong,
        "areas": _areas(),
        "cases": _cases(now),
        "chart": _chart(),
        "flow": _flow(),
        "members": ("张网格 · 仙霞 01 网格", "李师傅 · 市政养护一队", "王队长 · 市容所"),
    }


def _areas() -> dict[str, Any]:
    """Six square grids around one corner of a street, marked as schematic."""
    features = []
    for number in range(6):
        lon, lat = 121.395 + 0.006 * (number % 3), 31.205 + 0.005 * (number // 3)
        ring = [[lon, lat], [lon + 0.006, lat], [lon + 0.006, lat + 0.005], [lon, lat + 0.005], [lon, lat]]
        features.append(
            {
                "type": "Feature",
                "id": number + 1,
                "properties": {"name": f"仙霞 {number + 1:02} 网格", "kind": "unit_grid"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _cases(now: datetime) -> dict[str, Any]:
    looks = ("ok", "warn", "late", "held", "done")
    features = [
        {
            "type": "Feature",
            "id": row.number,
            "properties": {"id": row.number, "title": row.title, "look": look, "kind": "component", "url": "#"},
            "geometry": {"type": "Point", "coordinates": [121.398 + 0.003 * place, 31.2068 + 0.0012 * place]},
        }
        for place, (row, look) in enumerate(zip(rows(now), looks, strict=True))
    ]
    return {"type": "FeatureCollection", "features": features}


def _chart() -> dict[str, Any]:
    return {
        "kind": "line",
        "unit": "件",
        "labels": ["11-16", "11-17", "11-18", "11-19", "11-20", "11-21", "11-22"],
        "series": [
            {"name": "受理", "values": [132, 148, 121, 167, 155, 98, 41]},
            {"name": "结案", "values": [120, 139, 130, 150, 149, 110, 37]},
        ],
    }


def _flow() -> dict[str, Any]:
    names = {
        "reported": "已上报",
        "refused": "不予受理",
        "filed": "已立案",
        "dispatched": "待处置",
        "handling": "处置中",
        "paused": "挂账",
        "checking": "待核查",
        "closed": "已结案",
        "archived": "已归档",
    }
    steps = (
        ("reported", "filed", "立案"),
        ("reported", "refused", "不予受理"),
        ("filed", "dispatched", "派遣"),
        ("dispatched", "handling", "接单"),
        ("dispatched", "filed", "退单"),
        ("handling", "paused", "挂账"),
        ("paused", "handling", "恢复"),
        ("handling", "checking", "反馈"),
        ("checking", "handling", "返工"),
        ("checking", "closed", "结案"),
        ("closed", "archived", "归档"),
        ("closed", "handling", "重开"),
    )
    return {
        "start": "reported",
        "now": "handling",
        "been": ["reported", "filed", "dispatched"],
        "states": [{"code": code, "label": label} for code, label in names.items()],
        "steps": [{"source": source, "target": target, "label": label} for source, target, label in steps],
    }

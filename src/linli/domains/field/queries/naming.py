"""What the commands of phones are called in lists, and what can be wrong with their times."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "late": _("超过时限"),
    "clock": _("时钟不准"),
    "after": _("事后补传"),
    "refused": _("未受理"),
    "failed": _("平台未办成"),
}

NAMES: dict[str, str | Promise] = {
    "case.report": _("上报"),
    "case.settle": _("当场处置"),
    "case.step": _("案件办理"),
    "instruction.step": _("指令"),
    "major.raise": _("四小时急报"),
    "major.step": _("急报续报"),
    "task.step": _("清单任务"),
    "patrol.begin": _("开始巡查"),
    "patrol.log": _("巡查记录"),
    "patrol.track": _("巡查轨迹"),
    "patrol.end": _("结束巡查"),
    "inspection.file": _("检查"),
    "hazard.report": _("隐患上报"),
    "hazard.step": _("隐患办理"),
    "visit.file": _("走访"),
    "contact.file": _("联系"),
    "duty.done": _("值守完成"),
    "deployment.step": _("调度"),
    "joint.record": _("联合巡查"),
    "message.read": _("读消息"),
    "reader.read": _("读卡登记"),
}
"""Commands by their names; one that is not here is shown by its name."""

"""The kinds of messages: what each is called, whom it reaches outside the pages, and what its wording may name."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COMMON = ("number", "title", "unit", "due", "reason", "by", "at")
"""Facts any message about a matter may name."""


@dataclass(frozen=True, slots=True)
class Kind:
    """to_resident  sent to residents by SMS as well
    is_urgent    staff get it by SMS whatever they prefer, in quiet hours too
    more         what its wording may name beside ``COMMON``
    """

    code: str
    label: str | Promise
    to_resident: bool = False
    is_urgent: bool = False
    more: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return COMMON + self.more


KINDS: tuple[Kind, ...] = (
    Kind("received", _("收件通知"), to_resident=True, more=("follow_code",)),
    Kind("filed", _("立案通知"), to_resident=True),
    Kind("rejected", _("不予受理通知"), to_resident=True),
    Kind("dispatched", _("派遣通知")),
    Kind("accepted", _("接单通知")),
    Kind("warning", _("时限预警"), more=("share", "left")),
    Kind("overdue", _("超时通知"), is_urgent=True, more=("late",)),
    Kind("urged", _("督办通知"), is_urgent=True, more=("level",)),
    Kind("hastened", _("居民催办通知")),
    Kind("returned", _("退单通知")),
    Kind("rework", _("返工通知")),
    Kind("closed", _("结案通知"), to_resident=True, more=("result",)),
    Kind("please_rate", _("评价邀请"), to_resident=True, more=("follow_code",)),
    Kind("reopened", _("重办通知"), to_resident=True),
    Kind("instruction", _("指令通知"), is_urgent=True, more=("text",)),
    Kind("invitation", _("约请通知"), more=("place", "text")),
    Kind("liaison_call", _("联络员呼叫通知"), is_urgent=True, more=("text",)),
    Kind("major_hop", _("重大信息通知"), is_urgent=True, more=("text", "level")),
    Kind("new_device", _("新设备登录"), more=("text",)),
    Kind("one_time_code", _("验证码"), is_urgent=True, more=("code", "minutes")),
    Kind("meeting_called", _("会议通知"), more=("place", "starts", "agenda")),
    Kind("meeting_cancelled", _("会议取消通知"), more=("place", "starts")),
    Kind("resolution", _("会议决定通知"), more=("text", "meeting")),
    Kind("to_do", _("待办通知"), more=("text",)),
    Kind("outcome", _("办理结果通知"), more=("text",)),
    Kind("plan_due", _("计划到期提醒"), more=("text",)),
    Kind("duty", _("值守与巡查通知"), more=("text",)),
    Kind("duty_missed", _("漏办通知"), more=("text",)),
    Kind("missed_duties", _("漏办汇总"), more=("text", "count")),
    Kind("incident", _("商圈警情通报"), is_urgent=True, more=("text",)),
    Kind("group_post", _("信息群消息"), to_resident=True, more=("text", "group")),
)

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}

WORDING_RIGHT = "edit_lists"
"""Who may change how messages are worded."""
LOG_RIGHT = "edit_accounts"
"""Who may look at the log of deliveries and send again."""

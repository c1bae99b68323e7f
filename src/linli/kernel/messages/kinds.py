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
    Kind("received", _("已收到上报"), to_resident=True, more=("follow_code",)),
    Kind("filed", _("已立案"), to_resident=True),
    Kind("rejected", _("不予受理"), to_resident=True),
    Kind("dispatched", _("派遣任务")),
    Kind("accepted", _("已接单")),
    Kind("warning", _("时限预警"), more=("share", "left")),
    Kind("overdue", _("已超时"), is_urgent=True, more=("late",)),
    Kind("urged", _("督办"), is_urgent=True, more=("level",)),
    Kind("returned", _("退单")),
    Kind("rework", _("返工")),
    Kind("closed", _("已结案"), to_resident=True, more=("result",)),
    Kind("please_rate", _("请评价"), to_resident=True, more=("follow_code",)),
    Kind("reopened", _("重新办理"), to_resident=True),
    Kind("instruction", _("指令"), is_urgent=True, more=("text",)),
    Kind("invitation", _("约请"), more=("place", "text")),
    Kind("liaison_call", _("联络员呼叫"), is_urgent=True, more=("text",)),
    Kind("major_hop", _("重大信息报送"), is_urgent=True, more=("text", "level")),
    Kind("one_time_code", _("验证码"), is_urgent=True, more=("code", "minutes")),
    Kind("meeting_called", _("会议通知"), more=("place", "starts", "agenda")),
    Kind("meeting_cancelled", _("会议取消"), more=("place", "starts")),
    Kind("resolution", _("会议决定"), more=("text", "meeting")),
)

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}

WORDING_RIGHT = "edit_lists"
"""Who may change how messages are worded."""
LOG_RIGHT = "edit_accounts"
"""Who may look at the log of deliveries and send again."""

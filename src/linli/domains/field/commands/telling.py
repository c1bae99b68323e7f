"""Messages read on the phone are read everywhere."""

from django.utils.translation import gettext as _

from linli.kernel.devices.reading import Fields
from linli.kernel.devices.verbs import Done, FieldRefused, Made, Verb
from linli.kernel.messages import commands as messages

MOST = 200


def read_messages(made: Made) -> Done:
    """``message.read``: those of the person's own; any others are let alone."""
    keys = Fields(made.fields).items("ids", most=MOST)
    if not all(isinstance(key, int) and 0 < key < 2**63 for key in keys):
        raise FieldRefused(_("内容不符合要求：%(where)s。") % {"where": "ids"}, field="ids")
    count = messages.mark_read(actor=made.actor, at=made.at, notice_ids=keys)
    return Done(_("已读 %(count)d 条。") % {"count": count})


VERBS: dict[str, Verb] = {"message.read": read_messages}

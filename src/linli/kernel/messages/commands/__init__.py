"""What can be done about messages: tell people, send it out, and set how it is worded and who gets it how."""

from linli.kernel.errors import Refused
from linli.kernel.messages.commands.sending import (
    claim_due,
    expire,
    record_failed,
    record_sent,
    resend,
    send_to_address,
)
from linli.kernel.messages.commands.telling import Event, fan_out, mark_read, notify
from linli.kernel.messages.commands.wishing import WordingRefused, edit_template, restore_template, set_preference

__all__ = [
    "Event",
    "Refused",
    "WordingRefused",
    "claim_due",
    "edit_template",
    "expire",
    "fan_out",
    "mark_read",
    "notify",
    "record_failed",
    "record_sent",
    "resend",
    "restore_template",
    "send_to_address",
    "set_preference",
]

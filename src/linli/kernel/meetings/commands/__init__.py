"""What can be done with meetings: one of them, or a series of them that come again."""

from linli.kernel.meetings.commands.meeting import (
    MeetingRefused,
    Point,
    add_points,
    call,
    call_off,
    cancel,
    confirm,
    decide,
    finish,
    invite,
    note_lesson,
    record_attendance,
    send_back,
    write_minutes,
)

__all__ = [
    "MeetingRefused",
    "Point",
    "add_points",
    "call",
    "call_off",
    "cancel",
    "confirm",
    "decide",
    "finish",
    "invite",
    "note_lesson",
    "record_attendance",
    "send_back",
    "write_minutes",
]

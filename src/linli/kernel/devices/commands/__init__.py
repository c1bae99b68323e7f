"""Everything that can be done with phones: enrolled, revoked, made to forget, and what they send taken in."""

from linli.kernel.devices.commands.enrolling import (
    Enrolled,
    end_tokens,
    enrol,
    forget,
    revoke,
    revoke_all,
    rewrap,
    tell_forgotten,
)
from linli.kernel.devices.commands.limits import load_usual, set_limit
from linli.kernel.devices.commands.receiving import Arrived, Sending, Told, receive

__all__ = [
    "Arrived",
    "Enrolled",
    "Sending",
    "Told",
    "end_tokens",
    "enrol",
    "forget",
    "load_usual",
    "receive",
    "revoke",
    "revoke_all",
    "rewrap",
    "set_limit",
    "tell_forgotten",
]

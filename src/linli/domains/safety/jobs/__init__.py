"""What the worker does for safety by the calendar."""

from linli.domains.safety.jobs import patrols, plans

__all__ = ["patrols", "plans"]

"""What the worker does for safety by the calendar."""

from linli.domains.safety.jobs import plans

__all__ = ["plans"]

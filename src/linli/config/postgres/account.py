"""Who the server runs as. PostgreSQL refuses root, so root lends it to an unprivileged system user."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

DEFAULT_USER = "linli-postgres"


class NoAccount(Exception):
    """The server cannot run here as anybody; the message says what to do."""


class RunAs(TypedDict, total=False):
    """The part of ``subprocess.Popen``'s arguments that says who runs it."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, kw_only=True)
class Account:
    """A system user by its numbers; ``switch`` is true when we are root and have to become it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run_as(self) -> RunAs:
        """Arguments for ``subprocess`` that drop to this user, with no groups left over from root."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        """Give ``path`` and all below it to this user."""
        if not self.switch:
            return
        for entry in (path, *path.rglob("*")):
            os.chown(entry, self.uid, self.gid, follow_symlinks=False)


def current() -> Account:
    """Ourselves, or as root the user ``LINLI_PG_USER`` (made if it is our default and missing)."""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        return Account(name=me.pw_name, uid=me.pw_uid, gid=me.pw_gid, switch=False)
    name = os.environ.get("LINLI_PG_USER", DEFAULT_USER)
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = _make(name)
    if entry.pw_uid == 0:
        raise NoAccount("LINLI_PG_USER must not be root: PostgreSQL refuses to run as root.")
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)


def _make(name: str) -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoAccount(
            f"PostgreSQL does not run as root and the user {name} could not be made ({error}): "
            "start as an ordinary user, or name an existing one in LINLI_PG_USER."
        ) from error
    return pwd.getpwnam(name)

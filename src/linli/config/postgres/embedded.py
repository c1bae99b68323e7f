"""The database of a deployment without a server PostgreSQL: one cluster, three roles, one database."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from linli.config.place import Place

from . import account, binaries, fitting, reach
from .cluster import SUPERUSER, Cluster, ClusterRefused

DATABASE = "linli"
OWNER = "linli_owner"
APPLICATION = "linli_app"


@dataclass(frozen=True)
class Embedded:
    """The running cluster of a place, and the addresses of its two roles."""

    cluster: Cluster
    log: Path
    passwords: dict[str, str]

    @property
    def application_url(self) -> str:
        """For web server, worker and commands: no right to change the schema or the journal."""
        return self._url(APPLICATION, "app")

    @property
    def owner_url(self) -> str:
        """For migrations alone."""
        return self._url(OWNER, "owner")

    def start(self) -> None:
        """Start the server, fitted to this machine, and have roles and database there."""
        wanted = fitting.settings(memory=fitting.memory_bytes(), processors=os.cpu_count() or 1)
        self.cluster.start(wanted, log=self.log)
        _ensure_roles(self.cluster, self.passwords)

    def is_running(self) -> bool:
        """Whether the server process is alive."""
        return self.cluster.server is not None and self.cluster.server.poll() is None

    def _url(self, user: str, secret: str) -> str:
        host = quote(str(self.cluster.sockets), safe="")
        return f"postgresql://{user}:{quote(self.passwords[secret], safe='')}@/{DATABASE}?host={host}"


def at(place: Place, *, create: bool = True) -> Embedded:
    """The embedded database of a place, not started; with ``create`` its data folder is made if there is none."""
    user = account.current()
    home = reach.home(user, place.postgres)
    sockets = place.sockets if home == place.postgres else home / "socket"
    cluster = Cluster(data=home / "data", sockets=sockets, user=user)
    passwords = place.secrets()
    if create:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if not (cluster.data / "PG_VERSION").exists():
            _create(cluster, password=passwords["admin"])
        _refuse_other_version(cluster.data)
    return Embedded(cluster=cluster, log=place.logs / "postgres.log", passwords=passwords)


def _create(cluster: Cluster, *, password: str) -> None:
    """Made beside and renamed when whole, so that an interrupted start leaves no half folder."""
    fresh = cluster.data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    Cluster(data=fresh, sockets=cluster.sockets, user=cluster.user).create(auth="scram-sha-256", password=password)
    fresh.rename(cluster.data)


def _refuse_other_version(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    ours = binaries.version().split(".")[0]
    if made_by != ours:
        raise ClusterRefused(
            f"{data} was made by PostgreSQL {made_by}, the programs here are {ours}: "
            "dump with the old programs (LINLI_PG_BIN) and restore with the new."
        )


def _ensure_roles(cluster: Cluster, passwords: dict[str, str]) -> None:
    """The owner and the application's role with the kept passwords, and the database. Can run at every start."""
    dsn = cluster.dsn(user=SUPERUSER, password=passwords["admin"])
    with psycopg.connect(dsn, autocommit=True) as connection:
        for role, secret in ((OWNER, "owner"), (APPLICATION, "app")):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
            connection.execute(
                sql.SQL("{} {} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD {}").format(
                    verb, sql.Identifier(role), sql.Literal(passwords[secret])
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
            connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(DATABASE), sql.Identifier(APPLICATION)
            )
        )

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from linli.config.place import Place, PlaceRefused
from linli.config.postgres import embedded, fitting
from linli.config.postgres.cluster import ClusterRefused

GIB = 1024**3


@pytest.fixture
def database(place: Place) -> Iterator[embedded.Embedded]:
    made = embedded.at(place)
    made.start()
    yield made
    made.cluster.stop()


def test_only_a_private_socket_leads_to_the_database(database: embedded.Embedded) -> None:
    with psycopg.connect(database.application_url) as connection:
        listening = connection.execute("SELECT current_setting('listen_addresses')").fetchone()

    assert listening == ("",)
    assert stat.S_IMODE(database.cluster.sockets.stat().st_mode) == 0o700


def test_a_wrong_password_is_refused(database: embedded.Embedded) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(database.cluster.dsn(password="guess"))


def test_the_application_may_not_change_the_schema(database: embedded.Embedded) -> None:
    with psycopg.connect(database.application_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE sneaked_in (id int)")


def test_the_owner_is_no_superuser(database: embedded.Embedded) -> None:
    with psycopg.connect(database.owner_url) as connection:
        found = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()

    assert found == (False,)


def test_chinese_is_compared_and_cut_by_characters_whatever_lang_says(database: embedded.Embedded) -> None:
    with psycopg.connect(database.application_url) as connection:
        found = connection.execute("SELECT length('井盖'), upper('é'), '邻里' ~ '^\\w+$'").fetchone()

    assert found == (2, "É", True)


def test_what_was_committed_is_there_after_kill_9(database: embedded.Embedded) -> None:
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert database.cluster.server is not None
    database.cluster.server.send_signal(signal.SIGKILL)
    database.cluster.server.wait()

    database.cluster.stop_leftover()
    database.start()

    with psycopg.connect(database.owner_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_server_that_outlived_its_parent_is_stopped_first(database: embedded.Embedded, place: Place) -> None:
    orphan = database.cluster.server
    assert orphan is not None
    database.cluster.server = None

    again = embedded.at(place)
    again.cluster.stop_leftover()
    again.start()

    assert orphan.wait(5) == 0
    assert again.is_running()
    again.cluster.stop()


def test_a_pid_file_that_names_somebody_else_is_forgotten(database: embedded.Embedded) -> None:
    database.cluster.stop()
    (database.cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{database.cluster.data}\n")

    database.cluster.stop_leftover()
    database.start()

    assert database.is_running()


def test_data_of_another_version_is_refused_with_what_to_do(place: Place) -> None:
    made = embedded.at(place)
    (made.cluster.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(ClusterRefused, match=r"made by PostgreSQL 17.*dump"):
        embedded.at(place)


def test_a_long_path_moves_the_socket(tmp_path: Path) -> None:
    deep = Place(tmp_path / ("long" * 30))

    assert len(os.fsencode(deep.sockets / ".s.PGSQL.5432")) < 103


def test_secrets_are_made_once_and_are_private(place: Place) -> None:
    first = place.secrets()

    assert place.secrets() == first
    assert stat.S_IMODE((place.root / "secrets.json").stat().st_mode) == 0o600


def test_secrets_that_others_can_read_are_refused(place: Place) -> None:
    place.secrets()
    (place.root / "secrets.json").chmod(0o644)

    with pytest.raises(PlaceRefused, match="chmod 600"):
        place.secrets()


def test_the_second_on_a_folder_gets_one_clear_error(place: Place) -> None:
    with place.held(), pytest.raises(PlaceRefused, match="already running"), place.held():
        pass


@pytest.mark.parametrize(("memory", "buffers"), [(GIB // 2, "128MB"), (24 * GIB, "6144MB"), (256 * GIB, "8192MB")])
def test_memory_is_fitted_to_the_machine(memory: int, buffers: str) -> None:
    assert fitting.settings(memory=memory, processors=2)["shared_buffers"] == buffers

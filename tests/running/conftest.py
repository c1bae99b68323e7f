"""A folder for a deployment of its own, which the database's unprivileged user can reach."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linli.config.place import Place


@contextmanager
def new_place() -> Iterator[Place]:
    """A folder for one deployment, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="linli-place-"))
    folder.chmod(0o711)
    made = Place(folder)
    made.make()
    yield made
    shutil.rmtree(folder, ignore_errors=True)


def environment_outside() -> dict[str, str]:
    """The environment of a person at a shell: nothing of the test session in it."""
    ours = ("LINLI_", "DATABASE_URL", "DJANGO_", "PYTEST", "HTTPS", "PORT", "CI")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture
def place() -> Iterator[Place]:
    with new_place() as made:
        yield made


@pytest.fixture
def outside() -> dict[str, str]:
    return environment_outside()

"""The private PostgreSQL of this run of tests. xdist's workers find it by the environment they inherit."""

import os
from functools import cache
from pathlib import Path

from linli.config.postgres import throwaway

CACHE = Path(__file__).parents[1] / ".cache" / "postgres"
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


@cache
def server() -> throwaway.Throwaway:
    """The same one whenever it is asked for; not started by asking."""
    if IS_WORKER:
        return throwaway.Throwaway(Path(os.environ["LINLI_TEST_POSTGRES"]), cache=CACHE)
    made = throwaway.create(cache=CACHE)
    os.environ["LINLI_TEST_POSTGRES"] = str(made.folder)
    return made

from datetime import UTC, date, datetime

import pytest

from linli.kernel.catalog import commands
from linli.kernel.catalog.entries import Entry
from linli.kernel.catalog.models import CodeSet
from linli.kernel.org.models import Actor

AT = datetime(2026, 11, 22, 2, tzinfo=UTC)


@pytest.fixture
def keeper(db):
    return Actor.objects.create(kind="staff", name="单海")


@pytest.fixture
def small(db, keeper):
    """A list ``small`` of one class and two matters, in force since 2026-01-01."""
    code_set = CodeSet.objects.create(code="small", name="小清单")
    entries = [
        Entry("01", "市政公用设施", "class"),
        Entry("01001", "供水井盖异常", "matter", "01", keywords=("水井盖",)),
        Entry("01037", "路灯异常", "matter", "01", keywords=("路灯",)),
    ]
    version = commands.propose(code_set, entries, valid_from=date(2026, 1, 1), origin="test", actor=keeper, at=AT)
    return commands.publish(version, actor=keeper, at=AT)

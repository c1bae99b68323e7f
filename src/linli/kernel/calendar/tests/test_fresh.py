import threading

import pytest

from linli.kernel.calendar import fresh
from linli.kernel.calendar.fresh import Fresh


class Source:
    """A list with a number; says how often it was looked at and built from."""

    def __init__(self):
        self.number, self.looks, self.builds = 1, 0, 0

    def revision(self):
        self.looks += 1
        return self.number

    def build(self, number):
        self.builds += 1
        return f"content {number}"


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def kept(source):
    return Fresh(revision=source.revision, build=source.build)


def test_the_value_is_built_once_and_kept(kept, source):
    assert kept.get() is kept.get()
    assert (source.looks, source.builds) == (1, 1)


def test_a_change_is_seen_when_it_is_time_to_look(kept, source, monkeypatch):
    monkeypatch.setattr(fresh, "LOOK_EVERY_S", 0.0)
    kept.get()
    source.number = 2

    assert kept.get() == "content 2"


def test_own_changes_are_seen_at_once(kept, source):
    kept.get()
    source.number = 2
    kept.look_again()

    assert kept.get() == "content 2"


def test_a_write_during_a_look_is_not_missed(source):
    def revision():
        number = source.revision()
        if source.looks == 1:
            source.number = 2
            kept.look_again()
        return number

    kept = Fresh(revision=revision, build=source.build)

    assert kept.get() == "content 1"
    assert kept.get() == "content 2"


def test_others_go_on_with_the_old_value_while_one_looks(kept, source, monkeypatch):
    kept.get()
    monkeypatch.setattr(fresh, "LOOK_EVERY_S", 0.0)
    kept._look_at = 0.1
    looking, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(kept, "_revision", lambda: (looking.set(), go_on.wait(5), 2)[2])
    looker = threading.Thread(target=kept.get)
    looker.start()
    looking.wait(5)

    seen = kept.get()

    go_on.set()
    looker.join(5)
    assert seen == "content 1"
    assert kept.get() == "content 2"

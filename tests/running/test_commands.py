"""The command line, the worker's loops, and the pieces they are made of."""

import threading
from importlib import import_module

import pytest

from linli.config import cli
from linli.config.jobs import LOOPS, Loop
from linli.config.worker import look_after


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_leads_to_a_function(name: str) -> None:
    module, _, function = cli.COMMANDS[name].target.partition(":")

    assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.target)
def test_every_loop_leads_to_a_function(loop: Loop) -> None:
    module, _, function = loop.target.partition(":")

    assert callable(getattr(import_module(module), function))


def test_help_names_every_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["linli"])

    with pytest.raises(SystemExit) as left:
        cli.main()

    said = capsys.readouterr().out
    assert left.value.code == 0
    assert all(name in said for name in cli.COMMANDS)


def test_an_unknown_command_fails(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["linli", "fly"])

    with pytest.raises(SystemExit) as left:
        cli.main()

    assert left.value.code == 2
    assert "no command 'fly'" in capsys.readouterr().err


def test_a_loop_that_fails_is_tried_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.config.worker.TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr("linli.config.worker.close_old_connections", lambda: None)
    stopping, calls = threading.Event(), []

    def fail_twice() -> bool:
        calls.append(len(calls))
        if len(calls) == 3:
            stopping.set()
            return False
        raise RuntimeError("database away")

    look_after(Loop(0.01, "tests:fail_twice"), function=fail_twice, stopping=stopping)

    assert calls == [0, 1, 2]


def test_a_loop_with_more_to_do_comes_back_at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.config.worker.close_old_connections", lambda: None)
    stopping, left = threading.Event(), [True, True, False]

    def work() -> bool:
        more = left.pop(0)
        if not more:
            stopping.set()
        return more

    look_after(Loop(3600, "tests:work"), function=work, stopping=stopping)

    assert left == []

import pytest

from linli.config.apikeys import apikey
from linli.domains.cases import commands
from linli.domains.cases.models import ApiClient
from linli.domains.cases.queries.clients import client_of
from linli.domains.cases.tests.outside import NOON
from linli.kernel.errors import Refused
from linli.kernel.org import queries as org


def test_a_key_issued_on_the_command_line_lets_the_program_in(town, capsys):
    status = apikey(["issue", "市政局系统", "--unit", "department", "--role", "handler", "--system", "sz"])

    client = client_of(capsys.readouterr().out.strip())
    assert status == 0
    assert (client.name, client.unit_id, client.systems) == ("市政局系统", town.department.pk, ("sz",))
    assert client.actor.kind == "outside"
    assert org.holds(client.actor, "handler", town.department)


def test_only_the_hash_of_a_key_is_kept(town, capsys):
    apikey(["issue", "平台", "--unit", "centre"])

    secret = capsys.readouterr().out.strip().partition(".")[2]
    kept = ApiClient.objects.values().get()
    assert secret.encode() not in bytes(kept["key_hash"])
    assert secret not in str(kept)


def test_a_revoked_key_ends_with_its_posts_and_stays_in_the_list(town, capsys):
    apikey(["issue", "平台", "--unit", "centre", "--role", "operator"])
    key = capsys.readouterr().out.strip()
    actor = client_of(key).actor

    apikey(["revoke", key.partition(".")[0]])
    apikey(["list"])

    assert client_of(key) is None
    assert org.holds(actor, "operator", town.centre) is None
    assert "revoked" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["issue", "平台", "--unit", "nowhere"],
        ["issue", "平台", "--unit", "centre", "--source", "99"],
        ["issue", "平台", "--unit", "centre", "--role", "king"],
        ["issue", "平台", "--unit", "centre", "--per-minute", "0"],
        ["revoke", "nothing"],
    ],
)
def test_what_cannot_be_issued_is_said_and_nothing_is_kept(town, capsys, arguments):
    assert apikey(arguments) == 1
    assert capsys.readouterr().err.startswith("linli apikey: ")
    assert ApiClient.objects.count() == 0


def test_somebody_without_the_right_issues_no_keys(town):
    with pytest.raises(Refused, match="维护账号"):
        commands.issue_key("平台", unit=town.centre, actor=town.lin, at=NOON)


@pytest.mark.parametrize("text", ["", "abc", "abc.", ".abc", "x" * 5000 + ".y", "\ud800.\ud800", "钥匙.钥匙"])
def test_any_other_text_is_no_key(town, text):
    assert client_of(text) is None

"""The description of the REST interface: whoever builds a client needs nothing else."""

import pytest

from linli.domains.cases.api.shapes import OrderIn, ReportIn, StepIn
from linli.web.api import Problem

WRITES = {"ReportIn": ReportIn, "OrderIn": OrderIn, "StepIn": StepIn}


@pytest.fixture
def described(client, db):
    return client.get("/api/v1/openapi.json").json()


def operations(described):
    return [operation for path in described["paths"].values() for operation in path.values()]


def test_every_operation_says_what_it_does_who_may_and_how_it_fails(described):
    for operation in operations(described):
        assert operation["description"]
        assert "security" in operation
        assert {"404", "422", "429"} <= set(operation["responses"])
        assert all(response["description"] for response in operation["responses"].values())


def test_every_error_has_an_example_of_its_own_shape(described):
    for operation in operations(described):
        for status, response in operation["responses"].items():
            if int(status) < 400:
                continue
            shown = Problem(**response["content"]["application/problem+json"]["example"])
            assert (shown.status, bool(shown.title)) == (int(status), True)


def test_who_asks_too_often_is_told_how_long_to_wait(described):
    assert all("Retry-After" in operation["responses"]["429"]["headers"] for operation in operations(described))


@pytest.mark.parametrize("name", sorted(WRITES))
def test_every_body_has_examples_that_it_takes_itself(described, name):
    examples = described["components"]["schemas"][name]["examples"]

    assert len(examples) >= 2
    for example in examples:
        WRITES[name].model_validate(example)


def test_only_following_by_code_and_published_lists_need_no_key(described):
    free = [path for path, found in described["paths"].items() for one in found.values() if one["security"] == []]

    lists = [path for path in described["paths"] if path.startswith("/api/v1/lists")]
    assert len(lists) == 5
    assert free == ["/api/v1/reports/{number}", *lists]

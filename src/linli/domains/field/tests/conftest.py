"""A phone for tests: enrolled, with a clock of its own, speaking as the real one does."""

import pytest

from linli.domains.field.tests.phone import Phone


@pytest.fixture
def phone(town, client):
    """Hua's phone, signed in."""
    return Phone(client, town.hua)

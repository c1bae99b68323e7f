"""Journeys across domains make small lists by the same commands as the tests of lists."""

from linli.domains.lists.tests.conftest import kinds as kinds
from linli.domains.lists.tests.conftest import publish_items as publish_items

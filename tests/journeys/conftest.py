"""Journeys across domains make lists by the same commands as the tests of lists."""

from linli.domains.lists.tests.conftest import duties as duties
from linli.domains.lists.tests.conftest import kinds as kinds
from linli.domains.lists.tests.conftest import lines as lines
from linli.domains.lists.tests.conftest import publish_items as publish_items
from linli.domains.lists.tests.conftest import shelf as shelf

"""Journeys across domains make lists and phones by the same commands as the tests of those domains."""

from linli.domains.field.tests.conftest import phone as phone
from linli.domains.lists.tests.conftest import duties as duties
from linli.domains.lists.tests.conftest import kinds as kinds
from linli.domains.lists.tests.conftest import lines as lines
from linli.domains.lists.tests.conftest import publish_items as publish_items
from linli.domains.lists.tests.conftest import shelf as shelf

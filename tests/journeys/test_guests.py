"""The table of pages for people of a federation's members names pages that are there."""

from django.urls import get_resolver

from linli.config import public
from tests.journeys.test_routes import named


def test_every_page_opened_to_guests_is_there():
    routes = set(named(get_resolver()))

    lacking = [name for name in public.GUESTS if not name.endswith(":*") and name not in routes]

    assert lacking == []

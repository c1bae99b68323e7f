"""What tests of residents' pages share: the form as a phone sends it, and a case worked to its end."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from linli.domains.cases import commands
from linli.domains.cases.models import Case
from linli.domains.cases.tests.test_loop import go, to_checked
from linli.kernel.flow.models import Matter
from linli.kernel.org.keys import new_key
from tests.evidence import jpeg
from tests.town import IN_GRID


def filled(**changes):
    """The form as a phone sends it."""
    given = {
        "id": str(new_key()), "text": "柳树路 5 号门口井盖没了，晚上看不见", "lon": IN_GRID[0], "lat": IN_GRID[1],
        "accuracy": "12", "crs": "wgs84", "address": "柳树路 5 号", "wants_answer": "on",
    }  # fmt: skip
    return {**given, **changes}


def photograph(seed="a"):
    return SimpleUploadedFile("井盖.jpg", jpeg(seed), "image/jpeg")


def proof(response):
    """Number and code from the address of the receipt."""
    query = parse_qs(urlsplit(response.url).query)
    return {"number": query["number"][0], "code": query["code"][0]}


def case_of(given):
    return Case.objects.get(matter__number=given["number"])


def closed(given, town):
    """Worked to its end by the real commands."""
    case = case_of(given)
    go(case, town, *to_checked(town), at=Matter.objects.get(pk=case.pk).opened_at + timedelta(minutes=1))
    later = Matter.objects.get(pk=case.pk).opened_at + timedelta(hours=1)
    steps = (("chen", "reply", commands.Given(note="井盖已补好，谢谢您")), ("chen", "close", commands.Given()))
    go(case, town, *steps, at=later)
    return case

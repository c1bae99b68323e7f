"""The pages of meetings that come again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.kernel.meetings.models import Meeting, Series


def given(town, **more):
    starts = timezone.localdate() + timedelta(days=2)
    said = {
        "title": "商圈联合会例会", "kind": "federation", "unit": town.federation.pk, "place": "一号楼", "every": "days",
        "interval": "30", "opens": "14:00", "closes": "16:00", "starts_on": str(starts), "days_ahead": "7",
        "agenda": "通报隐患\n交流对策", "people": [str(town.kong.pk)],
    }  # fmt: skip
    return said | more


@pytest.mark.spec("000-45")
def test_a_series_is_begun_listed_with_its_next_meeting_and_ended(town, client):
    client.force_login(town.kong.account)
    for _again in range(2):
        answer = client.post(
            reverse("organisation:begin_series"), given(town, command="019ccc00-0000-7000-8000-00000000b001")
        )
    assert answer.url == reverse("organisation:series")
    meeting = Meeting.objects.get()

    shown = client.get(reverse("organisation:series")).content.decode()
    assert "每30天一次 14:00–16:00" in shown
    assert reverse("organisation:meeting", args=[meeting.pk]) in shown

    client.post(reverse("organisation:end_series", args=[Series.objects.get().pk]), {"reason": "改为季度会"})
    assert Series.objects.get().ended_at is not None
    assert "已结束" in client.get(reverse("organisation:series")).content.decode()


@pytest.mark.parametrize("wrong", [{"title": ""}, {"every": "weekly"}, {"closes": "14:00"}, {"days_ahead": "99"}])
def test_a_series_that_cannot_be_is_shown_again_with_what_was_typed(town, client, wrong):
    client.force_login(town.kong.account)

    answer = client.post(reverse("organisation:begin_series"), given(town, **wrong))

    assert answer.status_code == 422
    assert "交流对策" in answer.content.decode()
    assert not Series.objects.exists()


def test_who_convenes_nothing_begins_nothing_and_a_stranger_sees_and_ends_none(town, client):
    client.force_login(town.kong.account)
    client.post(reverse("organisation:begin_series"), given(town))
    client.force_login(town.hua.account)
    assert client.get(reverse("organisation:begin_series")).status_code == 404
    client.force_login(town.zhou.account)
    assert "商圈联合会例会" not in client.get(reverse("organisation:series")).content.decode()
    assert client.post(reverse("organisation:end_series", args=[Series.objects.get().pk])).status_code == 404

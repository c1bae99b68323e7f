"""Everybody who reported or joined a case hears of it by their own code and in their own words."""

from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from linli.config import announcing
from linli.domains.cases.commands import Given, act
from linli.domains.cases.queries.following import reporter_key
from linli.domains.cases.tests.residents import case_of, filled, proof
from linli.kernel.messages.models import Delivery

pytestmark = pytest.mark.django_db


def test_each_caller_hears_with_their_own_code_and_words(client, town):
    form = filled(phone="13900000001")
    first = proof(client.post("/report", form))
    joiner = filled(text="柳树路 5 号门口的井盖不见了，晚上看不见", join=str(case_of(first).pk), phone="13812345678")
    second = proof(Client().post("/report", joiner))
    act(case_of(first), "accept", Given(fields={"category": "01001"}), actor=town.chen, at=timezone.now())
    act(case_of(first), "reject", Given(note="不属本区"), actor=town.chen, at=timezone.now())

    announcing.drain()

    told = {reporter_key(UUID(form["id"])): "", reporter_key(UUID(joiner["id"])): ""}
    for delivery in Delivery.objects.filter(channel="sms"):
        told[delivery.actor_id] += delivery.body
    heard_first, heard_second = told.values()
    assert first["code"] in heard_first
    assert "没了" in heard_first
    assert first["code"] not in heard_second
    assert "没了" not in heard_second
    assert second["code"] != first["code"]

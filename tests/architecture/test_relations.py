"""Rows know only rows of the same floor's room or of a lower floor: string foreign keys are invisible to imports."""

import pytest
from django.apps import apps
from django.db.models import Model

FLOORS = [
    {"kernel"},
    {"journal"},
    {"accounts"},
    {"sms"},
    {"customers", "channels", "calendars", "schemes", "uploads", "webhooks", "releases"},
    {"environments"},
    {"tickets", "articles", "mailings"},
    {"calls", "updates"},
    {"flows"},
    {"website", "portal", "console", "api", "feeds"},
]
HEIGHT = {room: height for height, floor in enumerate(FLOORS) for room in floor}
MODELS = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("okibi.")]


def room_of(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def named(model: type[Model]) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_a_relation_leads_down_or_stays_in_its_room(model):
    here = room_of(model)
    for field in model._meta.get_fields():
        if not field.is_relation or field.auto_created or field.related_model is None:
            continue
        there = field.related_model
        if not there.__module__.startswith("okibi."):
            continue
        is_lower = HEIGHT[room_of(there)] < HEIGHT[here]
        assert room_of(there) == here or is_lower, f"{field} leads to {named(there)}"


def test_every_room_with_rows_has_a_floor_and_a_label_of_its_own():
    assert MODELS
    assert {room_of(model) for model in MODELS} <= HEIGHT.keys()
    assert {model._meta.app_label for model in MODELS} == {f"okibi_{room_of(model)}" for model in MODELS}


def test_doors_and_flows_have_no_rows():
    assert not {room_of(model) for model in MODELS} & {"website", "portal", "console", "api", "flows"}

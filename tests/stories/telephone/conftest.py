"""What the stories of exchanges share: Anna's number is verified, it is Monday morning."""

import pytest
import time_machine

from okibi.customers.models import PhoneNumber
from tests.cast import make_cast
from tests.stories.phone_calls import ANNA, KINDS, MONDAY


@pytest.fixture
def cast():
    made = make_cast()
    PhoneNumber.objects.create(person=made.anna, e164=ANNA, verified_at=MONDAY)
    return made


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return request.param

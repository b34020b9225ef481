"""A report that comes by the door for pushes at the very moment when the inlet marks its SMS as sent."""

import threading

import pytest
from django.db import connection, transaction

from okibi.sms import lines, queue, reports
from okibi.sms.gateways.port import Sent
from okibi.sms.models import Sms
from okibi.sms.tests.gateways import alive, put

pytestmark = pytest.mark.usefixtures("office")


def claimed():
    row, line = put(), alive()[0]
    (claim,) = queue.claim([line], 1, {})
    queue.hand(claim.sms, 1)
    return row, line


@pytest.mark.django_db(transaction=True)
def test_a_report_between_the_look_for_early_ones_and_the_commit_is_not_lost():
    row, line = claimed()

    def tell():
        reports.told(line, "1", "7-ab", "", 0)
        connection.close()

    other = threading.Thread(target=tell)
    with transaction.atomic():
        queue.settle(row.pk, line, Sent("7-ab"))
        other.start()
        other.join(0.3)
        assert other.is_alive()  # it waits until we are done
    other.join(10)
    assert Sms.objects.get().state == "delivered"


@pytest.mark.django_db
@pytest.mark.parametrize("states", [(1, 0), (0, 1), (0, 48, 1)])
def test_of_several_early_reports_the_one_that_says_the_end_counts(states):
    row, line = claimed()
    for number, state in enumerate(states):
        reports.told(line, str(number), "7-ab", "", state)
    queue.settle(row.pk, line, Sent("7-ab"))
    assert Sms.objects.get().state == "delivered"
    assert lines.early_report(line, "7-ab", row.created_at) is None

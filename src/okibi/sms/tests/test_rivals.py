"""Dispatchers beside each other, each with its own connection: none passes a SIM's limit, none takes another's SMS."""

import threading

import pytest
from django.db import connection

from okibi.sms import lines, queue
from okibi.sms.gateways.port import LineNews, Refused, Sent
from okibi.sms.models import SimUse, Sms
from okibi.sms.options import sms_options
from okibi.sms.tests.gateways import put

LIMIT, WAITING, RIVALS = 9, 24, 4


@pytest.mark.django_db(transaction=True)
def test_rivals_never_pass_a_limit_and_never_take_the_same_sms(office):
    office(count=RIVALS, more=f"day_limit = {LIMIT}\nmonth_limit = {LIMIT + 100}")
    found = list(lines.listed(sms_options().gateways).values())
    for place, pk in enumerate(found):  # four lines of two SIMs: cards were moved
        lines.alive(pk, LineNews(has_network=True, imsi=str(place % 2), iccid=f"8970{place % 2}"))
    for number in range(WAITING):
        put(key=str(number), text="я" * (100 if number % 3 == 0 else 20))  # of two segments or one
    start, taken, failed = threading.Barrier(RIVALS), [], []

    def rival(line, number):
        try:
            start.wait(20)
            while claims := queue.claim([line], number, {}):
                for each in claims:
                    taken.append((each.sms, each.attempt))
                    assert queue.hand(each.sms, number, each.attempt)
                    refused = each.attempt == 1 and each.sms % 5 == 0
                    queue.settle(each.sms, line, Refused("CMS 38") if refused else Sent(), each.attempt)
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            connection.close()

    rivals = [threading.Thread(target=rival, args=(line, number + 1)) for number, line in enumerate(found)]
    for each in rivals:
        each.start()
    for each in rivals:
        each.join(60)
    assert failed == []
    assert len(taken) == len(set(taken))
    used = dict(SimUse.objects.values_list("sim", "segments"))
    assert max(used.values()) <= LIMIT
    sent = Sms.objects.filter(state="sent")
    assert sum(used.values()) == sum(sent.values_list("segments", flat=True))
    assert not Sms.objects.filter(state="sending").exists()

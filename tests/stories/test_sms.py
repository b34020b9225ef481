"""A GSM gateway beside a running product: what goes out leaves once whatever falls, what comes in becomes a request.

The gateway is the simulator, with packets lost and doubled. No browser.
"""

import asyncio
import json
import random
import threading
from collections import Counter

import psycopg
import pytest

from okibi.ops.postgres import Server
from okibi.ops.tests.conftest import Product, command, eventually, open_folder
from okibi.sms.gateways.goip.tests.world import free_port
from okibi.sms.tests import gateways
from tests import letters
from tests.simulators.goip import Faults, Goip

MESSAGES = 80
LINES = 4
TICK = 0.2  # seconds; real devices have 5
ANNA, STRANGER = "+79000000011", "+79000000044"

PUT = """
from okibi.sms import services
for number in range({count}):
    to, text = "+7900000{{:04}}".format(1000 + number), "Заявка решена, №%d" % number
    services.submit(to, text, source="api", key=str(number))
"""
ROWS = {  # read straight from the product's database: a command of its own for each look takes seconds
    "out": "SELECT text, state, error FROM okibi_sms_sms WHERE source = 'api'",
    "in": "SELECT sender, text FROM okibi_sms_smsin ORDER BY id",
    "tickets": "SELECT number, requester_address, subject FROM okibi_tickets_ticket WHERE channel = 'sms'",
    "blocked": "SELECT number FROM okibi_sms_sms WHERE state = 'blocked'",
}

WISH = """
from okibi.customers import services
from okibi.customers.models import PhoneNumber
from okibi.journal.services import SYSTEM
row = PhoneNumber.objects.filter(person__emails__key="anna@example.org").first()
services.wish_sms(row.pk, on=True, source="console", actor=SYSTEM)
print("WISHED" + row.e164)
"""


class Device:
    """The simulator in a thread of its own."""

    def __init__(self, port):
        self.loop = asyncio.new_event_loop()
        faults = Faults(loss=0.08, repeats=0.05, late=0.05)
        self.goip = Goip(("127.0.0.1", port), lines=LINES, tick=TICK, faults=faults, seed=random.randrange(9999))
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.do(self.goip.start())

    def do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def receive(self, sender, text):
        """Told again and again until it is acknowledged, as a device with a full store does."""
        number = self.goip.next_id()
        while not self.do(self.goip.lines[0].tell("RECEIVE", f"srcnum:{sender};msg:{text}", number)):
            pass

    def texts(self, number):
        return [text for _, to, text in self.goip.sent if to == number]

    def stop(self):
        self.do(self.goip.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


@pytest.fixture(scope="module")
def desk():
    with open_folder() as folder:
        running = Product(folder / "data")
        running.data.mkdir(mode=0o711)
        port = free_port()
        gateways.write(running.data / "sms.toml", port=port, count=LINES, tick=str(TICK))
        running.start("--demo")
        device = Device(port)
        yield running, device
        device.stop()
        if running.process.poll() is None:
            running.stop()


def asked(product, script):
    done = command("manage", "shell", "--no-imports", "-c", script, OKIBI_DATA=str(product.data))
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def told(product):
    with psycopg.connect(Server(product.data).address().as_url()) as link:
        return {name: link.execute(sql).fetchall() for name, sql in ROWS.items()}


def lines_of(product):
    return json.loads(command("sms", "lines", "--json", "--data", str(product.data)).stdout or "[]")


def test_each_sms_leaves_once_or_is_marked_uncertain_whatever_is_killed(desk):
    product, device = desk
    eventually(lambda: all(line["alive"] for line in lines_of(product)))
    asked(product, PUT.format(count=MESSAGES))
    eventually(lambda: len(device.goip.sent) >= MESSAGES // 5)
    product.kill("okibi-inlets")
    eventually(lambda: len(device.goip.sent) >= MESSAGES // 2)
    device.loop.call_soon_threadsafe(device.goip.reboot)
    product.kill("okibi-inlets")
    eventually(lambda: not {"queued", "sending"} & {state for _, state, _ in told(product)["out"]})
    out = told(product)["out"]
    left = Counter(text for _, _, text in device.goip.sent)
    states = Counter(state for _, state, _ in out)
    assert len(out) == MESSAGES
    assert max(left.values()) == 1, states  # none twice
    known = {text for text, state, _ in out if state in {"sent", "delivered"}}
    assert known <= left.keys()  # what we call sent did leave
    assert set(left) - known <= {text for text, state, _ in out if state == "uncertain"}
    assert all(error for _, state, error in out if state == "uncertain")
    assert states["failed"] == 0
    assert states["uncertain"] < MESSAGES // 3, states


def test_an_sms_becomes_a_request_once_and_is_answered_by_sms(desk):
    product, device = desk
    device.receive(ANNA, "Не Работает; код: E-17\nсрочно")
    eventually(lambda: any("принята, ответим до" in text for text in device.texts(ANNA)))
    found = told(product)
    assert found["in"] == [(ANNA, "Не Работает; код: E-17\nсрочно")]
    ((number, address, subject),) = found["tickets"]
    assert (address, subject) == (ANNA, "Не Работает; код: E-17")
    assert number in device.texts(ANNA)[0]
    device.receive(ANNA, f"#{number} уже работает")
    eventually(lambda: len(told(product)["in"]) == 2)
    assert len(told(product)["tickets"]) == 1


def test_stop_is_confirmed_and_then_nothing_comes(desk):
    product, device = desk
    device.receive(STRANGER, "СТОП")
    eventually(lambda: any("отписаны" in text for text in device.texts(STRANGER)))
    command("sms", "send", STRANGER, "Акция!", "--data", str(product.data))
    assert told(product)["blocked"] == [(STRANGER,)]
    assert len(device.texts(STRANGER)) == 1


def test_a_mail_of_who_wishes_it_is_told_by_sms_beside_its_receipt(desk):
    product, device = desk
    number = asked(product, WISH).partition("WISHED")[2].strip()
    mail = letters.mail(subject="Касса не открывается")
    piped = command("mail", "pipe", "--data", str(product.data), stdin=mail)
    assert piped.returncode == 0, piped.stderr.decode()
    eventually(lambda: any("принята. Ответим до" in text for text in device.texts(number)))
    (text,) = device.texts(number)
    assert "Касса" not in text

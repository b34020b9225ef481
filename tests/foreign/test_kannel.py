"""Against a real Kannel: our driver → its smsbox → its bearerbox → SMPP → a message centre, and all the way back.

Needs ``apt-get install kannel``; without it these tests are skipped, and say so.
"""

import asyncio
import os
import shutil
import subprocess

import pytest

from okibi.sms.gateways.kannel import pushes
from okibi.sms.gateways.kannel.driver import KannelGateway
from okibi.sms.gateways.kannel.tests.world import SECRETS, free_port, options
from okibi.sms.gateways.port import Order, Refused, Sent, Trouble
from okibi.sms.tests.contract.test_gateways import ANNA, Hub, handed, until
from okibi.sms.tests.door import Door
from tests.simulators.smsc import Smsc

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
BEARERBOX, SMSBOX = shutil.which("bearerbox", path=PATH), shutil.which("smsbox", path=PATH)
LONG = "Не Работает; код: E-17\nсрочно,  100% & «№» " * 4
pytestmark = [
    pytest.mark.foreign,
    pytest.mark.long,  # three programs of others that want seconds of their own
    pytest.mark.skipif(
        BEARERBOX is None or SMSBOX is None,
        reason="NO KANNEL HERE: its driver was not tried on a real one (apt-get install kannel)",
    ),
]

CONFIG = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
smsbox-port = {box}
smsbox-interface = 127.0.0.1
admin-password = none
status-password = s
box-allow-ip = 127.0.0.1

group = smsc
smsc = smpp
smsc-id = goip1
allowed-smsc-id = goip1
host = 127.0.0.1
port = {smpp}
transceiver-mode = true
smsc-username = esme
smsc-password = secret
system-type = ""
source-addr-autodetect = true
dest-addr-ton = 1
dest-addr-npi = 1
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 5
http-queue-delay = 1

group = sendsms-user
username = u
password = p
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
post-url = "http://127.0.0.1:{door}/hooks/sms/kannel/in?token=our-token&from=%p&id=%I&smsc=%i"
"""


@pytest.fixture
def told(tmp_path):
    """Runs a story in a world of its own: the driver, the hub, the message centre."""

    async def whole(story):
        ports = {name: free_port() for name in ("admin", "box", "smpp", "sendsms", "door")}
        file = tmp_path / "kannel.conf"
        file.write_text(CONFIG.format(**ports))
        centre, hub = Smsc(ports["smpp"]), Hub()
        made = options("", f"http://127.0.0.1:{ports['door']}", names=("goip1",), secrets=dict(SECRETS))
        made.options.update(
            sendsms=f"http://127.0.0.1:{ports['sendsms']}/cgi-bin/sendsms",
            admin=f"http://127.0.0.1:{ports['admin']}", source="+79000000031",
        )  # fmt: skip
        door, gateway = Door(ports["door"], pushes.read, made), KannelGateway(made, hub)
        door.hub = hub
        boxes = []
        try:
            async with asyncio.timeout(60):
                await centre.start()
                await door.start()
                for box in (BEARERBOX, SMSBOX):
                    boxes.append(await _started(box, file))
                    await asyncio.sleep(1)
                await gateway.start()
                await until(lambda: gateway.is_ready("goip1"))
                await story(gateway, hub, centre)
        finally:
            await gateway.stop()
            for box in reversed(boxes):
                box.kill()
                await box.wait()
            await door.stop()
            await centre.stop()

    return lambda story: asyncio.run(whole(story))


async def _started(box, file):
    quiet = subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(box, "-v", "4", str(file), stdout=quiet, stderr=quiet, cwd=file.parent)


def test_out_reported_and_in(told):
    async def story(gateway, hub, centre):
        assert hub.news["goip1"].model.startswith("Kannel 1.")
        fate = await gateway.send("goip1", Order(7, ANNA, LONG), handed())
        assert isinstance(fate, Sent)
        await until(lambda: len(hub.reports) >= 2 and centre.sent)
        assert centre.sent == [("esme", ANNA, LONG)]
        assert ("goip1", fate.reference, 0) in hub.reports
        assert {each[2] for each in hub.reports} <= {0, 1}

        hub.away = True  # what could not be stored comes again
        assert await centre.receive("esme", ANNA, LONG)
        await asyncio.sleep(0.3)
        hub.away = False
        await until(lambda: hub.incoming)
        assert hub.incoming == [("goip1", ANNA, LONG)]
        assert await centre.receive("esme", "Beeline", "OK", mark=9)
        await until(lambda: len(hub.incoming) == 2)
        assert hub.incoming[1][2] == "OK"

        gateway.options.secrets["password"] = "other"
        assert isinstance(await gateway.send("goip1", Order(8, ANNA, "x"), handed()), Trouble)
        gateway.options.secrets["password"] = "p"
        centre.errors[ANNA] = 0x0B
        fate = await gateway.send("goip1", Order(9, ANNA, "x"), handed())
        await until(lambda: ("goip1", fate.reference, 66) in hub.reports)
        assert isinstance(hub.late[-1][2], Refused)

        await centre.stop()
        await until(lambda: not gateway.is_ready("goip1"))

    told(story)

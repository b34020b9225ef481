"""Against a message centre that nobody here wrote: npm's ``smpp``.

Needs node and ``npm install smpp`` in a folder that OKIBI_NODE_MODULES names, or beside node's own global modules;
without it these tests are skipped, and say so.
"""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from okibi.sms.gateways.port import Order, Refused, Sent
from okibi.sms.gateways.smpp.driver import SmppGateway
from okibi.sms.gateways.smpp.tests.world import free_port, options
from okibi.sms.tests.contract.test_gateways import ANNA, Hub, handed, until

NODE = shutil.which("node")
HERE = Path(__file__).parent
LONG = "Заявка №1042 решена: проверьте печать счетов. " * 3


def _modules() -> str:
    """The folder of modules that has smpp, or ""."""
    places = [os.environ.get("OKIBI_NODE_MODULES", ""), "/usr/local/lib/node_modules", "/usr/lib/node_modules"]
    return next((place for place in places if place and (Path(place) / "smpp").is_dir()), "")


pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(
        NODE is None or not _modules(),
        reason="NO NODE WITH smpp HERE: SMPP was not tried on a foreign message centre "
        "(npm install -g smpp, or OKIBI_NODE_MODULES)",
    ),
]


def told(story, **more):
    async def whole():
        port = free_port()
        centre = await asyncio.create_subprocess_exec(
            str(NODE), str(HERE / "smsc.js"), str(port), stdout=subprocess.PIPE,
            env={**os.environ, "NODE_PATH": _modules()},
        )  # fmt: skip
        hub = Hub()
        gateway = SmppGateway(options(port, names=("esme",), **more), hub)
        try:
            async with asyncio.timeout(30):
                assert await centre.stdout.readline() == b"listens\n"
                await gateway.start()
                await until(lambda: gateway.is_ready("esme"))
                await story(gateway, hub, centre)
        finally:
            await gateway.stop()
            centre.terminate()
            await centre.wait()

    asyncio.run(whole())


@pytest.mark.parametrize("long", ["udh", "payload"])
def test_long_cyrillic_is_taken_and_reported(long):
    async def story(gateway, hub, centre):
        fate = await gateway.send("esme", Order(7, ANNA, LONG), handed())
        assert isinstance(fate, Sent)
        count = 1 if long == "payload" else 3
        parts = [json.loads(await centre.stdout.readline()) for _ in range(count)]
        assert "".join(part["text"] for part in parts) == LONG
        assert {(part["to"], part["ton"], part["coding"]) for part in parts} == {(ANNA[1:], 1, 8)}
        await until(lambda: hub.reports)
        assert hub.reports == [("esme", fate.reference, 0)]

    told(story, long=long)


def test_latin_a_refusal_and_what_comes_in():
    async def story(gateway, hub, centre):
        await until(lambda: hub.incoming)
        assert hub.incoming == [("esme", ANNA, "Не работает; код: E-17")]
        assert isinstance(await gateway.send("esme", Order(1, ANNA, "it's [ok]: 5€"), handed()), Sent)
        part = json.loads(await centre.stdout.readline())
        assert (part["text"], part["coding"]) == ("it's [ok]: 5€", 0)
        fate = await gateway.send("esme", Order(2, "+79000000099", "x"), handed())
        assert fate == Refused("SMPP 0x0000000B: wrong destination address", permanent=True)

    told(story)

"""SMS in a storm: packets lost and repeated, the gateway starts anew, the dispatcher dies. Nothing twice, nothing lost.

The short one runs the dispatcher inside the test, on its own connection, and "kills" it between two statements; the
long one kills a real process.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit, urlunsplit

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from okibi.sms.holding import LOCKS
from okibi.sms.inlet import SmsInlet
from okibi.sms.options import sms_options
from okibi.sms.tests.storm import Storm, until

CHILD = """
import threading, django
django.setup()
from okibi.sms.inlet import run
from okibi.sms.options import sms_options
run(threading.Event(), sms_options())
"""


class OneThread(ThreadPoolExecutor):
    """A thread that has the test's own connection. Dispatchers come and go; it stays until the test ends."""

    def __init__(self):
        mine = self.mine = connections["default"]
        mine.inc_thread_sharing()
        self.kept = (mine.settings_dict["AUTOCOMMIT"], mine.close_at)
        mine.settings_dict["AUTOCOMMIT"], mine.close_at = False, None  # inside the test's transaction it is in order
        super().__init__(1, initializer=lambda: connections.__setitem__("default", mine))

    def shutdown(self, wait=True, *, cancel_futures=False, really=False):
        if really:
            self.mine.settings_dict["AUTOCOMMIT"], self.mine.close_at = self.kept
            super().shutdown(wait, cancel_futures=cancel_futures)


class Dispatcher:
    """The gateways' process, as far as a test can hold it."""

    def __init__(self, work):
        self.inlet = SmsInlet(sms_options())
        self.inlet.work.shutdown()
        self.inlet.work = work
        self.task = asyncio.create_task(self.inlet.serve(threading.Event()))

    async def kill(self):
        """As a process dies: nothing is said, nothing is written; its sockets and its lock are gone."""
        self.inlet._let_go = lambda: None
        carrying = [self.task, *self.inlet.tasks]
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)
        for gateway in self.inlet.gateways.values():
            await gateway.stop()
        await asyncio.get_running_loop().run_in_executor(self.inlet.work, self.unlock)

    def unlock(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, self.inlet.holder.number])


async def weathered(storm, work):
    """Two reboots and two deaths, spread over the run."""
    await storm.device.start()
    running = Dispatcher(work)
    for share, trouble in ((0.15, "reboot"), (0.35, "kill"), (0.55, "reboot"), (0.75, "kill")):
        begun = storm.count * share
        assert await until(lambda begun=begun: len(storm.device.sent) > begun, 20)
        if trouble == "reboot":
            storm.device.reboot()
        else:
            await running.kill()
            running = Dispatcher(work)
            assert await until(lambda inlet=running.inlet: inlet.gateways, 20)
            for line in storm.device.lines:  # half a minute's wait with real ones
                line.keepalive(1)
    loop = asyncio.get_running_loop()
    for _ in range(450):  # a line that failed thrice in a row rests for a minute
        if not await loop.run_in_executor(work, storm.left):
            break
        await asyncio.sleep(0.2)
    await running.kill()
    await storm.device.stop()


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "limit"), [(60, 5), pytest.param(300, 20, marks=pytest.mark.long)])
def test_sms_in_a_storm_go_once_or_are_uncertain_and_none_is_lost(settings, tmp_path, count, limit):
    storm = Storm(count=count, lines=16, limit=limit, tick=0.08, reports=False)
    storm.prepare(settings, tmp_path)
    work = OneThread()
    try:
        asyncio.run(weathered(storm, work))
    finally:
        work.shutdown(really=True)
    figures = storm.check()
    assert figures["sent"] > storm.count / 3


def started(settings):
    place = connection.settings_dict
    whole = urlsplit(os.environ["DATABASE_URL"])
    known = {**os.environ, "DATABASE_URL": urlunsplit(whole._replace(path=f"/{place['NAME']}"))}
    known |= {"OKIBI_SMS": settings.OKIBI_SMS, "DJANGO_SETTINGS_MODULE": "okibi.config.settings"}
    return subprocess.Popen([sys.executable, "-c", CHILD], env=known, stdout=subprocess.DEVNULL)


async def going(storm, begun):
    """Until so many have left; False where none has for three minutes, however slow the machine is."""
    while (before := len(storm.device.sent)) <= begun:
        if not await until(lambda before=before: len(storm.device.sent) > before, 180):
            return False
    return True


async def weathered_by_processes(storm, settings):
    left = sync_to_async(storm.left)
    await storm.device.start()
    running = started(settings)
    try:
        for share, trouble in ((0.15, "reboot"), (0.35, "kill"), (0.55, "reboot"), (0.75, "kill")):
            begun = storm.count * share
            assert await going(storm, begun)
            if trouble == "reboot":
                storm.device.reboot()
            else:
                running.send_signal(signal.SIGKILL)
                running.wait()
                running = started(settings)
        for _ in range(1800):
            if not await left():
                break
            await asyncio.sleep(0.5)
    finally:
        running.kill()
        running.wait()
        await storm.device.stop()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_10_000_sms_in_a_storm_go_once_or_are_uncertain_and_none_is_lost(settings, tmp_path, record_property):
    storm = Storm(count=10_000, lines=32, limit=320, tick=0.5)
    storm.prepare(settings, tmp_path)
    begin = time.monotonic()
    asyncio.run(weathered_by_processes(storm, settings))
    seconds = time.monotonic() - begin
    figures = storm.check()
    record_property("figures", {**figures, "seconds": round(seconds), "per_second": round(storm.count / seconds, 1)})
    sys.stderr.write(f"\n{figures} in {seconds:.0f} s: {storm.count / seconds:.0f}/s\n")
    assert figures["delivered"] > storm.count / 2

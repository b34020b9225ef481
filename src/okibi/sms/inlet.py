"""The gateways' process: their sockets, the lines' conversations, and the dispatcher that gives lines their SMS."""

import asyncio
import contextlib
import importlib
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from itertools import chain, repeat
from typing import TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from okibi.kernel import signs
from okibi.kernel.clock import now
from okibi.sms import balance, inward, lines, pieces, queue, reports, usage
from okibi.sms.balance_options import BalanceOptions
from okibi.sms.gateways.port import Fate, Gateway, LineNews, Piece, Unknown, UssdError
from okibi.sms.gateways.registry import GATEWAYS
from okibi.sms.holding import Holder
from okibi.sms.models import Line
from okibi.sms.options import GatewayOptions, SmsOptions
from okibi.sms.queue import Claim

log = structlog.get_logger(__name__)

IDLE = 0.5  # seconds between two looks into an empty queue
BUSY = 0.05  # and into one that had something
SWEEP = 5.0  # seconds
PRUNE_EVERY = 120  # sweeps
BALANCES_EVERY = 12  # sweeps: once a minute it is looked whose operator is to be asked
LISTEN_AGAIN = 5.0
MARK_AGAIN_AFTER = (0.5, 2.0, 5.0, 15.0, 60.0)  # seconds between tries to mark what became of an SMS
SIGN = "sms"
T = TypeVar("T")


class SmsInlet:
    """Serves every gateway of the file. One thread of its own has the one database connection."""

    def __init__(self, options: SmsOptions) -> None:
        self.options = options
        self.work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="okibi-sms")
        self.holder = Holder()
        self.sweeps = 0
        self.gateways: dict[str, Gateway] = {}
        self.ids: Mapping[tuple[str, str], int] = {}
        self.places: dict[int, tuple[str, str]] = {}
        self.groups: dict[int, str] = {}
        self.balances: dict[int, BalanceOptions] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    async def serve(self, stop: threading.Event) -> None:
        """Until ``stop`` is set; conversations that run are given a moment to end."""
        try:
            if not await self._prepared(stop):
                return
            loop = asyncio.get_running_loop()
            sweep_at = loop.time()
            while not stop.is_set():
                if loop.time() >= sweep_at:
                    sweep_at = loop.time() + SWEEP
                    await self._tried(self._sweep)
                    await self._ask_balances()
                given = await self._dispatched()
                await asyncio.sleep(BUSY if given else IDLE)
            if self.tasks:
                await asyncio.wait(self.tasks, timeout=3)
            for gateway in self.gateways.values():
                await gateway.stop()
        finally:
            await self._tried(self._let_go)
            self.work.shutdown(wait=True)

    async def _prepared(self, stop: threading.Event) -> bool:
        while not stop.is_set():
            found = await self._tried(lambda: lines.listed(self.options.gateways))
            if found is not None:
                self.ids = found
                self.places = {pk: place for place, pk in found.items()}
                break
            await asyncio.sleep(LISTEN_AGAIN)
        for options in self.options.gateways:
            for line in options.lines:
                self.groups[self.ids[options.name, line.name]] = line.group
                if line.balance:
                    self.balances[self.ids[options.name, line.name]] = line.balance
            if not await self._listening(options, stop):
                return False
        return not stop.is_set()

    async def _listening(self, options: GatewayOptions, stop: threading.Event) -> bool:
        driver = importlib.import_module(f"{GATEWAYS[options.kind]}.driver").GATEWAY
        while not stop.is_set():
            gateway: Gateway = driver(options, RoomHub(self, options.name))
            try:
                await gateway.start()
            except OSError as error:
                log.error("sms_gateway_can_not_listen", gateway=options.name, error=str(error))  # noqa: TRY400
                await self._tried(partial(signs.give, SIGN, f"{options.name}: {error}"))
                await asyncio.sleep(LISTEN_AGAIN)
            else:
                self.gateways[options.name] = gateway
                log.info("sms_gateway_serves", gateway=options.name, kind=options.kind, lines=len(options.lines))
                return True
        return False

    # ------------------------------------------------------------------ giving lines their SMS

    async def _dispatched(self) -> int:
        free = [pk for pk, (gateway, line) in self.places.items() if self.gateways[gateway].is_ready(line)]
        if not free:
            return 0
        claims = await self._tried(lambda: self._claim(free)) or []
        for claim in claims:
            task = asyncio.get_running_loop().create_task(self._carry(claim))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return len(claims)

    def _claim(self, free: list[int]) -> list[Claim]:
        self.holder.keep()
        return queue.claim(free, self.holder.number, self._living(), self.options.quiet)

    def _living(self) -> dict[int, str]:
        """Lines of operator groups that can send, and those groups."""
        grouped = [pk for pk, group in self.groups.items() if group]
        if not grouped:
            return {}
        found = Line.objects.filter(pk__in=grouped, registered_at__isnull=False, has_network=True)
        rows = list(found.exclude(parked_until__gt=now()))
        spent = usage.spent(rows, usage.today())
        return {row.pk: self.groups[row.pk] for row in rows if row.pk not in spent}

    async def _carry(self, claim: Claim) -> None:
        gateway, line = self.places[claim.line.pk]
        try:
            fate = await self.gateways[gateway].send(line, claim.order, lambda: self._hand(claim))
        except Exception as error:
            log.exception("sms_driver_failed", gateway=gateway, line=line, sms=claim.sms)
            fate = Unknown(f"{type(error).__name__}: {error}"[:200])
        for pause in chain(MARK_AGAIN_AFTER, repeat(MARK_AGAIN_AFTER[-1])):  # the database may be away for long
            if await self._settle(claim, fate):
                return
            log.warning("sms_not_marked", sms=claim.sms, fate=str(fate), again=pause)
            await asyncio.sleep(pause)

    async def _hand(self, claim: Claim) -> bool:
        return bool(await self._tried(lambda: queue.hand(claim.sms, self.holder.number, claim.attempt)))

    async def _settle(self, claim: Claim, fate: Fate) -> bool:
        def settle() -> bool:
            queue.settle(claim.sms, claim.line.pk, fate, claim.attempt)
            return True

        return bool(await self._tried(settle))

    # ------------------------------------------------------------------ money on SIMs

    async def _ask_balances(self) -> None:
        """Ask the operators of lines whose turn it is and that are free; a busy one is asked a minute later."""
        if self.sweeps % BALANCES_EVERY != 1:
            return
        free = {pk: each for pk, each in self.balances.items() if self._is_free(pk)}
        for pk in await self._tried(lambda: balance.to_ask(free)) or []:
            task = asyncio.get_running_loop().create_task(self._asked(pk, free[pk]))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _is_free(self, pk: int) -> bool:
        gateway, line = self.places[pk]
        return self.gateways[gateway].is_ready(line)

    async def _asked(self, pk: int, options: BalanceOptions) -> None:
        gateway, line = self.places[pk]
        try:
            words = await self.gateways[gateway].ussd(line, options.code)
        except Exception as error:  # noqa: BLE001  of a driver: SMS go on
            why = str(error) if isinstance(error, UssdError) else f"{type(error).__name__}: {error}"
            log.warning("sms_balance_unknown", gateway=gateway, line=line, error=why[:200])
            await self._tried(partial(balance.not_answered, pk, why))
        else:
            await self._tried(partial(balance.answered, pk, options, words))

    # ------------------------------------------------------------------ in the thread with the database

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Raises Django's database errors."""

        def guarded() -> T:
            close_old_connections()
            try:
                return work()
            except (DatabaseError, InterfaceError):
                connections["default"].close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self.work, copy_context().run, guarded)

    async def _tried(self, work: Callable[[], T]) -> T | None:
        """None where the database is away."""
        try:
            return await self.in_thread(work)
        except (DatabaseError, InterfaceError) as error:
            log.warning("sms_database_away", error=f"{type(error).__name__}: {error}"[:200])
            return None

    def _sweep(self) -> None:
        self.holder.keep()
        queue.expire()
        queue.free_the_dead()
        lines.silent()
        pieces.give_up()
        self.sweeps += 1
        if self.sweeps % PRUNE_EVERY == 0:
            lines.prune()
            balance.prune()
        signs.give(SIGN)

    def _let_go(self) -> None:
        with contextlib.suppress(DatabaseError, InterfaceError):
            signs.withdraw(SIGN)
        connections["default"].close()


class RoomHub:
    """What one gateway's driver tells, written into the room's rows."""

    def __init__(self, inlet: SmsInlet, gateway: str) -> None:
        self.inlet, self.gateway = inlet, gateway

    def _id(self, line: str) -> int:
        return self.inlet.ids[self.gateway, line]

    async def alive(self, line: str, news: LineNews) -> None:
        await self.inlet.in_thread(lambda: lines.alive(self._id(line), news))

    async def received(self, line: str, external_id: str, sender: str, text: str, smsc: str) -> None:
        new = await self.inlet.in_thread(lambda: inward.store(self._id(line), external_id, sender, text, smsc))
        log.info("sms_received", line=line, new=new)

    async def received_piece(self, line: str, external_id: str, sender: str, piece: Piece) -> None:
        await self.inlet.in_thread(lambda: pieces.store(self._id(line), external_id, sender, piece))

    async def reported(
        self, line: str, external_id: str, reference: str, number: str, state: int, also: Sequence[str] = ()
    ) -> None:
        told = partial(reports.told, self._id(line), external_id, reference, number, state, also)
        await self.inlet.in_thread(told)

    async def happened(self, line: str, verb: str, external_id: str, fields: Mapping[str, str]) -> None:
        await self.inlet.in_thread(lambda: lines.keep_event(self._id(line), verb, external_id, fields))

    async def settled(self, line: str, order_id: int, fate: Fate) -> None:
        """Late news of an SMS of unknown fate (its row's id is the order's, unless there are two billion)."""
        await self.inlet.in_thread(partial(reports.settled, self._id(line), order_id, fate))


def run(stop: threading.Event, options: SmsOptions) -> None:
    """Serve until ``stop`` is set."""
    asyncio.run(SmsInlet(options).serve(stop))

"""Does to a service and to its store what the schedule says, and writes down when."""

import asyncio
import contextlib
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.system.history import Event, Kind, Stored
from tests.system.jumping_clock import JumpingClock
from tests.system.polling import until
from tests.system.service_process import ServiceProcess
from tests.system.store_view import StoreView
from tests.system.torture.faulty_proxy import FaultyProxy
from tests.system.torture.schedule import (
    ServiceFault,
    ServiceStep,
    StoreFault,
    StoreStep,
    own_share,
    service_steps,
    store_steps,
)

_RECEIPT_WITHIN_SECONDS = 1.0
_MET_WITHIN_SECONDS = 10.0  # the service may be down, or wait for longer and longer
_PASSED_WITHIN_SECONDS = 3.0
_MOST_SECONDS_MORE = 60.0


class Nemesis:
    """`run` breaks things; afterwards everything is whole again.

    `lost`: what was in the index when the store lost it. `met`: how many bulks, or documents of a
    lost index, each kind of fault had to do with. `done`: what was done, a line each.
    """

    def __init__(
        self,
        service: ServiceProcess,
        clock: JumpingClock,
        proxy: FaultyProxy,
        view: StoreView,
        history: Sequence[Event],
    ) -> None:
        self._service = service
        self._clock = clock
        self._proxy = proxy
        self._view = view
        self._history = history
        self._started = time.monotonic()
        self.lost: set[Stored] = set()
        self.met: Counter[StoreFault] = Counter()
        self.done: list[str] = []

    async def run(self, seed: int, seconds: float) -> None:
        """Break things for about so long, and the store until it had all of the seed's own share,
        for which somebody has to go on sending.

        Raises RuntimeError where the service ended by itself.
        """
        deadline = time.monotonic() + seconds
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._break_store(seed, deadline))
            tasks.create_task(self._break_service(service_steps(seed), deadline))
        self._clock.jump_to(0)

    def not_met(self, kinds: Sequence[StoreFault] = tuple(StoreFault)) -> Sequence[StoreFault]:
        """Those of these kinds that had nothing to do with anything."""
        return [kind for kind in kinds if not self.met[kind]]

    async def _break_store(self, seed: int, deadline: float) -> None:
        for step in store_steps(seed):
            if time.monotonic() >= deadline:
                missing = self.not_met(own_share(seed))
                if not missing or time.monotonic() >= deadline + _MOST_SECONDS_MORE:
                    return
                if step.fault not in missing:
                    continue
            if step.fault is StoreFault.LOSES_INDEX:
                await self._lose_index()
            else:
                await self._have(step)

    async def _have(self, step: StoreStep) -> None:
        before = self._proxy.met
        await self._proxy.fail(step.fault)
        await self._until_met(before + 1, _MET_WITHIN_SECONDS)
        if step.fault is StoreFault.REFUSES:
            await asyncio.sleep(step.seconds)
        else:
            await self._until_met(before + step.bulks, step.seconds)
        await self._proxy.heal()
        met = self._proxy.met - before
        self.met[step.fault] += met
        self._note(f"the store {step.fault}: {met} of {step.bulks} bulks, {step.seconds} s")
        await self._until_passed(self._proxy.passed + 1)

    async def _until_met(self, bulks: int, most_seconds: float) -> None:
        async def met() -> bool:
            return self._proxy.met >= bulks

        with contextlib.suppress(TimeoutError):
            await until(met, within_seconds=most_seconds, hoping_for="bulks")

    async def _until_passed(self, bulks: int) -> None:
        async def passed() -> bool:
            return self._proxy.passed >= bulks

        with contextlib.suppress(TimeoutError):
            await until(passed, within_seconds=_PASSED_WITHIN_SECONDS, hoping_for="a bulk")

    async def _lose_index(self) -> None:
        await self._until_passed(self._proxy.passed + 1)  # so that there is something in it
        async with self._proxy.closed():
            documents = await self._view.documents()
            await self._view.remove_index()
        self.lost.update(documents)
        self.met[StoreFault.LOSES_INDEX] += len(documents)
        self._note(f"the store {StoreFault.LOSES_INDEX} with {len(documents)} documents")

    async def _break_service(self, steps: Iterator[ServiceStep], deadline: float) -> None:
        while time.monotonic() < deadline:
            step = next(steps)
            await asyncio.sleep(step.pause_seconds)
            match step.fault:
                case ServiceFault.IS_KILLED:
                    await self._until_next_receipt()
                    self._service.kill()
                    await asyncio.sleep(step.seconds)
                    await asyncio.to_thread(self._service.start)
                case ServiceFault.IS_STOPPED:
                    self._service.signal(signal.SIGSTOP)
                    await asyncio.sleep(step.seconds)
                    self._service.signal(signal.SIGCONT)
                case ServiceFault.JUMPS:
                    self._clock.jump_to(step.clock)
            self._note(f"the service {step.fault}: {step.seconds} s, clock {step.clock:+d}")

    async def _until_next_receipt(self) -> None:
        """Return at once when a client hears of a receipt: is it on disk by now?"""
        seen = len(self._history)
        deadline = time.monotonic() + _RECEIPT_WITHIN_SECONDS
        while all(event.kind is not Kind.OK for event in self._history[seen:]):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.001)  # a poll twenty times a second would come when it is

    def _note(self, what: str) -> None:
        self.done.append(f"{time.monotonic() - self._started:6.2f} s  {what}")

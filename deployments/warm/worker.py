"""Prefect's worker of processes, which asks for runs rarely and at once when Prefect tells of one.

Asking every third of a second kept a quarter of a core busy with answering that there is nothing. What Prefect tells is
only a reason to ask sooner: whoever hears nothing asks every `PREFECT_WORKER_QUERY_SECONDS` as before.
"""

import abc
import argparse
import asyncio
import os
from typing import Any

import anyio
import httpx
from prefect.events.clients import PrefectEventSubscriber
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.logging import get_logger
from prefect.settings import PREFECT_WORKER_HEARTBEAT_SECONDS, PREFECT_WORKER_QUERY_SECONDS
from prefect.utilities.processutils import setup_signal_handlers_worker
from prefect.workers.process import ProcessWorker, ProcessWorkerResult

TOLD = EventFilter(
    event=EventNameFilter(
        name=[
            "prefect.flow-run.Scheduled",
            # A run that ended leaves a place in its queue, for which another may wait.
            "prefect.flow-run.Completed",
            "prefect.flow-run.Failed",
            "prefect.flow-run.Crashed",
            "prefect.flow-run.Cancelled",
        ]
    )
)
"""The events after which there may be a run to start."""

GATHER_SECONDS = 0.05
"""How long what is told together is waited for before Prefect is asked once."""

PAUSE_SECONDS = 0.25
"""How long nobody asks again after an answer, whatever is told: a flood is asked for four times a second."""

_logger = get_logger("worker")


# Called abstract, as it is no type of its own: Prefect would else take it for the worker of every process pool.
class WokenWorker(ProcessWorker, abc.ABC):
    """A worker that asks when it is woken."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()

    async def start(self, *args: Any, **options: Any) -> None:
        """Run the worker's own loops, and listen beside them."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._listen)
            tasks.start_soon(self._answer)
            try:
                await super().start(*args, **options)
            finally:
                tasks.cancel_scope.cancel()

    async def sync_with_backend(self) -> None:
        """Report to the server, then ask: before its first report a worker is given nothing."""
        await super().sync_with_backend()
        self._woken.set()

    async def get_and_submit_flow_runs(self) -> list[Any]:
        """Ask for runs and start them, one question at a time."""
        async with self._turn:
            return await super().get_and_submit_flow_runs()

    async def run(self, *args: Any, **options: Any) -> ProcessWorkerResult:
        """Run a flow run to its end, which leaves a place for another."""
        try:
            return await super().run(*args, **options)
        finally:
            self._woken.set()

    async def _listen(self) -> None:
        """Be woken by what Prefect tells, for as long as the worker runs."""
        while True:
            try:
                async with PrefectEventSubscriber(filter=TOLD, reconnect_on_clean_close=True) as events:
                    self._woken.set()
                    async for _ in events:
                        self._woken.set()
            except Exception as error:
                # Whatever ends it, the worker goes on asking by the clock.
                _logger.warning("The worker hears nothing from Prefect (%s).", type(error).__name__)
            await anyio.sleep(PREFECT_WORKER_QUERY_SECONDS.value())

    async def _answer(self) -> None:
        """Ask once each time that something woke the worker."""
        while True:
            await self._woken.wait()
            await anyio.sleep(GATHER_SECONDS)
            self._woken.clear()
            if not self.is_setup:
                continue
            try:
                await self.get_and_submit_flow_runs()
            except (httpx.TransportError, httpx.HTTPStatusError) as error:
                # The loop that asks by the clock counts failures, and ends the worker after too many.
                _logger.debug("Prefect did not answer a woken worker: %s", type(error).__name__)
            await anyio.sleep(PAUSE_SECONDS)


async def serve(pool: str, name: str, limit: int, *, with_healthcheck: bool) -> None:
    """Start what waits in a work pool, until the process is told to stop."""
    setup_signal_handlers_worker(os.getpid(), "the worker", print)
    worker = WokenWorker(
        work_pool_name=pool,
        name=name,
        limit=limit,
        heartbeat_interval_seconds=int(PREFECT_WORKER_HEARTBEAT_SECONDS.value()),
    )
    try:
        await worker.start(with_healthcheck=with_healthcheck)
    except asyncio.CancelledError:
        _logger.info("Worker %r stopped.", name)


def main() -> None:
    """Run the worker that the arguments describe."""
    parser = argparse.ArgumentParser(description="A worker of processes that Prefect wakes.")
    parser.add_argument("--pool", required=True, help="the work pool whose runs it starts")
    parser.add_argument("--name", help="as which Prefect shows it; else one is made up")
    parser.add_argument("--limit", type=int, default=4, help="how many runs it has at a time")
    parser.add_argument("--with-healthcheck", action="store_true", help="answer at /health whether it still asks")
    given = parser.parse_args()
    asyncio.run(serve(given.pool, given.name, given.limit, with_healthcheck=given.with_healthcheck))


if __name__ == "__main__":
    main()

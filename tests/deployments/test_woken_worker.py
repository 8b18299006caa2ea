"""A woken worker asks at once and no oftener than it must; that runs begin by it alone, `test_two_workers.py` shows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from prefect.workers.process import ProcessWorker

from deployments.warm import worker
from deployments.warm.worker import WokenWorker

pytestmark = pytest.mark.pure


class Asked:
    """Stands in for Prefect's answer: counts questions, and how many are asked at a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, fails: int = 0) -> None:
        self.times, self.now, self.most, self.fails = 0, 0, 0, fails
        monkeypatch.setattr(ProcessWorker, "get_and_submit_flow_runs", self._answer)
        monkeypatch.setattr(worker, "GATHER_SECONDS", 0.01)
        monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)

    async def _answer(self, *_: Any) -> list[Any]:
        self.times += 1
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.02)
        self.now -= 1
        if self.times <= self.fails:
            raise httpx.ConnectError("away")
        return []


def during(body: Callable[[WokenWorker], Awaitable[None]], *, ready: bool = True) -> None:
    """Let a worker answer what wakes it while a body runs."""

    async def run() -> None:
        woken = WokenWorker(work_pool_name="none")
        woken.is_setup = ready
        answering = asyncio.create_task(woken._answer())
        await body(woken)
        assert not answering.done(), "nothing ends it while the worker runs"
        answering.cancel()

    asyncio.run(run())


async def until(asked: Asked, times: int) -> None:
    async with asyncio.timeout(10):
        while asked.times < times or asked.now:
            await asyncio.sleep(0.005)


def test_what_is_told_together_is_asked_for_once_and_what_is_told_later_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)

    async def body(woken: WokenWorker) -> None:
        for _ in range(20):
            woken._woken.set()
        await until(asked, 1)
        assert asked.times == 1
        woken._woken.set()
        await until(asked, 2)
        await asyncio.sleep(0.1)
        assert asked.times == 2, "nobody told of more"

    during(body)


def test_one_question_is_asked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)

    async def body(woken: WokenWorker) -> None:
        woken._woken.set()
        await asyncio.gather(*(woken.get_and_submit_flow_runs() for _ in range(4)))
        await until(asked, 5)

    during(body)
    assert asked.most == 1


def test_a_server_that_does_not_answer_is_asked_again_when_something_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch, fails=1)

    async def body(woken: WokenWorker) -> None:
        for times in (1, 2):
            woken._woken.set()
            await until(asked, times)

    during(body)


def test_a_worker_that_is_not_set_up_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)

    async def body(woken: WokenWorker) -> None:
        woken._woken.set()
        await asyncio.sleep(0.1)

    during(body, ready=False)
    assert asked.times == 0


def test_prefect_keeps_its_own_worker_of_processes() -> None:
    assert ProcessWorker.get_worker_class_from_type("process") is ProcessWorker

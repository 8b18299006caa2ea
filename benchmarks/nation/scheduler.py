"""Stands where Prefect's server stands: takes events and runs, and does them in this process at once, one by one.

Flows are called as functions, with no engine of Prefect's around them; what they say to its API is counted and kept
only as far as they ask for it again.
"""

import importlib
import os
import queue
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import uvicorn
import yaml
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from models.settings import CHECKOUT
from models.tables.base import utc_now

_RUN = "PREFECT__RUNTIME__FLOW_RUN__ID"


@dataclass
class AskedRun:
    """A run that somebody asked for.

    Attributes:
        deployment: that is to run.
        values: the parameters of its flow.
        id: of the run.
        state: in which it ended; None before.
        seconds: that it took.
    """

    deployment: str
    values: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid4()))
    state: Any = None
    seconds: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)


class Scheduler:
    """Prefect's place: deployments by name, the events that wake them, and one pair of hands."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.runs: Counter[str] = Counter()
        self._deployments = _deployments()
        self._wakes = _wakes()
        self._ids = {name: str(uuid4()) for name in self._deployments}
        self._automations: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, dict[str, Any]] = {}
        self._queue: queue.Queue[AskedRun] = queue.Queue()
        self._open: Counter[str] = Counter()
        self._queued: Counter[str] = Counter()
        self._go = threading.Event()
        self._go.set()
        self._ended: dict[str, AskedRun] = {}
        self._hands = threading.Thread(target=self._work, name="runs", daemon=True)

    def start(self) -> None:
        """Begin to do what is asked for; the settings must name its address by now, as Prefect reads them once."""
        # No engine of Prefect's is here that could show pieces of work as its tasks.
        vars(importlib.import_module("flows.work"))["MOST_TASKS"] = 0
        self._hands.start()

    def run(self, deployment: str, **values: Any) -> AskedRun:
        """Run a deployment, with all that it wakes, and return how it ended."""
        asked = self._ask(deployment, values)
        asked.done.wait()
        self.settle()
        return asked

    def said(self) -> tuple[int, int]:
        """Return how many calls were made of Prefect's API, and how many events it was sent."""
        return self.calls.total(), self.events.total()

    def settle(self) -> None:
        """Wait until nothing that was asked for is left to do."""
        while self._open.total():
            time.sleep(0.005)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Begin nothing during the block, as where much comes within seconds, and do all of it afterwards."""
        self._go.clear()
        try:
            yield
        finally:
            self._go.set()
        self.settle()

    def _ask(self, deployment: str, values: dict[str, Any]) -> AskedRun:
        asked = AskedRun(deployment, values)
        self._open[deployment] += 1
        self._queued[deployment] += 1
        self._queue.put(asked)
        return asked

    def _work(self) -> None:
        while True:
            asked = self._queue.get()
            self._go.wait()
            self._queued[asked.deployment] -= 1
            os.environ[_RUN] = asked.id
            began = time.monotonic()
            try:
                asked.state = self._deployments[asked.deployment]()(**asked.values)
            except Exception:
                # A flow ends in a state whatever happens; this is a fault of its call, and leaves the run without one.
                traceback.print_exc()
            finally:
                asked.seconds = time.monotonic() - began
                self.runs[asked.deployment] += 1
                self._ended = {asked.id: asked}
                asked.done.set()
                self._open[asked.deployment] -= 1

    def app(self) -> Starlette:
        """Return what answers at the address of Prefect's API."""
        methods = ["GET", "POST", "PATCH", "DELETE"]
        calls = Route("/api/{path:path}", self._answer, methods=methods)
        return Starlette(routes=[WebSocketRoute("/api/events/in", self._listen), calls])

    async def _listen(self, socket: WebSocket) -> None:
        """Count the events that Prefect's client sends by itself."""
        await socket.accept(subprotocol="prefect")
        with suppress(WebSocketDisconnect):
            await socket.receive_json()
            await socket.send_json({"type": "auth_success"})
            while message := await socket.receive_json():
                self.events[str(message.get("event"))] += 1

    async def _answer(self, request: Request) -> Response:
        path = request.path_params["path"].strip("/")
        body = await request.json() if await request.body() else {}
        words = path.split("/")
        self.calls[f"{request.method} {words[0]}"] += 1
        found = await run_in_threadpool(self._found, request.method, words, body)
        return Response(status_code=204) if found is None else JSONResponse(found)

    def _found(self, method: str, words: list[str], body: Any) -> Any:
        match method, *words:
            case "POST", ("events" | "automations" | "artifacts") as what:
                take: dict[str, Callable[[Any], Any]]
                take = {"events": self._heard, "automations": self._automated, "artifacts": self._shown}
                return take[what](body)
            case "GET", "deployments", "name", name, _:
                return {"id": self._ids[name], "name": name}
            case "POST", "deployments", identity, "create_flow_run":
                name = next(each for each, known in self._ids.items() if known == identity)
                return {"id": self._ask(name, body.get("parameters") or {}).id}
            case "POST", what, "filter":
                return self._listed(what, body)
            case "GET", "admin", "version":
                return version("prefect")
        return {} if method == "GET" else None

    def _listed(self, what: str, body: dict[str, Any]) -> list[dict[str, Any]]:
        if what == "deployments":
            return [{"id": identity, "name": name, "flow_id": identity} for name, identity in self._ids.items()]
        if what == "automations":
            return list(self._automations.values())
        keys = body.get(what, {}).get("key", {}).get("any_", []) if what == "artifacts" else []
        return [self._texts[key] for key in keys if key in self._texts]

    def _automated(self, body: dict[str, Any]) -> dict[str, Any]:
        identity = str(uuid4())
        self._automations[identity] = {**body, "id": identity, "account": str(uuid4())}
        return {"id": identity}

    def _shown(self, body: dict[str, Any]) -> dict[str, Any]:
        made = {**body, "id": str(uuid4()), "created": utc_now().isoformat()}
        self._texts[str(body.get("key"))] = made
        return made

    def _heard(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            self.events[event["event"]] += 1
            for deployment in self._wakes.get(event["event"], ()):
                # One that has not begun will see this too; one that has may be past it.
                if not self._queued[deployment]:
                    self._ask(deployment, {})


def _listed() -> list[dict[str, Any]]:
    deployments: list[dict[str, Any]] = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
    return deployments


def _deployments() -> dict[str, Callable[[], Callable[..., Any]]]:
    """Return by name what loads the function behind each deployment's flow, not before it first runs."""
    return {each["name"]: _function(each["entrypoint"]) for each in _listed()}


def _function(entrypoint: str) -> Callable[[], Callable[..., Any]]:
    file, _, name = entrypoint.partition(":")

    def load() -> Callable[..., Any]:
        flow = getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), name)
        # As Prefect's engine does: answers of a form are text until its types have been put to them.
        return lambda **values: flow.fn(**flow.validate_parameters(values))

    return load


def _wakes() -> dict[str, list[str]]:
    """Return which deployments each event of ours wakes."""
    wakes: dict[str, list[str]] = {}
    for deployment in _listed():
        for trigger in deployment.get("triggers") or []:
            for event in trigger["expect"]:
                wakes.setdefault(event, []).append(deployment["name"])
    return wakes


@contextmanager
def served(scheduler: Scheduler, port: int) -> Iterator[str]:
    """Serve a scheduler where Prefect's API is looked for, and give its address."""
    config = uvicorn.Config(scheduler.app(), host="127.0.0.1", port=port, log_level="warning")
    with in_thread(uvicorn.Server(config)):
        yield f"http://127.0.0.1:{port}/api"


@contextmanager
def in_thread(server: uvicorn.Server) -> Iterator[None]:
    """Run a server in a thread of this process.

    Raises:
        RuntimeError: it did not start.
    """
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("A server of the benchmark did not start; is there another on its port?")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)

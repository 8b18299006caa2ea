"""From an upload to its verdict, a flood of uploads, what a run of a flow adds: warm, and as the stock worker does."""

import itertools
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil
from sqlmodel import col, func, select

from benchmarks.figures import Figure
from benchmarks.returns import ANNOUNCED, AREA, THEME, la_da
from deployments import worker
from deployments.prefect_server import api
from deployments.stack import Stack
from models.areas import area, areas
from models.events import Owed
from models.ids import agency_id, request_id
from models.lifecycle import RequestState, Stage
from models.settings import settings
from models.states import WorkState
from models.tables import Agency, Inspection, Request, Submission, Work
from models.tables.base import utc_now
from models.themes import theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.prefect_api import call, start_run, wait_for
from tasks.returns.uploads import open_upload, upload_completed
from tests.stacks import no_addresses, pointed_at
from validation.contract.context import Context
from validation.engine.checking import check_file
from validation.returns import contract
from validation.synthetic import synthesise
from validation.synthetic.writing import write

_ROWS = 10_000
_CODES = {
    "LA-DA": "local_authority",
    "EDU-1": "local_authority",
    "POL-1": "police",
    "POL-2": "police",
    "MAR-1": "police",
    "PRO-1": "probation",
    "HEA-1": "health",
    "HEA-2": "health",
}


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure on a stack of their own; the same uploads warm and cold in one run."""
    with _stack(folder) as stack:
        return [*_runs(stack, 3 if quick else 7), *_verdicts(stack, folder, 2 if quick else 5), *_burst(folder, quick)]


@contextmanager
def _stack(folder: Path) -> Iterator[Stack]:
    with no_addresses():
        stack = Stack(folder / "stack")
        with stack, pointed_at(stack):
            yield stack
        stack.destroy()


@contextmanager
def _cold(stack: Stack) -> Iterator[None]:
    """Set the pool to start runs as the stock process worker does."""
    with api(stack.addresses) as client:
        pool = settings().work_pool
        warm = client.get(f"/work_pools/{pool}").json()["base_job_template"]["job_configuration"]["command"]
        worker.set_command(client, pool, f"{sys.executable} -m prefect.engine")
        yield
        worker.set_command(client, pool, warm)


def _median(work: Iterator[float]) -> float:
    return statistics.median(work)


def _run_seconds(rounds: int) -> float:
    def once() -> float:
        started = time.perf_counter()
        wait_for(start_run("receive-returns"))
        return time.perf_counter() - started

    once()
    return _median(once() for _ in range(rounds))


def _runs(stack: Stack, rounds: int) -> list[Figure]:
    warm = _run_seconds(rounds)
    with _cold(stack):
        cold = _run_seconds(max(2, rounds // 2))
    # What the function itself takes, when there is nothing to do, is nothing beside a run.
    return [
        Figure("one run's added cost, warm / cold", warm / cold, "x", 0.25, note=f"{warm:.2f} s, cold {cold:.2f} s"),
    ]


def _verdicts(stack: Stack, folder: Path, rounds: int) -> list[Figure]:
    data = la_da(folder, _ROWS).read_bytes()
    ref = _inspection(AREA, ("LA-DA",))
    _verdict_seconds(ref, data)
    warm = _median(_verdict_seconds(ref, data) for _ in range(rounds))
    with _cold(stack):
        cold = _median(_verdict_seconds(ref, data) for _ in range(max(2, rounds // 2)))
    _end(ref)
    note = f"{_ROWS:,} rows, idle; stock worker {cold:.2f} s"
    return [
        Figure("upload to verdict", warm, "s", 1.0, note=note),
        Figure("upload to verdict / the stock worker", warm / cold, "x", 0.3),
    ]


_SENT = itertools.count(1)


def _verdict_seconds(ref: str, data: bytes) -> float:
    # Each time a line more that holds nothing: the same bytes again would make no version and cost no check.
    data += b"\n" * next(_SENT)
    started = time.perf_counter()
    _send(ref, "LA-DA", data)
    while _open_work():
        time.sleep(0.02)
    return time.perf_counter() - started


def _send(ref: str, code: str, data: bytes) -> None:
    upload = open_upload(request_id(ref, code), f"{code}.csv", uploader="bench")
    store.put_once(upload.key, data)
    upload_completed(upload.id)


def _open_work() -> int:
    query = select(func.count()).select_from(Work).where(Work.kind == Owed.VALIDATE, Work.state != WorkState.DONE)
    with transaction() as session:
        return session.exec(query).one()


def _inspection(gss: str, codes: tuple[str, ...]) -> str:
    """Write an inspection with requests for these returns; the announcement's own work is not what is measured."""
    ref = f"bench-{gss.lower()}-{time.monotonic_ns()}"
    now = utc_now()
    with transaction() as session:
        place = area(gss)
        session.add(
            Inspection(
                ref=ref,
                area_gss=gss,
                area_name=place.name,
                theme_id=THEME,
                theme_version=1,
                announced=ANNOUNCED,
                stage=Stage.RETURNS_OPEN,
                rehearsal=True,
                seed_digest="",
            )
        )
        session.flush()
        for kind in dict.fromkeys(_CODES[code] for code in codes):
            session.add(
                Agency(id=agency_id(ref, kind), inspection=ref, kind=kind, name=kind, mailbox="bench@example.org")
            )
        session.flush()
        for code in (*codes, "YJS-1"):
            # One return stays owed, so that the returns do not close and nothing else begins.
            kind = _CODES.get(code, _CODES[codes[0]])
            session.add(
                Request(
                    id=request_id(ref, code),
                    inspection=ref,
                    agency_id=agency_id(ref, kind),
                    return_code=code,
                    step="theme_lists_due",
                    due_at=now + timedelta(days=2),
                    state=RequestState.ISSUED,
                )
            )
    return ref


def _end(ref: str) -> None:
    """Make room for another inspection of the same area."""
    with transaction() as session:
        session.get_one(Inspection, ref).stage = Stage.CANCELLED


def _burst(folder: Path, quick: bool) -> list[Figure]:
    """Send every return of every area at once, and compare with checking them one after the other in this process."""
    places = sorted(areas())[: 12 if quick else 153]
    made = folder / "burst"
    if not (made / "truth.parquet").exists():
        write(synthesise(theme(THEME), AREA, 40, 3, 0.0, ANNOUNCED, returns=tuple(_CODES)), made, "csv")
    files = {code: (made / f"{code}.csv").read_bytes() for code in _CODES}
    refs = {_inspection(gss, tuple(_CODES)): gss for gss in places}
    work = _work_seconds(files) * len(refs)
    before = _heard()
    started = time.perf_counter()
    for ref, gss in refs.items():
        for code, data in files.items():
            _send(ref, code, data.replace(AREA.encode(), gss.encode()))
    sent = time.perf_counter() - started
    while _open_work():
        time.sleep(0.1)
    taken = time.perf_counter() - started
    # What is told last, such as boards and the ends of runs, belongs to it too.
    time.sleep(10)
    heard = _heard().since(before)
    with transaction() as session:
        rows = session.exec(select(Submission).where(col(Submission.inspection).in_(list(refs)))).all()
    lost = len(refs) * len(files) - len({row.request_id for row in rows if row.result.verdict})
    doubled = len(rows) - len({row.request_id for row in rows})
    note = f"{len(refs)} areas x {len(files)} returns: {taken:.0f} s, {sent:.0f} of them sending; the work {work:.0f} s"
    return [
        Figure("burst, overhead / the work itself", taken / work - 1, "x", 0.3, note=note),
        Figure("burst, verdicts lost or doubled", float(lost + doubled), "", 0),
        Figure("burst, uploads sent a second", len(rows) / sent, "/s", 20, better="more"),
        Figure("burst, events of Prefect a return", heard.events / len(rows), "", 3, note=f"{heard.runs} runs"),
        Figure("burst, CPU of Prefect's server a return", heard.cpu / len(rows), "s", 0.06),
    ]


@dataclass(frozen=True)
class _Heard:
    """What Prefect's server has had to do with: runs, events, and its processor time."""

    runs: int
    events: int
    cpu: float

    def since(self, before: "_Heard") -> "_Heard":
        return _Heard(self.runs - before.runs, self.events - before.events, self.cpu - before.cpu)


def _heard() -> _Heard:
    servers = [each for each in psutil.Process().children(recursive=True) if "portal.gate" in each.cmdline()]
    times = [each.cpu_times() for each in servers]
    return _Heard(
        runs=call("POST", "/flow_runs/count", json={}),
        events=call("POST", "/events/filter", json={"limit": 1})["total"],
        cpu=sum(each.user + each.system for each in times),
    )


def _work_seconds(files: dict[str, bytes]) -> float:
    """Return what checking one area's returns takes: each in a child of its own, as a run forks them, two at a time."""
    from concurrent.futures import ThreadPoolExecutor

    from validation.engine.child import check_in_child
    from validation.engine.isolation import prepared

    context = Context(theme(THEME), ANNOUNCED, AREA)

    def check(code: str) -> None:
        check_in_child(files[code], code, context)

    check_file(files["LA-DA"], contract("LA-DA"), context)
    with prepared(now=True):
        # What imports take once a run is no part of a return.
        check("LA-DA")
        started = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(check, files))
        return time.perf_counter() - started

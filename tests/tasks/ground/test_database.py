"""A database whose line is cut at a commit, done or not done: whoever tries again, or the sweep, puts it right."""

import contextlib
import itertools
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from models.events import Event, Owed
from models.settings import reread, settings
from models.tables import Notice, OutboxEvent, Submission, Work
from tasks.ground import store
from tasks.ground.database import engine_for, transaction
from tasks.ground.prefect_api import PrefectUnreachableError
from tasks.jobs.validate import validate_submission
from tasks.ledger.audit import chain, verify
from tasks.ledger.outbox import send_events
from tasks.ledger.work import Claim, LeaseLostError, claim, give_back
from tasks.people.notices import keep_notices
from tasks.returns.arrivals import object_arrived
from tasks.returns.declarations import declare_nil
from tasks.returns.incoming import look_at_incoming
from tasks.returns.uploads import open_upload, upload_completed
from tests.proxies import DatabaseProxy
from tests.tasks.steps import notices, put, send, taken

ROWS = b"incident_ref\n1\n"
MOST_COMMITS = 20
cut = pytest.mark.parametrize("done", [False, True], ids=["before the commit", "after the commit"])


@pytest.fixture
def proxy(area: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseProxy]:  # noqa: ARG001 - it was announced without the proxy
    """Reach the database through a proxy."""
    url = settings().required("database_url")
    behind = parse_qs(urlsplit(url).query)["host"][0]
    with tempfile.TemporaryDirectory() as folder:
        found, through = DatabaseProxy(Path(folder), Path(behind)), f"{url.split('?')[0]}?host={folder}"
        with monkeypatch.context() as patched:
            patched.setenv("JTAI_DATABASE_URL", through)
            reread()
            yield found
        found.cut_at(0, done=False)
        engine_for(through).dispose()
        found.close()
        reread()


_SENT = itertools.count(1)


def other_rows() -> bytes:
    """Return rows that were not sent before: the same bytes again would make no version."""
    return ROWS + b"".join(b"%d\n" % number for number in range(next(_SENT)))


def at_each_commit(
    proxy: DatabaseProxy, done: bool, begin: Callable[[], str], do: Callable[[str], object], then: Callable[[str], None]
) -> int:
    """Do something anew for each commit that it makes, with the line cut there; return how many commits it makes."""
    for commit in range(1, MOST_COMMITS):
        subject = begin()
        proxy.cut_at(commit, done=done)
        with contextlib.suppress(OperationalError):
            do(subject)
        was_cut = proxy.cut
        proxy.cut_at(0, done=False)
        then(subject)
        if not was_cut:
            return commit - 1
    raise AssertionError("It never came to an end.")


def only(upload: str) -> Submission:
    """Return the one submission of an upload, with its one event and one piece of work."""
    with transaction() as session:
        (found,) = [one for one in session.exec(select(Submission)) if f"/{upload}." in one.key]
        told = session.exec(select(OutboxEvent).where(OutboxEvent.subject == found.id)).all()
        assert [one.event for one in told] == [Event.RETURN_UPLOADED]
        session.get_one(Work, (Owed.VALIDATE, found.id))
        assert verify(*chain(session, found.inspection)) is None
    return found


@cut
def test_l1_a_receipt_whose_commit_is_cut_is_given_once_when_it_is_asked_for_again(
    area: str, proxy: DatabaseProxy, done: bool
) -> None:
    def again(upload: str) -> None:
        assert upload_completed(upload).id == only(upload).id

    made = at_each_commit(
        proxy, done, lambda: put(f"{area}-pol-1", "a.csv", other_rows()), lambda upload: upload_completed(upload), again
    )
    assert made >= 3
    with transaction() as session:
        versions = sorted(one.version for one in session.exec(select(Submission)))
    assert versions == list(range(1, made + 2))


@cut
def test_l3_a_receipt_that_was_never_asked_for_again_is_made_by_the_sweep(
    area: str, proxy: DatabaseProxy, done: bool
) -> None:
    def swept(upload: str) -> None:
        look_at_incoming()
        only(upload)
        assert look_at_incoming().arrived == ()

    assert (
        at_each_commit(proxy, done, lambda: put(f"{area}-pol-1", "a.csv", other_rows()), upload_completed, swept) >= 3
    )


@cut
def test_l1_who_is_too_late_is_told_once_wherever_the_line_was_cut(area: str, proxy: DatabaseProxy, done: bool) -> None:
    uploads = iter([open_upload(f"{area}-pol-1", "a.csv", uploader="test") for _ in range(MOST_COMMITS)])
    for code in ("la-da", "pol-1", "pro-1", "hea-1"):
        declare_nil(f"{area}-{code}", by="agency")
    told: list[str] = []

    def begin() -> str:
        upload = next(uploads)
        store.put_once(upload.key, ROWS)
        return upload.key

    def then(key: str) -> None:
        told.append(key)
        assert object_arrived(settings().s3_bucket, key) is None
        look_at_incoming()
        assert len(notices(area, "not_taken")) == len(told)

    assert at_each_commit(proxy, done, begin, lambda key: object_arrived(settings().s3_bucket, key), then) >= 3


def leased_out() -> None:
    with transaction() as session:
        session.execute(text("UPDATE work SET lease_until = now() - interval '1 second' WHERE state = 'claimed'"))


@cut
def test_l3_a_verdict_whose_commit_is_cut_is_recorded_once(area: str, proxy: DatabaseProxy, done: bool) -> None:
    claims: dict[str, Claim] = {}

    def begin() -> str:
        submission = send(f"{area}-pol-1", "a.csv", other_rows()).id
        claims[submission] = taken(Owed.VALIDATE, area)
        return submission

    def then(submission: str) -> None:
        leased_out()
        if claimed := claim(Owed.VALIDATE, area):
            validate_submission(claimed)
        with transaction() as session:
            assert session.get_one(Submission, submission).result.verdict == "rejected"
            decided = session.exec(select(OutboxEvent).where(OutboxEvent.subject == submission)).all()
            assert [one.event for one in decided].count(Event.RETURN_DECIDED) == 1
            told = session.exec(select(Notice).where(Notice.once == f"{submission}/rejected")).all()
            assert len(told) == 1
            assert verify(*chain(session, area)) is None

    assert at_each_commit(proxy, done, begin, lambda one: validate_submission(claims[one]), then) >= 2


@pytest.mark.usefixtures("proxy")
def test_l9_work_that_was_done_though_its_worker_was_not_told_stops_nothing(
    area: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import work
    from flows.jobs import JOBS, Job
    from flows.run import Run

    submissions = [send(f"{area}-{code}", "a.csv", ROWS).id for code in ("pol-1", "pro-1")]
    monkeypatch.setenv("JTAI_PREFECT_API_URL", "http://127.0.0.1:9/api")
    as_task = work._task
    monkeypatch.setattr(work, "_task", lambda name: as_task(name).fn)
    reread()
    did: list[str] = []

    def once_untold(claimed: Claim) -> str:
        did.append(claimed.subject)
        found = validate_submission(claimed)
        if len(did) == 1:
            raise OperationalError("COMMIT", None, ConnectionError())
        return found.verdict

    job = Job(Owed.VALIDATE, "validate", lambda claimed: claimed.subject, once_untold)
    monkeypatch.setitem(JOBS, Owed.VALIDATE, job)
    work.drain(Run("receive-returns", "none"), Owed.VALIDATE, inspection=area)
    assert did == submissions
    with transaction() as session:
        assert {one.state for one in session.exec(select(Work).where(Work.kind == Owed.VALIDATE))} == {"done"}


def test_l3_work_that_is_not_ours_any_more_is_not_given_back(area: str) -> None:
    send(f"{area}-pol-1", "a.csv", ROWS)
    claimed = taken(Owed.VALIDATE, area)
    validate_submission(claimed)
    with pytest.raises(LeaseLostError):
        give_back(claimed, ConnectionError())


class _Hearing(BaseHTTPRequestHandler):
    server: "_Ear"

    def do_POST(self) -> None:
        """Keep what was told."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append([one["id"] for one in json.loads(body)])
        if self.server.deaf:
            return
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Ear(HTTPServer):
    heard: list[list[str]]
    deaf = False


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Ear]:
    """Listen in Prefect's place."""
    server = _Ear(("127.0.0.1", 0), _Hearing)
    server.heard = []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    monkeypatch.setenv("JTAI_PREFECT_API_URL", f"http://127.0.0.1:{server.server_address[1]}/api")
    yield server
    server.shutdown()
    server.server_close()


def unsent() -> list[Any]:
    with transaction() as session:
        query = select(OutboxEvent).where(OutboxEvent.sent_at == None)  # noqa: E711
        return sorted(one.id for one in session.exec(query))


@pytest.mark.usefixtures("area")
def test_l3_events_whose_mark_was_lost_are_sent_again_under_their_own_ids(ear: _Ear, proxy: DatabaseProxy) -> None:
    wanted = unsent()
    proxy.cut_at(1, done=False)
    with pytest.raises(OperationalError):
        send_events()
    proxy.cut_at(0, done=False)
    assert unsent() == wanted
    assert send_events() == len(wanted) > 0
    assert [sorted(sent) for sent in ear.heard] == [wanted, wanted]
    assert unsent() == []


@pytest.mark.usefixtures("area")
def test_l3_events_that_prefect_took_without_an_answer_wait_and_are_sent_again(ear: _Ear) -> None:
    reread()
    wanted = unsent()
    ear.deaf = True
    with pytest.raises(PrefectUnreachableError):
        send_events()
    assert unsent() == wanted
    ear.deaf = False
    assert send_events() == len(wanted)
    assert [sorted(sent) for sent in ear.heard] == [wanted, wanted]


@pytest.mark.usefixtures("area")
@cut
def test_l3_a_notice_is_handed_over_at_least_once_and_written_once(proxy: DatabaseProxy, done: bool) -> None:
    with transaction() as session:
        written = len(session.exec(select(Notice)).all())
    proxy.cut_at(1, done=done)
    with pytest.raises(OperationalError), transaction() as session:
        assert keep_notices(session) == written
    proxy.cut_at(0, done=False)
    with transaction() as session:
        assert keep_notices(session) == (0 if done else written)
        assert len(session.exec(select(Notice)).all()) == written

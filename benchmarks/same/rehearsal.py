"""A whole inspection of any theme on the stack of any tree, by HTTP, Prefect's forms and the ledger's rows alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import fastexcel

from benchmarks.same import people
from benchmarks.same.commands import Place
from benchmarks.same.stack import RehearsalError, Stack
from deployments.demo.web import DemoPerson, PageError, sign_in

STAGES = (
    "announced", "returns_open", "returns_closed", "cohort_frozen", "sample_proposed", "sample_approved",
    "evaluations_open", "fieldwork", "findings_drafting", "factual_accuracy", "pre_publication", "published",
    "statement_due", "statement_received", "closed",
)  # fmt: skip
_ENGLAND = ZoneInfo("Europe/London")
_PATIENCE, _NUDGE_SECONDS = 300.0, 10.0


@dataclass
class Rehearsal:
    """One inspection under way: its stack, its place, where its returns lie, and who is signed in."""

    stack: Stack
    place: Place
    returns: Path
    scratch: Path
    ref: str = ""
    people: dict[str, DemoPerson] = field(default_factory=dict)

    def run(self) -> None:
        """Run every step, from the announcement to the written statement."""
        for step in (
            self.announce, self.send_returns, self.decide_on_the_sample, self.evaluate, self.record_findings,
            self.check_facts, self.publish, self.state,
        ):  # fmt: skip
            step()

    def announce(self) -> None:
        """Announce by the form, and wait until the returns are open."""
        self.stack.submit(
            "announce-inspection", area=f"{self.place.name} ({self.place.area})", theme=self.place.theme,
            announced=self.place.announced, rehearsal=True,
        )  # fmt: skip
        rows = self.stack.rows("SELECT ref FROM inspection WHERE theme_id = %s", self.place.theme)
        self.ref = str(rows[0]["ref"])
        self._until("returns_open")

    def send_returns(self) -> None:
        """Have every return sent: the first with mistakes before it is mended, the last one late and chased."""
        requests = self._requests("<> 'EVAL'")
        *punctual, late = sorted(requests, key=lambda row: (row["due_at"], row["id"]))
        for number, request in enumerate(punctual):
            self._clock(request["due_at"] - timedelta(hours=3))
            self._acknowledge(request)
            if number == 0:
                self._send(request, self.returns / "spoiled")
                self._explain(request)
            self._send(request, self.returns / "clean")
        self._clock(late["due_at"] - timedelta(hours=1))
        page = f"/requests/{late['id']}/late"
        until = late["due_at"].astimezone(_ENGLAND).date() + timedelta(days=3)
        day = {"until-day": until.day, "until-month": until.month, "until-year": until.year, "reason": "data_quality"}
        self._sender(late).submit(page, page, day)
        self._clock(late["due_at"] + timedelta(minutes=30))
        self.stack.submit("chase-returns", inspection=self.ref)
        self._clock(late["due_at"] + timedelta(hours=18))
        self._send(late, self.returns / "clean")
        self._until("sample_proposed")

    def _acknowledge(self, request: dict[str, Any]) -> None:
        if self._request(request["id"])["state"] == "issued":
            page = f"/requests/{request['id']}"
            self._sender(request).submit(page, f"{page}/acknowledge")

    def _send(self, request: dict[str, Any], folder: Path) -> None:
        """Upload the file of a return and await the verdict.

        Raises:
            RehearsalError: no file of this return was made.
        """
        file = next(folder.glob(f"{request['return_code']}.*"), None)
        if file is None:
            raise RehearsalError(f"No {request['return_code']} was made in {folder}.")
        self._sender(request).upload(request["id"], file)
        self._settled(request["id"])

    def _explain(self, request: dict[str, Any]) -> None:
        """Explain the first query on the newest version, where there is any."""
        newest = self._request(request["id"])
        page = f"/submissions/{request['id']}-v{newest['current_version']}/queries/0"
        try:
            self._sender(request).submit(page, page, {"text": "This is right, though odd.", "where": "all"})
        except PageError:
            return

    def decide_on_the_sample(self) -> None:
        """Replace the first child that has a reserve, approve, and wait until the evaluations are open."""
        by = {"inspection": self.ref, "by": "Alex Lee"}
        for child in ("T3", "T1", "T2", "T4", "T5"):
            try:
                self.stack.submit(
                    "decide-sample", decision="replace", child=child, second_approver="Bo Okoro",
                    reason="The child no longer lives in the area", **by,
                )  # fmt: skip
            except RehearsalError:
                continue
            break
        reason = "The draw follows the plan and its coverage is acceptable"
        self.stack.submit("decide-sample", decision="approve", reason=reason, second_approver="Bo Okoro", **by)
        self._until("evaluations_open")

    def evaluate(self) -> None:
        """Have each agency read its list and send its evaluations; fieldwork begins on its day."""
        requests = self._requests("= 'EVAL'")
        self._clock(self._step("evaluations_due", 10) - timedelta(days=1))
        for request in requests:
            person = self._sender(request)
            listed = person.get(f"/requests/{request['id']}/children.xlsx").content
            sheet = fastexcel.read_excel(listed).load_sheet(0, dtypes="string").to_polars()
            file = self.scratch / f"EVAL-{request['kind']}.csv"
            announced = date.fromisoformat(self.place.announced)
            people.evaluations(file, sheet["sample_ref"].to_list(), request["kind"], announced)
            person.upload(request["id"], file)
            self._settled(request["id"])
        self._clock(self._step("fieldwork_start", 9))
        self._until("fieldwork")

    def record_findings(self) -> None:
        """Record findings of every category by the form; the draft is compiled after fieldwork."""
        self._clock(self._step("fieldwork_start", 9) + timedelta(days=3))
        page = f"/inspections/{self.ref}/findings/new"
        inspector = self.person("inspector")
        for values in people.findings(people.choices(inspector.get(page).text)):
            inspector.submit(page, page, values)
        self._clock(self._step("fieldwork_end", 9) + timedelta(days=3))
        self._until("factual_accuracy")

    def check_facts(self) -> None:
        """The council comments on a paragraph, the inspector mends it, replies and closes the check of facts."""
        self._clock(self._step("factual_accuracy_due", 10) - timedelta(days=1))
        council = self.person(f"{self.ref}/local_authority")
        comment = {"subject": "P02", "text": "The draft says that plans seldom say by when. They do since January."}
        council.submit("/letter/comments/new?at=P02", "/letter/comments", comment)
        inspector, page = self.person("inspector"), f"/inspections/{self.ref}/draft/P02"
        inspector.submit(page, page, {"seen": "1", "text": "Plans say by when, since January; few did before."})
        rows = self.stack.rows("SELECT id FROM correction WHERE inspection = %s", self.ref)
        page = f"/inspections/{self.ref}/comments"
        reply = {"outcome": "accepted/P02/2", "text": "The paragraph says so now."}
        inspector.submit(f"{page}/{rows[0]['id']}", f"{page}/{rows[0]['id']}", reply)
        self._clock(self._step("factual_accuracy_due", 18))
        self.stack.submit("factual-accuracy", inspection=self.ref, by="Alex Lee")
        self._clock(self._step("pre_publication", 9))
        self._until("pre_publication")

    def publish(self) -> None:
        """Publish the letter on its day."""
        self._clock(self._step("publication", 9))
        self.stack.submit("publish", inspection=self.ref, by="Sam Patel")
        self._until("published")

    def state(self) -> None:
        """The council sends its written statement a week before it is due."""
        needed = self.stack.rows("SELECT needed FROM statement WHERE inspection = %s", self.ref)
        if not needed or not needed[0]["needed"]:
            return
        self._until("statement_due")
        self._clock(self._step("statement_due", 10) - timedelta(days=7))
        files = {"file": ("statement.pdf", b"%PDF-1.4\n% What the council will do, made up.\n%%EOF\n")}
        council = self.person(f"{self.ref}/local_authority")
        name = council.submit("/statement", "/statement/check", files=files).url.params["file"]
        council.submit(f"/statement/check?file={name}", "/statement", {"file": name})
        self._until("statement_received")

    def person(self, to: str) -> DemoPerson:
        """Return an agency by its id, or a member of the team by role, signed in to the portal."""
        if to not in self.people:
            self.people[to] = sign_in(self.stack.portal, self.stack.outbox_key, self.ref, to)
        return self.people[to]

    def _sender(self, request: dict[str, Any]) -> DemoPerson:
        return self.person(request["agency_id"])

    def _requests(self, code: str) -> list[dict[str, Any]]:
        query = """
            SELECT request.id, return_code, agency_id, due_at, kind FROM request JOIN agency ON agency.id = agency_id
            WHERE request.inspection = %s AND return_code """
        return self.stack.rows(f"{query} {code} ORDER BY request.id", self.ref)

    def _request(self, identity: str) -> dict[str, Any]:
        query = "SELECT lower(state::text) AS state, current_version FROM request WHERE id = %s"
        return self.stack.rows(query, identity)[0]

    def _settled(self, identity: str) -> None:
        self._wait(identity, lambda: self._request(identity)["state"] not in {"received", "validating"})

    def _step(self, step: str, hour: int) -> datetime:
        query = "SELECT day FROM timetablestep WHERE inspection = %s AND step = %s"
        day: date = self.stack.rows(query, self.ref, step)[0]["day"]
        return datetime(day.year, day.month, day.day, hour, tzinfo=_ENGLAND)

    def _clock(self, moment: datetime) -> None:
        """Move the rehearsal's clock forward; it stays where it is when it is already later."""
        self.stack.rows(
            "UPDATE inspection SET clock_shift_seconds = greatest(clock_shift_seconds, "
            "extract(epoch FROM %s::timestamptz - now())::int) WHERE ref = %s", moment, self.ref,
        )  # fmt: skip

    def _until(self, stage: str) -> None:
        """Wait until the inspection has reached a stage or gone beyond it, asking for a sweep now and then."""

        def reached() -> bool:
            row = self.stack.rows("SELECT lower(stage::text) AS stage FROM inspection WHERE ref = %s", self.ref)[0]
            return STAGES.index(row["stage"]) >= STAGES.index(stage)

        self._wait(stage, reached)

    def _wait(self, what: str, reached: Callable[[], bool]) -> None:
        end, nudge = time.monotonic() + _PATIENCE, time.monotonic() + 2
        while not reached():
            if time.monotonic() > end:
                raise RehearsalError(f"{self.ref}: {what} was not reached in {_PATIENCE:.0f} seconds.")
            if time.monotonic() > nudge:
                self.stack.start_run("sweep")
                nudge = time.monotonic() + _NUDGE_SECONDS
            time.sleep(0.3)

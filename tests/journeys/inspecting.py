"""One real inspection, step by step: each person acts when their own notice tells them, through the door in it."""

import hashlib
import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from html import escape, unescape
from pathlib import Path

import fastexcel
from sqlmodel import select

from deployments.demo.returns import evaluations
from models.areas import area
from models.england import ENGLAND
from models.ids import agency_kind
from models.tables import Request, TimetableStep
from models.tables.base import utc_now
from models.themes import Theme, theme
from models.timetable import add_working_days, is_working_day
from models.words import plain
from tasks.ground.database import transaction
from tests.journeys.assuring import findings_are_agreed, the_assurer_reads, the_letter_is_written
from tests.journeys.house import House, reaches, row_of, time_comes
from tests.journeys.person import Person
from tests.journeys.sending import a_meeting_is_recorded, documents_come, families_are_told_of
from tests.stacks import until
from validation.contract.context import Context
from validation.synthetic import Synthetic, synthesise
from validation.synthetic.services import share_of
from validation.synthetic.writing import write
from validation.telling.pages import to_csv

CHILDREN = 150
COMMENT_FILE = b"Meetings since January: Monday and Thursday.\nBefore: Monday.\n"
REPLY = "You are right, and the paragraph says so now."
COMMENT = "The draft speaks of weekly meetings. They have been twice a week since January."
EXPLANATION = "These were looked at again by the data team and are right as they stand."
FINDING = "Leaders do not always know which children are at risk, and records differ between agencies."
FORM = "The contact was screened on the day, and nobody wrote down why it went no further."
REMIT = "The force's own review of its response times was not shared with anybody we spoke to."
COMPLAINT = "We were given one hour to find the records that inspectors asked for on the second day."
DANGER = "The person who was to leave the home is there again."
DECISION = "The request was in the timetable that was sent with the announcement."
JUDGEMENT = "Workers knew the family well and acted on what they knew."
NOTE = "The health visitor said that nobody had asked the child."
PLANNED = "Hold every strategy discussion within 1 working day."
REVIEWED = "The plan does not say who leads on it."
PROGRESS = "Two thirds of discussions were in time last month."
STATEMENT = b"%PDF-1.4\nWhat the partnership will do, and by when.\n%%EOF\n"


@dataclass
class Inspecting:
    """One inspection and everybody in it.

    Attributes:
        house: where it takes place.
        theme_id: what is inspected.
        gss: the area.
        by_links: kinds of agency whose officers sign in by the link of a notice; all others use the provider of
            their organisation.
        doubled: kinds of agency of which there are two in the area.
    """

    house: House
    theme_id: str
    gss: str
    folder: Path
    by_links: tuple[str, ...] = ("local_authority", "police")
    doubled: tuple[str, ...] = ()
    explained: bool = False
    ref: str = ""
    people: dict[str, Person] = field(default_factory=dict)
    officers: dict[str, list[Person]] = field(default_factory=dict)

    @property
    def theme(self) -> Theme:
        """Return the theme."""
        return theme(self.theme_id)

    @property
    def announced(self) -> date:
        """Return the day of the announcement: today, or the next working day."""
        today = utc_now().astimezone(ENGLAND).date()
        return today if is_working_day(today) else add_working_days(today, 1)

    def person(self, who: str, name: str, body: str, *, link: bool = False) -> Person:
        """Return a new person of this inspection, whom the provider knows."""
        one = self.people[who] = Person(self.house, name, body, provider=not link)
        self.house.knows(one.address)
        return one

    def day(self, step: str) -> date:
        """Return the stored day of a step."""
        with transaction() as session:
            return session.get_one(TimetableStep, (self.ref, step)).day

    def comes(self, step: str, at: time = time(9), days: int = 0) -> None:
        """Let a day of the timetable come, or a working day after it."""
        day = add_working_days(self.day(step), days) if days else self.day(step)
        time_comes(self.ref, datetime.combine(day, at, ENGLAND))

    def requests(self, *, evaluations: bool = False) -> list[tuple[str, str, str]]:
        """Return each request with its agency and return, of the returns or of the evaluations."""
        with transaction() as session:
            rows = session.exec(select(Request).where(Request.inspection == self.ref).order_by(Request.id)).all()
        return [(row.id, row.agency_id, row.return_code) for row in rows if (row.return_code == "EVAL") is evaluations]

    def state(self, request: str) -> str:
        """Return the state of a request."""
        with transaction() as session:
            return session.get_one(Request, request).state

    def officer(self, agency_id: str) -> Person:
        """Return the officer of an agency."""
        kind, _, number = agency_id.rpartition("/")[2].partition("_2")
        return self.officers[kind][1 if agency_id.endswith("_2") else 0]


def the_programme_is_entered(on: Inspecting) -> None:
    """The operator enters a manager and somebody of oversight, each of whom comes in by their own notice."""
    operator = Person(on.house, "The Operator", "operator")
    operator.sends("/operator", values={"key": on.house.operator_key, "page": "first-people"})
    tag = on.gss[-2:]
    people = (("manager", "manager", "Mia Manager"), ("second", "manager", "Max Manager"))
    for who, role, name in (*people, ("oversight", "oversight", "Odo Over")):
        one = on.person(who, f"{name} {tag}", "programme")
        values = {"role": role, "name": one.name, "job": role, "address": one.address}
        operator.sends("/first-people", values=values)
        one.told("You have been given the role", by_a_run=True)
        one.comes_in("You have been given the role")


def everybody_is_entered(on: Inspecting) -> None:
    """The manager enters the organisations that serve the area with a contact each, and the team."""
    manager, page = on.people["manager"], f"/people/areas/{on.gss}"
    for kind in on.theme.in_scope:
        for number in range(2 if kind in on.doubled else 1):
            name = f"{plain(kind).capitalize()} of {area(on.gss).name}{' and around' if number else ''}"
            shown = manager.sends(page, values={"kind": kind, "name": name})
            assert name in shown.text
            tag = f"{kind}{number}".replace("_", "")
            named = f"Officer {tag.title()} {on.gss[-2:]}"
            one = on.person(f"{kind}{number}", named, tag, link=kind in on.by_links)
            on.officers.setdefault(kind, []).append(one)
            body = organisation_of(manager, name)
            enter(manager, one, "data officer", body)
            shares(manager, body, one)
    team = [("lead", "Lena Lead", "Ofsted"), ("assurer", "Quin Quality", "Ofsted")]
    team += [(f"inspector{n}", f"Ivo Inspector{n}", body) for n, body in enumerate(on.theme.inspectorates[1:])]
    for who, name, body in team:
        one = on.person(who, f"{name} {on.gss[-2:]}", "inspectorates")
        enter(manager, one, f"{plain(who)}, {body}", inspectorate_of(manager, body))


def shares(manager: Person, organisation: str, contact: Person) -> None:
    """Enter by which agreement an organisation hands over data, and whom to ask about it."""
    agreed = {"controller": "The controller", "contact": contact.reference, "instrument": "agreement"}
    began = {"from_day-day": "1", "from_day-month": "1", "from_day-year": "2020"}
    page = f"/people/organisations/{organisation}"
    shown = manager.sends(page, values={**agreed, **began, "title": "DSA 2020/1"})
    assert "Nothing is missing" in shown.text


def organisation_of(manager: Person, name: str) -> str:
    """Return the value by which the page of people offers an organisation."""
    (value,) = re.findall(rf'value="(O-\w+)"[^>]*>{re.escape(name)}<', manager.browser.get("/people").text)
    return str(value)


def inspectorate_of(manager: Person, name: str) -> str:
    """Return the value by which the page of people offers an inspectorate, entered already or not."""
    shown = manager.browser.get("/people").text
    values = re.findall(rf'value="(O-\w+|inspectorate:[^"]+)"[^>]*>{re.escape(escape(name))}<', shown)
    return unescape(values[0])


def enter(manager: Person, person: Person, job: str, organisation: str = "") -> None:
    """Enter a person, and note the reference that their page shows."""
    values = {"name": person.name, "job": job, "address": person.address, "organisation": organisation}
    person.reference = manager.sends("/people", values=values).url.path.rpartition("/")[2]


def it_is_announced(on: Inspecting) -> None:
    """The manager announces by the form at the gate; everybody is told, with a way in."""
    place = area(on.gss)
    sentence = on.people["manager"].fills_in(
        "announce-inspection",
        area=f"{place.name} ({on.gss})",
        theme=on.theme_id,
        announced=on.announced.isoformat(),
        lead=on.people["lead"].reference,
        inspectors=[one.reference for who, one in on.people.items() if who.startswith("inspector")],
        quality_assurer=on.people["assurer"].reference,
    )
    on.ref = sentence.split()[0]
    assert not row_of(on.ref).rehearsal
    time_comes(on.ref, datetime.combine(on.announced, time(9), ENGLAND))
    for who in ("lead", "assurer", *(who for who in on.people if who.startswith("inspector"))):
        on.people[who].comes_in("you take part in this inspection")
        assert place.name in on.people[who].opens(f"/inspections/{on.ref}")
    for who in ("manager", "oversight"):
        on.people[who].comes_in("the inspection is announced")
        on.people[who].opens(f"/inspections/{on.ref}")
    reaches(on.ref, "returns_open")


def made_up(on: Inspecting) -> Synthetic:
    """Return what the agencies hold, made up, of which some rows ask for an explanation; write it for who reads it."""
    made = synthesise(on.theme, on.gss, CHILDREN, 7, 0.0, on.announced)
    write(made, on.folder, "csv")
    return made


def files_of(on: Inspecting, made: Synthetic, agency: str, code: str) -> list[tuple[str, bytes]]:
    """Return the files of one agency: of several kinds that owe a return each sends what its kind holds."""
    own = share_of(agency_kind(agency), code, made.returns[code])
    if agency_kind(agency) in on.doubled:
        # Of two of a kind, each sends the rows of its own children.
        begins = 1 if agency.endswith("_2") else 0
        own = {name: frame.gather_every(2, begins) for name, frame in own.items()}
    names = {name: f"{code}.csv" if name == code else f"{code} {name}.csv" for name in own}
    return [(names[name], to_csv([frame.columns, *frame.iter_rows()])) for name, frame in own.items()]


def returns_come(on: Inspecting, *, nil: frozenset[str] = frozenset()) -> None:
    """Each officer comes in by the notice of what is asked, and sends it, or says that there is nothing to send."""
    made = made_up(on)
    for kind in on.theme.in_scope:
        for one in on.officers[kind]:
            one.comes_in("what we ask of you" if owes(on, one) else "your organisation takes part")
            one.opens("/")
    for request, agency, code in on.requests():
        one = on.officer(agency)
        one.sends(f"/requests/{request}", f"/requests/{request}/acknowledge")
        if code in nil:
            one.sends(f"/requests/{request}/nil", values={"declare": "yes", "reason": "no_records"})
            continue
        for number, (name, data) in enumerate(files_of(on, made, agency, code)):
            how = {} if number == 0 else {"how": "part"}
            answer = one.sends(
                f"/requests/{request}/upload", f"/requests/{request}/uploads", how, {"file": (name, data)}
            )
            if answer.url.path.startswith("/uploads/"):
                one.sends(answer.url.path)
    for request, _, _ in on.requests():
        until(f"{request} is settled", lambda r=request: on.state(r) in {"accepted", "queried", "nil_declared"}, 120)  # type: ignore[misc]


def queries_are_explained(on: Inspecting) -> None:
    """Each officer whose return raised a query explains it, once, on the page that the request leads to."""
    for request, agency, _ in on.requests():
        one = on.officer(agency)
        page = f"/submissions/{request}-v1/queries"
        if one.finds(page) == 200 and "queries/0" in one.browser.get(page).text:
            one.sends(f"{page}/0", values={"text": EXPLANATION, "where": "all"})
            on.explained = True


def owes(on: Inspecting, officer: Person) -> bool:
    """Return whether somebody's agency owes a return."""
    return any(on.officer(agency) is officer for _, agency, _ in on.requests())


def the_cohort_is_looked_at(on: Inspecting) -> None:
    """Inspectors are told of the frozen cohort, and look at lists, hidden children and pairs while they may decide."""
    reaches(on.ref, "sample_proposed")
    inspector, base = on.people["inspector0"], f"/inspections/{on.ref}"
    inspector.comes_in("the cohort is frozen")
    assert "Who is in whose list" in inspector.opens(f"{base}/lists")
    assert "Hidden children" in inspector.opens(f"{base}/lists/hidden")
    inspector.opens(f"{base}/sample")
    listed = inspector.browser.get(f"{base}/pairs").text
    pairs = sorted(set(re.findall(rf'href="({base}/pairs/[\w-]+)"', listed)))
    for pair in pairs[:2]:
        shown = inspector.browser.get(pair).text
        decision = re.search(r'name="decision"[^>]*value="([^"]+)"', shown) or re.search(
            r'value="([^"]+)"[^>]*name="decision"', shown
        )
        assert decision, "a pair can still be decided before the sample is approved"
        inspector.sends(pair, values={"decision": decision[1], "seen": "0", "following": ""})
    oversight = on.people["oversight"]
    assert oversight.finds(f"{base}/lists/hidden") == 404
    oversight.opens(f"{base}/sample")


def the_sample_is_decided(on: Inspecting) -> None:
    """The lead inspector eliminates a child, the manager confirms it and approves the sample."""
    lead, manager = on.people["lead"], on.people["manager"]
    for one in (lead, manager):
        one.comes_in("a sample is ready for your decision")
    reason = "The child no longer lives in the area"
    by_two(lead, manager, "decide-sample", inspection=on.ref, decision="eliminate", reason=reason, child="T3")
    reason = "The draw follows the plan and its coverage is acceptable"
    manager.fills_in("decide-sample", inspection=on.ref, decision="approve", reason=reason)
    reaches(on.ref, "evaluations_open")


def by_two(first: Person, second: Person, deployment: str, **values: str) -> None:
    """One person asks for what needs two, and the other confirms it."""
    sentence = first.fills_in(deployment, **values)
    (proposal,) = re.findall(r"D-[0-9A-F]{8}", sentence)
    state, _ = first.tries("confirm-decision", proposal=proposal, answer="confirm")
    assert state == "FAILED"
    second.fills_in("confirm-decision", proposal=proposal, answer="confirm")


def evaluations_come(on: Inspecting) -> None:
    """Each agency that knows a chosen child comes in by its notice, reads who it is, and sends its evaluations."""
    period = Context(on.theme, on.announced, on.gss).window_start, on.announced
    completed = add_working_days(on.announced, 5)
    time_comes(on.ref, datetime.combine(add_working_days(completed, 1), time(9), ENGLAND))
    requests = on.requests(evaluations=True)
    assert requests
    for request, agency, _ in requests:
        one = on.officer(agency)
        one.comes_in("children chosen for evaluation")
        listed = one.browser.get(f"/requests/{request}/children.xlsx").content
        refs = fastexcel.read_excel(listed).load_sheet(0, dtypes="string").to_polars()["sample_ref"].to_list()
        file = on.folder / f"{agency.rpartition('/')[2]}-EVAL.csv"
        evaluations(file, refs, agency.rpartition("/")[2].removesuffix("_2"), period, completed, on.theme.id)
        one.uploads(request, "EVAL.csv", file.read_bytes())
    for request, _, _ in requests:
        until(f"{request} is settled", lambda r=request: on.state(r) in {"accepted", "queried"})  # type: ignore[misc]


def findings_are_recorded(on: Inspecting) -> None:
    """Fieldwork begins on its day; two inspectors record findings, and the quality assurer reads them."""
    on.comes("fieldwork_start")
    reaches(on.ref, "fieldwork")
    page = f"/inspections/{on.ref}/findings/new"
    for number, who in enumerate(("lead", "inspector0", "inspector1")):
        one = on.people[who]
        one.comes_in("fieldwork has begun")
        values = {
            "category": ("priority_action", "improvement", "strength")[number],
            "area": on.theme.evaluation_areas[number].code,
            "heading": f"Finding number {number + 1}",
            "text": FINDING,
            "tags": [on.theme.finding_tags[number]],
            "agencies": ["local_authority", "health"],
            "evidence_kinds": ["case_tracking", "documents"],
            "cases": ["T1"],
        }
        one.sends(page, values=values)
    a_note_is_written(on, on.people["inspector0"])
    the_sample_is_looked_at(on, on.people["inspector0"])
    a_child_may_be_in_danger(on)
    assurer = on.people["assurer"]
    assert "Finding number 2" in assurer.opens(f"/inspections/{on.ref}/findings")
    assert assurer.finds(page) == 404


def a_child_may_be_in_danger(on: Inspecting) -> None:
    """The inspector of the last inspectorate reads of a child, notes what they saw, and raises an immediate concern.

    The council is told at once, comes in by that notice, reads why, and acknowledges it.
    """
    # Three inspectorates take part in some themes, and then this one has come in to record a finding.
    inspector = [one for name, one in sorted(on.people.items()) if name.startswith("inspector")][-1]
    council = on.officers["local_authority"][0]
    if inspector.finds("/home") != 200:
        inspector.comes_in("fieldwork has begun")
    child = f"/inspections/{on.ref}/children/T1"
    assert "What happened when" in inspector.opens(child)
    a_note_is_written(on, inspector)
    values = {"child": "T1", "who": "The child T1 of the sample", "danger": DANGER}
    raised = inspector.sends(child, f"/inspections/{on.ref}/concerns/new", values).url.path
    assert "Not answered" in inspector.opens(raised)
    council.comes_in("a child may be in danger now")
    assert DANGER in council.opens(raised)
    council.sends(raised, f"{raised}/acknowledge")
    assert "Acknowledged on the portal" in inspector.opens(raised)


def the_sample_is_looked_at(on: Inspecting, inspector: Person) -> None:
    """An inspector fills in the form of a sampled child, and two judge a tracked child apart."""
    answers = {f"answer-{question.code}": "unclear" for question in on.theme.sampled.questions}
    page = f"/inspections/{on.ref}/sampled/S1"
    inspector.sends(page, values={**answers, "agency": "local_authority", "judgement": "mixed", "text": FORM})
    page = f"/inspections/{on.ref}/judgements/T1/{on.theme.evaluation_areas[0].code}"
    for who in (inspector, on.people["lead"]):
        who.sends(page, values={"judgement": "mixed", "text": JUDGEMENT})


def a_note_is_written(on: Inspecting, writer: Person) -> None:
    """An inspector writes a note; their browser sends what its page gives it."""
    page = writer.browser.get(f"/inspections/{on.ref}/notes/write").text
    person, pen, draw = (re.search(rf'data-{name}="([^"]+)"', page) for name in ("person", "pen", "draw"))
    assert person
    assert pen
    assert draw
    device = hashlib.sha256(person[1].encode()).hexdigest()[:16]
    entry = {"note": f"{device}-1", "version": 1, "text": NOTE, "child": "T1", "draw": int(draw[1])}
    batch = {"device": device, "sequence": 1, "entries": [entry]}
    address = f"/api/notes/{on.ref}/{person[1]}"
    assert writer.browser.post(address, json=batch, headers={"X-Pen": pen[1]}).json() == {"taken": True}


def the_facts_are_checked(on: Inspecting) -> None:
    """The draft goes out; agencies read it, the council comments, an inspector decides and the lead ends the check."""
    on.comes("fieldwork_end", days=1)
    the_assurer_reads(on, "draft")
    reaches(on.ref, "factual_accuracy")
    base = f"/inspections/{on.ref}"
    for one in every(on.officers):
        one.comes_in("draft letter")
        assert one.browser.get("/letter.pdf").content.startswith(b"%PDF-")
    council = on.officers["local_authority"][0]
    assert "Comment on this paragraph" in council.opens("/letter/paragraphs")
    page, file = "/letter/comments/new?at=P01", {"file": ("meetings.txt", COMMENT_FILE)}
    sent = council.sends(page, "/letter/comments", {"subject": "P01", "text": COMMENT}, files=file).url.path
    for who in ("assurer", "manager"):
        on.people[who].comes_in("draft letter")
        assert on.people[who].browser.get(f"{base}/letter.pdf").content.startswith(b"%PDF-")
    inspector = on.people["inspector0"]
    inspector.comes_in("a comment waits")
    shown = inspector.browser.get(f"{base}/comments").text
    assert COMMENT in shown
    (identity,) = set(re.findall(rf'"{base}/comments/(\w+)"', shown))
    assert sent.endswith(identity)
    page = f"{base}/comments/{identity}"
    until("the file of the comment can be opened", lambda: inspector.finds(f"{page}/files/1") == 200)
    assert inspector.browser.get(f"{page}/files/1").content == COMMENT_FILE
    # Nothing is changed yet, so nothing can be accepted.
    assert "A comment can be accepted only once the paragraph says something else" in inspector.opens(page)
    the_letter_is_written(on)
    inspector.sends(page, page, {"outcome": "accepted/P01/2", "text": REPLY})
    assert REPLY not in council.opens(sent)
    the_assurer_reads(on, "publication")
    on.comes("factual_accuracy_due", days=1)
    lead = on.people["lead"]
    lead.asks_for_a_link()
    lead.fills_in("factual-accuracy", inspection=on.ref)
    reaches(on.ref, "pre_publication")
    council.comes_in("the replies to comments on the draft letter")
    assert REPLY in council.opens("/letter/replies")
    assert council.browser.get("/letter/replies.odt").content.startswith(b"PK")


def the_letter_is_published(on: Inspecting) -> None:
    """The lead records the addresses of those who receive the letter, and publishes it with the manager's answer."""
    lead, manager = on.people["lead"], on.people["manager"]
    for kind, officers in on.officers.items():
        for one in officers:
            if kind in on.theme.letter.recipients:
                one.comes_in("the letter before it is published")
                assert "Under embargo until" in one.opens("/letter")
                assert one.browser.get("/letter.pdf").content.startswith(b"%PDF-")
            else:
                # The letter is addressed to nobody there.
                assert one.finds("/letter.pdf") == 404
    opened = lead.opens(f"/inspections/{on.ref}/letter/openings")
    assert "Nobody has opened it" not in opened
    manager.comes_in("the letter before it is published")
    for kind in on.theme.letter.recipients:
        for number in range(len(on.officers.get(kind, ()))):
            values = {"postal_address": f"1 High Street, {on.gss}", "web_address": f"https://{kind}.jtai-area.uk"}
            lead.fills_in("record-recipient", inspection=on.ref, agency=f"{kind}_2" if number else kind, **values)
    _who_it_is_from_and_to(on, lead)
    _the_statement_is_determined(on, lead, manager)
    on.comes("publication")
    by_two(lead, manager, "publish", inspection=on.ref)
    reaches(on.ref, "statement_due")
    for one in every(on.officers):
        one.comes_in("the letter is published")


def a_concern_is_written(on: Inspecting) -> None:
    """An inspector writes to somebody of another inspectorate on what is within that one's remit."""
    writer, base = on.people["inspector0"], f"/inspections/{on.ref}/remit"
    shown = writer.opens(f"{base}/new")
    assert on.theme.inspectorates[1] in shown
    values = {"seen": "0", "to": on.people["lead"].reference, "text": REMIT}
    writer.sends(f"{base}/new", values=values)
    assert "Not sent yet" in writer.opens(base)
    assert on.people["lead"].finds(base) == 200
    assert REMIT not in on.people["lead"].opens(base)


def the_concern_is_acknowledged(on: Inspecting) -> None:
    """Whoever it is to comes in by the notice that went with the copy, and tells that they have it."""
    lead, base = on.people["lead"], f"/inspections/{on.ref}/remit"
    lead.comes_in("a concern of")
    (identity,) = set(re.findall(rf'"{base}/(\w{{32}})"', lead.browser.get(base).text))
    assert REMIT in lead.opens(f"{base}/{identity}")
    lead.sends(f"{base}/{identity}", f"{base}/{identity}/acknowledge")
    writer = on.people["inspector0"]
    writer.comes_in("has your concern")
    assert "Acknowledged" in writer.opens(base)


def a_complaint_is_decided(on: Inspecting) -> None:
    """The council complains on its page; a manager reads it and proposes, and another confirms what is decided."""
    council, first, second = on.officers["local_authority"][0], on.people["manager"], on.people["second"]
    assert "Complain about the inspection" in council.opens("/")
    sent = council.sends("/complaints", values={"text": COMPLAINT}).url.path
    base = f"/inspections/{on.ref}{sent}"
    first.comes_in("a complaint about the inspection")
    assert COMPLAINT in first.opens(base)
    first.sends(base, values={"outcome": "not_upheld", "text": DECISION})
    (waits,) = set(re.findall(r"/decisions/(D-[0-9A-F]{8})", first.browser.get(base).text))
    second.comes_in("a decision waits for a second person")
    second.fills_in("confirm-decision", proposal=waits, answer="confirm")
    council.comes_in("your complaint is decided")
    assert DECISION in council.opens(sent)


def _who_it_is_from_and_to(on: Inspecting, lead: Person) -> None:
    """The lead enters to whom the letter is addressed, and who signs it for each inspectorate."""
    page = f"/inspections/{on.ref}/addressees"
    lead.sends(page, page, {"name": "Ellen Marsh", "office": "Chief Executive", "agency": f"{on.ref}/local_authority"})
    lead.sends(page, page, {"name": "Omar Quist", "office": "Independent Scrutineer", "body": "The partnership"})
    for number, body in enumerate(on.theme.inspectorates):
        signs = {"signatory": f"Signing Person {number}", "signatory-office": "Chief Inspector", "inspectorate": body}
        day = {"from-day": "1", "from-month": "1", "from-year": "2024"}
        lead.sends(page, f"{page}/signatories", {**signs, **day})


def _the_statement_is_determined(on: Inspecting, lead: Person, manager: Person) -> None:
    """The lead comes in by their notice and proposes a statement by the council; the manager confirms it by theirs."""
    lead.comes_in("the written statement waits for your decision")
    page = f"/inspections/{on.ref}/determination"
    shown = lead.browser.get(page).text
    due = {f"due-{part}": _value(shown, f"due-{part}") for part in ("day", "month", "year")}
    values = {"needed": "yes", "authority": f"{on.ref}/local_authority", "send_to": _value(shown, "send_to"), **due}
    lead.sends(page, page, values)
    (asked_for,) = set(re.findall(r"/decisions/(D-[0-9A-F]{8})", manager.browser.get("/home").text))
    # Whoever asks for it reads there what waits, and no button that answers it.
    assert 'value="confirm"' not in lead.browser.get(f"/decisions/{asked_for}").text
    manager.fills_in("confirm-decision", proposal=asked_for, answer="confirm")


def _value(shown: str, field: str) -> str:
    match = re.search(rf'<input[^>]*name="{field}"[^>]*value="([^"]*)"', shown)
    assert match, field
    return match[1]


def the_statement_comes(on: Inspecting) -> None:
    """The council sends the written statement, and the manager closes the inspection, which shuts every door."""
    council, manager = on.officers["local_authority"][0], on.people["manager"]
    checking = council.sends("/statement", "/statement/check", files={"file": ("statement.pdf", STATEMENT)})
    name = re.search(r'name="file" value="([^"]+)"', checking.text)
    assert name
    council.sends(str(checking.url.path) + f"?file={name[1]}", "/statement", {"file": name[1]})
    reaches(on.ref, "statement_received")
    manager.comes_in("the written statement has come")


def the_plan_comes(on: Inspecting) -> None:
    """The council sends its plan; an inspector misses something, the lead confirms it, and the plan is closed."""
    council, lead = on.officers["local_authority"][0], on.people["lead"]
    owner = {"owner": "", "body": "The partnership", "due-day": "1", "due-month": "3", "due-year": "2031"}
    origin = re.search(r'name="origin"[^>]*value="([A-Z]+-1)"', council.browser.get("/plan/actions/new").text)
    assert origin
    action = {"origin": origin[1], "text": PLANNED, "measure": "9 of 10 in an audit", **owner}
    council.sends("/plan/actions/new", "/plan/actions/new", action)
    council.sends("/plan/send", "/plan/send", {"seen": _hidden(council.browser.get("/plan/send").text, "seen")})
    page = f"/inspections/{on.ref}/plan"
    inspector = on.people["inspector0"]
    lead.comes_in("version 1 of the plan has come")
    inspector.comes_in("version 1 of the plan has come")
    review = {"number": "1", "outcome": "missing", "text": REVIEWED, "missing-A01": "Who leads it?"}
    inspector.sends(f"{page}/review", f"{page}/review", review)
    (decision,) = set(re.findall(r"/decisions/D-[0-9A-F]{8}", lead.browser.get(page).text))
    lead.sends(decision, decision, {"answer": "confirm"})
    council.comes_in("version 1 of your plan is reviewed")
    assert REVIEWED in html.unescape(council.browser.get("/plan").text)
    council.sends("/plan/progress/A01", "/plan/progress/A01", {"outcome": "under_way", "text": PROGRESS})
    lead.sends(page, f"{page}/close", {"reason": "followed_elsewhere"})


def _hidden(shown: str, field: str) -> str:
    match = re.search(rf'name="{field}" value="([^"]*)"', shown)
    assert match, field
    return match[1]


def it_is_closed(on: Inspecting) -> None:
    """The manager closes the inspection, which shuts every door but theirs."""
    manager = on.people["manager"]
    manager.fills_in("end-inspection", inspection=on.ref, ending="close", reason="The written statement was read")
    assert row_of(on.ref).stage == "closed"
    for who, one in on.people.items():
        if who not in {"manager", "second", "oversight"}:
            one.told("the inspection is closed")
            assert one.finds("/home") in {401, 403}


def every(officers: dict[str, list[Person]]) -> list[Person]:
    """Return every officer of an inspection."""
    return [one for of_kind in officers.values() for one in of_kind]


Step = Callable[[Inspecting], None]
TO_THE_RETURNS: tuple[Step, ...] = (the_programme_is_entered, everybody_is_entered, it_is_announced)
TO_THE_STATEMENT: tuple[Step, ...] = (
    documents_come,
    the_cohort_is_looked_at,
    the_sample_is_decided,
    evaluations_come,
    families_are_told_of,
    findings_are_recorded,
    findings_are_agreed,
    a_meeting_is_recorded,
    a_concern_is_written,
    the_facts_are_checked,
    the_concern_is_acknowledged,
    the_letter_is_published,
    a_complaint_is_decided,
    the_statement_comes,
    the_plan_comes,
)

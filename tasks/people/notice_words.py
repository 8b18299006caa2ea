"""The words of each kind of notice: pure, from its stored facts, so that no sentence says more than they do (L13)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.roles import ROLE_LABELS, Role
from models.words import joined, long, noun, plain, plural
from tasks.people.basis_words import BASIS_NOTICES, on_which_basis
from tasks.people.record_words import OTHER_NOTICES

Facts = dict[str, Any]

# The people whom a rung of a theme's ladder names, as an agency knows them.
_ROLES = {"manager": "the programme manager", "inspector": "the lead inspector"}


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as a person reads it."""

    subject: str
    body: str


def worded(kind: str, facts: Facts) -> Words:
    """Return the words of a notice.

    Args:
        kind: a kind that `NOTICES` lists.
        facts: the stored facts, with `area`, `announced` and `lead_inspector` of the inspection.

    Raises:
        KeyError: no such kind, or a fact is missing.
    """
    subject, body = NOTICES[kind]
    return Words(f"{facts['area']}: {subject(facts)}", body(facts))


def lead_in_words(name: str, telephone: str, address: str) -> str:
    """Return in a sentence how an agency reaches the lead inspector; what is not entered is left out."""
    ways = [f"on {telephone}" if telephone else "", f"at {address}" if address else ""]
    where = " or ".join(filter(None, ways))
    return f"If you have a question, contact the lead inspector, {name}{f', {where}' if where else ''}."


ANNOUNCING = frozenset({"requests_issued", "inspection_announced", "team_announced", "in_scope"})
"""Notices of the announcement itself, which carry what it binds itself to."""


OPEN_SEEDS = (
    "This is a rehearsal. Its seeds are open: anybody can work out its draw from public values. "
    "The fingerprints (SHA-256) are here as they would be in an inspection."
)
"""What a rehearsal says in place of a promise that it cannot keep (L13)."""


def record_in_words(number: int, digest: str) -> str:
    """Return in a line how far the record of the inspection had come, for whoever wants to hold it to that later."""
    return f"Record of this inspection: entry {number}, digest {digest[:RECORD_DIGITS]}"


RECORD_DIGITS = 32
"""So many digits of a hash stand in a notice; nobody finds another record with the same."""


def bound_in_words(theme: str, seeds: str, *, rehearsal: bool = False) -> str:
    """Return in a paragraph the digests of the theme and of the seeds, for whoever wants to check the draw later."""
    if rehearsal:
        return "\n\n".join([OPEN_SEEDS, *([f"Theme: {theme}"] if theme else []), f"Seeds of the draw: {seeds}"])
    lines = ["Keep these fingerprints (SHA-256). They show later that nobody changed the theme or the draw."]
    lines += [f"Theme: {theme}"] if theme else []
    return "\n\n".join([*lines, f"Seeds of the draw: {seeds}"])


def _missing(facts: Facts) -> str:
    """Return what is missing, in a sentence: all of a return, or the correction of what was sent."""
    if "errors" not in facts:
        return f"{facts['return']} {_by_returns(facts, 'has', 'have')} not arrived."
    version = f"version {facts['version']} of {facts['return']}"
    if facts.get("verdict") == "unreadable":
        return f"We have {version}, but it could not be read."
    errors = plural(facts["errors"], "error")
    return f"We have {version}, but {errors} in it {noun(facts['errors'], 'is', 'are')} not fixed yet."


def _by_returns(facts: Facts, of_one: str, of_several: str) -> str:
    """Return the word that goes with the number of returns of which a notice tells."""
    return noun(facts.get("returns", 1), of_one, of_several)


def _was_told(facts: Facts) -> str:
    """Return who was sent a notice besides the agency, by the ladder of the theme; empty where nobody was."""
    roles = [_ROLES[role] for role in facts.get("tells", ())]
    return f" We have told {joined(roles)}." if roles else ""


def _request(facts: Facts) -> str:
    """Return what is asked for, by when, for which period, and who leads the inspection."""
    paragraphs = [
        f"This inspection was announced on {long(date.fromisoformat(facts['announced']))}. "
        f"The lead inspector is {facts['lead_inspector'] or 'not named yet'}."
    ]
    if "returns" in facts:
        lines = (f"{row['code']}: {row['title']}, by {row['due']}{_if_held(row)}." for row in facts["returns"])
        begins, ends = (long(date.fromisoformat(facts[key])) for key in ("period_from", "period_to"))
        number = len(facts["returns"])
        paragraphs += [
            f"We ask you for {plural(number, 'return')} from your records:",
            *lines,
            f"The period that we ask about is {begins} to {ends}.{_area(facts)}",
        ]
    paragraphs += _documents(facts)
    paragraphs += on_which_basis(facts)
    paragraphs.append("Sign in to download the templates and to tell us that you have received this request.")
    return "\n\n".join(paragraphs)


def _if_held(row: Facts) -> str:
    return ", if you hold such records" if row.get("if_held") else ""


def _goes_on(facts: Facts) -> str:
    """Return until when a return is waited for that an agency may not hold; empty for any other."""
    if "waited_until" not in facts:
        return ""
    return (
        " We ask for it only if you hold such records. If you hold none, sign in and say so. After "
        f"{facts['waited_until']} the inspection goes on without {_by_returns(facts, 'it', 'them')}."
    )


def _documents(facts: Facts) -> list[str]:
    """Return which documents are asked for, each with its deadline; nothing where none is, or in an older notice."""
    documents = facts.get("documents", ())
    if not documents:
        return []
    lines = (f"{row['name']}, by {row['due']}." for row in documents)
    return [f"We ask you for {plural(len(documents), 'document')}:", *lines]


def _in_scope(facts: Facts) -> str:
    """Return what an agency that owes no return is told; some are asked for documents."""
    paragraphs = [
        f"This inspection was announced on {long(date.fromisoformat(facts['announced']))}. The lead inspector is "
        f"{facts['lead_inspector'] or 'not named yet'}. We do not ask you for a return.",
        *_documents(facts),
    ]
    to_do = "Sign in to follow the inspection and to read the draft letter when it comes."
    if facts.get("documents"):
        to_do = "Sign in to send them, or to tell us that you hold none. You can follow the inspection there."
    if len(paragraphs) == 1:
        return f"{paragraphs[0]} {to_do}"
    return "\n\n".join([*paragraphs, to_do])


def _replies(facts: Facts) -> str:
    """Return to how many comments there are replies: an agency's own, and for a safeguarding partner the area's."""
    own, area = facts["comments"], facts["of_area"]
    sentences = [f"An inspector has replied to {plural(own, 'comment')} of yours on the draft letter."] if own else []
    if area:
        sentences.append(f"You can read all {plural(area, 'comment')} of the area with the replies in one table.")
    return " ".join([*sentences, "Sign in to read them in confidence."])


def _missing_documents(facts: Facts) -> str:
    number = len(facts["documents"])
    owed = f"We have not received {noun(number, 'this document', 'these documents')} from you yet:"
    return "\n\n".join([owed, *(f"{name}." for name in facts["documents"])])


_ANSWER_DOCUMENTS = "Sign in to send what you have. If you hold no such document, say so there."


def _chronology_asked(facts: Facts) -> str:
    children = joined(facts["children"])
    number = len(facts["children"])
    return (
        f"Your evaluation says that a chronology is attached for {noun(number, 'child', 'children')} {children}. "
        f"We have not received {noun(number, 'it', 'them')}. Your evaluation is accepted all the same. Sign in and "
        f"attach {noun(number, 'the chronology', 'the chronologies')} on the page of the evaluation by {facts['due']}, "
        "or say there that you hold none."
    )


def _case_files(facts: Facts) -> str:
    """Return how many documents from case files are asked for; nothing where none is, or in an older notice."""
    number = facts.get("documents", 0)
    return f" By then, we also ask for {plural(number, 'document')} from their case files." if number else ""


def _area(facts: Facts) -> str:
    """Return the code of the area, which every row of some returns needs; empty in a notice of an earlier release."""
    return f" The area is {facts['area']}, code {facts['area_code']}." if "area_code" in facts else ""


def _malware(facts: Facts) -> str:
    agency_notified = "The agency has been told." if facts["agency_notified"] else "The agency has not been told."
    return (
        f"The virus scanner found {facts['found']} in version {facts['version']} of {facts['return']} from "
        f"{facts['agency']}. The file was not opened and is kept as evidence. Do not download it. {agency_notified}"
    )


def _cohort_changed(facts: Facts) -> str:
    joining = plural(facts["added"], "child was added", "children were added")
    leaving = plural(facts["removed"], "child was removed", "children were removed")
    changed = plural(facts["changed"], "child changed", "children changed")
    return (
        f"Version {facts['version']} of the cohort is frozen: {joining}, {leaving} and {changed}. The sample is still "
        "from the version before. Use the decide-cohort form in the Prefect UI to keep the sample or draw it again."
    )


def _chosen(facts: Facts) -> str:
    number = facts["children"]
    return f"{number:,} of the chosen children {noun(number, 'is', 'are')} known to you."


def _sampled(facts: Facts) -> str:
    number = facts["children"]
    return f"{plural(number, 'child', 'children')} of the wider sample {noun(number, 'is', 'are')} in your records."


def _sampled_changed(facts: Facts) -> str:
    """Return how a list of the wider sample changed: who left it is struck out there."""
    changes = [
        f"{plural(facts[name], 'child', 'children')} {noun(facts[name], *verbs)}"
        for name, verbs in (("added", ("was added", "were added")), ("withdrawn", ("is struck out", "are struck out")))
        if facts[name]
    ]
    what = f": {joined(changes)}" if changes else ""
    return (
        f"Version {facts['version']} of your list of the wider sample replaces the one before{what}. {_sampled(facts)}"
    )


def _fieldwork(facts: Facts) -> str:
    door = "Sign in to record findings and their evidence."
    # A notice that an earlier release wrote holds no number, and says none.
    if "missing" not in facts:
        return door
    missing = facts["missing"]
    if missing == 0:
        return f"No evaluation is outstanding. {door}"
    return f"{plural(missing, 'evaluation is', 'evaluations are')} outstanding. {door}"


def _pairs(number: int) -> str:
    """Return how many doubtful pairs wait for a person when the cohort is frozen."""
    if number == 0:
        return "No doubtful pair waits for a decision."
    return f"{plural(number, 'doubtful pair waits', 'doubtful pairs wait')} for a decision."


def _waiting_comments(facts: Facts) -> str:
    return f"{plural(facts['waiting'], 'comment waits', 'comments wait')} for a reply."


def _failed(facts: Facts) -> str:
    times = "once" if facts["failures"] == 1 else f"{facts['failures']} times"
    after = (
        f"We will try again at {facts['again']}."
        if "again" in facts
        else "It was put aside. Find the cause, then start it again on the portal's page of work."
    )
    return f"{facts['kind']} of {facts['subject']} has failed {times}. The kind of fault is {facts['fault']}. {after}"


_WHY_UNDELIVERED = {
    "no_address": "There is no email address of theirs.",
    "made_up_address": "Their email address is an example, at which nobody reads anything.",
    "person_ended": "They do not work here any more.",
    "address_refused": "Their email address was refused.",
    "bounced": "Their email address does not exist, or does not accept our email.",
    "mailbox_full": "Their mailbox did not accept it for 3 days. It may be full.",
}


def _undeliverable(facts: Facts) -> str:
    """Return whom a notice did not reach and why, who has it in their place, and where the contact is corrected."""
    kind = plain(facts["notice"])
    of_agency = f" at {facts['agency']}" if "agency" in facts else ""
    whom = f"{facts['person']}{of_agency}" if facts["person"] else f"the shared mailbox of {facts['agency']}"
    paragraphs = [f"We could not deliver a notice ({kind}) to {whom}. {_WHY_UNDELIVERED[facts['why']]}"]
    if others := facts.get("others", 0):
        paragraphs.append(f"{plural(others, 'other contact has', 'other contacts have')} the same notice.")
    elif facts.get("mailbox"):
        paragraphs.append("No other contact there has it, so we wrote to the shared mailbox.")
    elif "agency" in facts:
        paragraphs.append("Nobody else there has it. Call the agency.")
    page = f"people/{facts['person']}" if facts["person"] else f"people/areas/{facts['area_gss']}"
    paragraphs.append(f"Correct the contact, and we send the notice again: {facts['portal']}/{page}")
    return "\n\n".join(paragraphs)


def _decision_waits(facts: Facts) -> str:
    reason = f" The reason given: {_lower(facts['reason'])}." if facts["reason"] else ""
    return (
        f"{facts['asked_by']} asks for this: {_lower(facts['asks'])}.{reason} It needs a second person. Confirm or "
        f"refuse it by {facts['until']}; after that it lapses and nothing is done.\n\n"
        f"Sign in with the link below, then open {facts['portal']}/decisions/{facts['decision']}"
    )


def _decision_answered(facts: Facts) -> str:
    if facts["outcome"] == "confirmed":
        return f"{facts['answered_by']} confirmed what you asked for: {_lower(facts['asks'])}."
    if facts["outcome"] == "lapsed":
        return (
            f"Nobody confirmed or refused what you asked for in time, and it is not done: {_lower(facts['asks'])}. "
            "Ask for it again if it is still needed."
        )
    reason = f" The reason given: {_lower(facts['reason'])}." if facts["reason"] else ""
    return f"{facts['answered_by']} refused what you asked for, and it is not done: {_lower(facts['asks'])}.{reason}"


def _lower(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _concern(facts: Facts) -> str:
    """Return what a receiver of a concern does: nothing in the notice says which child it is about."""
    return (
        "An inspector believes that a child may be in danger now. Read the concern and acknowledge it on the portal. "
        f"Sign in with the link below, then open {facts['portal']}/concerns/{facts['concern']}"
    )


def _remit(facts: Facts) -> str:
    return f"{facts['portal']}/inspections/{facts['inspection']}/remit/{facts['concern']}"


def _followed(facts: Facts) -> str:
    return f"{facts['portal']}/concerns/{facts['concern']}"


def _director(facts: Facts) -> str:
    """Return what became of telling a director; nothing in notices of earlier releases, which do not say."""
    agency = facts["agency"]
    return {
        "told": f"\n\nWe have told the director of {agency} as well.",
        "next": f"\n\nIf nobody has answered in half an hour, we tell the director of {agency}.",
        "nobody": (
            f"\n\nNo director of {agency} is on record, so we can tell none. It is a programme manager's turn to enter "
            f"one: {facts['portal']}/people/areas/{facts.get('gss', '')}"
        ),
    }.get(facts.get("director", ""), "")


def _left(facts: Facts) -> str:
    if not facts["left"]:
        return "Every agency that was told has now answered."
    return f"{plural(facts['left'], 'agency has', 'agencies have')} not answered yet."


_READ = "Sign in to read it."
_ANSWERED = {"confirmed": "was confirmed", "refused": "was refused", "lapsed": "has lapsed"}
_Sentence = Callable[[Facts], str]

_OTHERS = OTHER_NOTICES | BASIS_NOTICES

# Kind and facts are stored, never the sentences: they can be corrected, and rows hold references and counts alone (L5).
# docs/sentences.md lists each kind with the facts that it reads.
NOTICES: dict[str, tuple[_Sentence, _Sentence]] = {
    "requests_issued": (lambda _: "what we ask of you for the joint targeted area inspection", _request),
    "reminder": (
        lambda f: f"{f['return']} {_by_returns(f, 'is', 'are')} due soon",
        lambda f: (
            f"We have not received {f['return']} from you yet. "
            f"{_by_returns(f, 'It is', 'They are')} due by {f['due']}.{_goes_on(f)}{_was_told(f)}"
        ),
    ),
    "overdue": (
        lambda f: f"{f['return']} {_by_returns(f, 'is', 'are')} overdue",
        lambda f: (
            f"{_missing(f)} {_by_returns(f, 'It was', 'They were')} due by {f['due']}.{_goes_on(f)}{_was_told(f)} "
            f"Send {_by_returns(f, 'it', 'them')} now, or sign in and tell us when "
            f"{_by_returns(f, 'it', 'they')} will come."
        ),
    ),
    "extended": (
        lambda f: f"you have more time for {f['return']}",
        lambda f: f"{f['return']} is now due by {f['due']}.",
    ),
    "still_overdue": (
        lambda f: f"{f['return']} {_by_returns(f, 'is', 'are')} still overdue",
        lambda f: (
            f"{_missing(f)} {_by_returns(f, 'It was', 'They were')} due by {f['due']}.{_goes_on(f)}{_was_told(f)}"
        ),
    ),
    "rejected": (
        lambda f: f"{f['return']} needs correcting",
        lambda f: (
            f"We checked {plural(f['rows'], 'row')} of version {f['version']} of {f['return']} and found "
            f"{plural(f['errors'], 'error')}. Sign in to see where, correct your file and send it again."
        ),
    ),
    "unreadable": (
        lambda f: f"{f['return']} could not be read",
        lambda f: f"Version {f['version']} of {f['return']} could not be read. Sign in to see why and what to do.",
    ),
    "not_taken": (
        lambda f: f"a file for {f['return']} was not accepted",
        lambda f: f"You sent a file for {f['return']}. We did not accept it. {f['why']}",
    ),
    "infected": (
        lambda f: f"{f['return']} was not opened",
        lambda f: (
            f"Our virus scanner found something in version {f['version']} of {f['return']}, so we did not open it. "
            "Sign in to see what it found and what to do."
        ),
    ),
    "malware": (lambda f: f"malware in {f['return']} from {f['agency']}", _malware),
    "accepted": (
        lambda f: f"{f['return']} is accepted",
        lambda f: f"Version {f['version']} of {f['return']} is accepted.",
    ),
    "queried": (
        lambda f: f"{f['return']} is accepted with queries",
        lambda f: (
            f"Version {f['version']} of {f['return']} is accepted. Sign in to look at "
            f"{plural(f['queries'], 'query', 'queries')} about it."
        ),
    ),
    "across": (
        lambda f: f"questions about {f['return']}",
        lambda f: (
            f"We compared version {f['version']} of {f['return']} with the other agencies' returns. There "
            f"{noun(f['found'], 'is', 'are')} {plural(f['found'], 'question')} about rows in your file. "
            "Sign in to look at them."
        ),
    ),
    "escalated": (
        lambda f: f"{f['agency']} owes {f['return']}",
        lambda f: f"{_missing(f)} The deadline for {f['agency']} is {f['due']}.",
    ),
    "cohort_frozen": (
        lambda _: "the cohort is frozen",
        lambda f: (
            f"The cohort has {plural(f['children'], 'child', 'children')}. {_pairs(f['pairs'])} "
            "Sign in to see who is in whose list and which children the council does not know. "
            "Pairs can be decided until the sample is approved."
        ),
    ),
    "sample_proposed": (
        lambda _: "a sample is ready for your decision",
        lambda f: (
            f"The proposed sample has {plural(f['tracked'], 'child', 'children')} to track and {f['sampled']:,} to "
            "sample. Decide with the decide-sample form in the Prefect UI."
        ),
    ),
    "admitted": (
        lambda f: f"you may send {f['return']} once more",
        lambda f: (
            f"The returns are closed, but we will accept one more file for {f['return']}. The reason: "
            f"{f['why'][0].lower()}{f['why'][1:]}. Sign in to send it soon. It counts only if it is accepted before "
            "the sample is approved."
        ),
    ),
    "cohort_changed": (lambda _: "a newer cohort is ready for your decision", _cohort_changed),
    "evaluation_admitted": (
        lambda _: "you may still send your evaluation",
        lambda f: (
            f"The time for evaluations is over, but we will accept one more file from you. The reason: "
            f"{_lower(f['why'])}. Sign in to send it soon. It is taken until the letter is published."
        ),
    ),
    "decision_waits": (lambda _: "a decision waits for a second person", _decision_waits),
    "decision_answered": (
        lambda f: f"what you asked for {_ANSWERED[f['outcome']]}",
        _decision_answered,
    ),
    "evaluations_opened": (
        lambda _: "children chosen for evaluation",
        lambda f: (
            f"{_chosen(f)} Sign in to see who they are and to download the evaluation template. "
            f"Evaluations are due by {f['due']}.{_case_files(f)}"
        ),
    ),
    "list_unread": (
        lambda _: "nobody has opened your list of children",
        lambda f: (
            f"{_chosen(f)} Nobody at your organisation has opened the list that says who they are. "
            f"Sign in to open it. Evaluations are due by {f['due']}."
        ),
    ),
    "sampled_opened": (
        lambda _: "children in the wider sample",
        lambda f: f"{_sampled(f)} Sign in to see who they are and which records we ask you to have ready.",
    ),
    "sampled_changed": (
        lambda _: "the wider sample has changed",
        lambda f: f"{_sampled_changed(f)} Sign in to see who is on it now.",
    ),
    "sampled_unread": (
        lambda _: "nobody has opened your list of the wider sample",
        lambda f: (
            f"{_sampled(f)} Nobody at your organisation has opened version {f['version']} of the list that says who "
            "they are. Sign in to open it."
        ),
    ),
    "fieldwork": (lambda _: "fieldwork has begun", _fieldwork),
    "draft_letter": (
        lambda f: f"draft letter{f' version {v}' if (v := f.get('version', 1)) > 1 else ''}",
        lambda f: (
            f"The draft letter is ready for you to check its facts. Sign in to read it and comment by {f['due']}."
        ),
    ),
    "draft_to_read": (
        lambda f: f"draft letter{f' version {v}' if (v := f['version']) > 1 else ''}",
        lambda f: f"The draft letter is with the agencies, which can comment on its facts until {f['due']}. {_READ}",
    ),
    "comment_made": (
        lambda _: "a comment waits for a reply",
        lambda f: f"{f['agency']} commented on the draft letter. Sign in to read the comment and to reply to it.",
    ),
    "complaint_made": (
        lambda _: "a complaint about the inspection",
        lambda f: (
            f"A complaint about this inspection came from {f['source']}.{' It came late.' if f['late'] else ''} "
            "Sign in to read it. Two programme managers who did not take part decide on it. Meanwhile nothing of the "
            "inspection may be destroyed."
        ),
    ),
    "complaint_received": (
        lambda _: "we have your complaint",
        lambda f: (
            f"We have your complaint about this inspection.{' It came late.' if f['late'] else ''} Two people who did "
            "not take part in the inspection decide on it. We will tell you what they decide."
        ),
    ),
    "complaint_decided": (
        lambda _: "your complaint is decided",
        lambda f: f"Your complaint about this inspection is {f['outcome']}. Sign in to read why.",
    ),
    "inspection_incomplete": (
        lambda _: "the inspection is incomplete",
        lambda _: (
            "A complaint was upheld, and this inspection is incomplete. Sign in to gather the additional evidence: "
            "findings and letter can be changed again. It is complete once another letter replaces the published one."
        ),
    ),
    "remit_concern": (
        lambda f: f"a concern of {f['body']} on your inspectorate's remit",
        lambda f: (
            f"{f['body']} writes to you about something within the remit of your inspectorate. It goes with the copy "
            f"before publication. Sign in to read both, and tell them that you have it: {_remit(f)}"
        ),
    ),
    "remit_acknowledged": (
        lambda f: f"{f['body']} has your concern",
        lambda f: f"{f['body']} has acknowledged the concern that you wrote on its remit. See {_remit(f)}",
    ),
    "replies_ready": (lambda _: "the replies to comments on the draft letter", _replies),
    "findings_to_review": (
        lambda _: "findings wait for your review",
        lambda f: (
            f"{plural(f['findings'], 'finding that you did not write waits', 'findings that you did not write wait')} "
            "for the review of a second inspector. Sign in to read them and their evidence."
        ),
    ),
    "words_to_pass": (
        lambda _: "words wait for you",
        lambda _: (
            "Somebody of the team wrote words that could tell who a child is, and asks that they stay. "
            "Sign in to read them and decide, under Findings, Words that wait."
        ),
    ),
    "words_decided": (
        lambda f: f"your words may {'stay' if f['passed'] else 'not stay'}",
        lambda f: (
            "Somebody of the team passed the words that you asked about. Sign in and save them."
            if f["passed"]
            else "Somebody of the team sent the words that you asked about back. Sign in and say less of the child."
        ),
    ),
    "findings_to_moderate": (
        lambda _: "findings to moderate, agree or decide",
        lambda f: (
            f"{plural(f['findings'], 'finding waits', 'findings wait')} to be moderated, agreed or decided by you. "
            "Sign in to read them and what was said about them."
        ),
    ),
    "findings_to_assure": (
        lambda f: f"read the findings for {f['purpose']}",
        lambda f: (
            "The findings are agreed. Sign in to read them and to say whether all is ready for "
            f"{f['purpose']}. Nothing goes out before you have."
        ),
    ),
    "letter_to_write": (
        lambda _: "the letter is yours to write",
        lambda _: (
            "The findings are agreed. Sign in to write the letter with the team. It is not published while a paragraph "
            "is only put together from findings."
        ),
    ),
    "pre_publication": (
        lambda _: "the letter before it is published",
        lambda f: (
            f"We plan to publish the letter on {f['publication']}. It is under embargo until it is published. Sign in "
            "to read it in confidence. We record who opens it."
        ),
    ),
    "priority_action": (
        lambda _: "an area for priority action is about your organisation",
        lambda _: (
            "Inspectors have agreed an area for priority action that is about your organisation. Ask the lead "
            "inspector about it now, and do not wait for the draft letter."
        ),
    ),
    "determine": (
        lambda _: "the written statement waits for your decision",
        lambda f: (
            f"We plan to publish the letter on {f['publication']}. Sign in, open the letter, and determine whether the "
            "area must make a written statement, who makes it and by when. A programme manager confirms it."
        ),
    ),
    "witness": (
        lambda _: "countersign how far the record has come",
        lambda f: (
            f"We have signed the record of the inspection as far as entry {f['entry']}, which holds {f['after']}. Its "
            f"digest is {f['digest']}. Sign in, open The record, and countersign it for {f['body']}. Download the "
            "anchor and keep it in a system of your own, where we cannot change it. With it you can show later whether "
            "an entry before it was changed."
        ),
    ),
    "published": (
        lambda _: "the letter is published",
        lambda f: f"The letter is published.{f.get('statement', '')}",
    ),
    "letter_withdrawn": (
        lambda _: "the published letter is withdrawn",
        lambda f: (
            f"The letter was withdrawn on {f['day']}. The reason: {_lower(f['reason'])}. Take it off your website. "
            "We will tell you if a corrected letter is published."
        ),
    ),
    "letter_replaced": (
        lambda _: "a corrected letter is published",
        lambda f: (
            f"Version {f['version']} of the letter is published and takes the place of the one before. Publish it on "
            "your website instead of the earlier one, and tell us where."
        ),
    ),
    "publication_reminder": (
        lambda _: "tell us where you published the letter",
        lambda f: (
            "The law asks each body that receives the letter to publish it on its website. We do not know yet where "
            f"you published it. Sign in to tell us by {f['due']}."
        ),
    ),
    "comments_reminder": (
        lambda _: "comments on the draft letter are due soon",
        lambda f: (
            f"You have not commented on the draft letter yet. You can comment until {f['due']}. If every fact in it is "
            "right, there is nothing to send."
        ),
    ),
    "report_begun": (
        lambda _: "a thematic report has begun",
        lambda f: (
            f"The report {f['report']} has begun, on {f['areas']}. Its draft counts where each message stands. "
            "Sign in, open Thematic reports, write its parts, and ask a manager who wrote none of them to read it."
        ),
    ),
    "statement_received": (
        lambda _: "the written statement has come",
        lambda _: (
            "The written statement of proposed action has come. Once it was read, and the plan is closed if one was "
            "sent as data, close the inspection with the end-inspection form in the Prefect UI."
        ),
    ),
    "step_reminder": (
        lambda f: f"{f['what'][0].lower()}{f['what'][1:]} is due soon",
        lambda f: f"{f['what']} is due by {f['due']}.",
    ),
    "step_overdue": (
        lambda f: f"{f['what'][0].lower()}{f['what'][1:]} is overdue",
        lambda f: (
            f"{f['what']} was due by {f['due']}."
            f"{f' {_waiting_comments(f)}' if 'waiting' in f else ''} Sign in to see what is missing."
        ),
    ),
    "statement_reminder": (
        lambda _: "your written statement is due soon",
        lambda f: f"The written statement of proposed action is due by {f['due']}. Sign in to send it.",
    ),
    "statement_overdue": (
        lambda _: "the written statement is overdue",
        lambda f: f"The written statement of proposed action was due by {f['due']} and has not arrived.",
    ),
    "work_failed": (lambda f: f"{f['kind']} failed", _failed),
    "held": (
        lambda f: f"we are still checking your {f['return']}",
        lambda f: (
            f"We received version {f['version']} of {f['return']}. One of our rules could not be run, and the fault is "
            "ours. You do not need to do anything. We will check the file again and tell you the result."
        ),
    ),
    "rules_failed": (
        lambda _: "rules could not be run",
        lambda f: (
            f"For {f['subject']} these rules could not be run: {', '.join(f['rules'])}. The verdict is held. Fix the "
            "rules and run recheck-returns, or waive them for the return."
        ),
    ),
    "undeliverable": (lambda _: "a notice could not be delivered", _undeliverable),
    "channel_refused": (
        lambda _: "notices are not sent",
        lambda f: (
            f"{f['channel']} refuses our notices: {f['why']}. {plural(f['waiting'], 'notice waits', 'notices wait')}. "
            "Correct the settings, and they are sent."
        ),
    ),
    "inspection_announced": (
        lambda _: "the inspection is announced",
        lambda f: (
            f"The inspection was announced on {long(date.fromisoformat(f['announced']))}. The lead inspector is "
            f"{f['lead_inspector'] or 'not named yet'}. Sign in to follow it."
        ),
    ),
    "team_announced": (
        lambda _: "you take part in this inspection",
        lambda f: (
            f"The inspection was announced on {long(date.fromisoformat(f['announced']))}. The lead inspector is "
            f"{f['lead_inspector'] or 'not named yet'}. Sign in to follow the returns, the lists and the sample."
        ),
    ),
    "in_scope": (lambda _: "your organisation takes part in this inspection", _in_scope),
    "closed": (
        lambda _: "the inspection is closed",
        lambda _: "This inspection is closed. Your access to it has ended.",
    ),
    "cancelled": (
        lambda _: "the inspection is cancelled",
        lambda _: "This inspection is cancelled. You do not need to send anything. Your access to it has ended.",
    ),
    "deferred": (
        lambda _: "the inspection is paused",
        lambda _: "This inspection is paused. You do not need to send anything until we tell you that it goes on.",
    ),
    "reopened": (
        lambda _: "the inspection goes on",
        lambda f: (
            f"This inspection goes on. Each date that was still to come is now "
            f"{plural(f['working_days'], 'working day')} later. Sign in to see the new dates."
            if f["working_days"]
            else "This inspection goes on. The dates have not changed. Sign in to see them."
        ),
    ),
    "role_given": (
        lambda f: f"you are {ROLE_LABELS[Role(f['role'])]}",
        lambda f: (
            f"You have been given the role of {ROLE_LABELS[Role(f['role'])]}. Sign in to see "
            f"{'your inspections' if Role(f['role']) is not Role.OPERATOR else 'the runs and boards in Prefect'}."
        ),
    ),
    "documents_reminder": (
        lambda _: "documents are due soon",
        lambda f: f"{_missing_documents(f)}\n\nDue by {f['due']}.{_was_told(f)} {_ANSWER_DOCUMENTS}",
    ),
    "documents_overdue": (
        lambda _: "documents are overdue",
        lambda f: f"{_missing_documents(f)}\n\nDue by {f['due']}.{_was_told(f)} {_ANSWER_DOCUMENTS}",
    ),
    "documents_escalated": (
        lambda f: f"{f['agency']} owes documents",
        lambda f: (
            f"{plural(len(f['documents']), 'document has', 'documents have')} not arrived from {f['agency']}. The "
            f"deadline was {f['due']}. Sign in to see which."
        ),
    ),
    "chronology_asked": (lambda _: "a chronology that your evaluation promises is missing", _chronology_asked),
    "concern_raised": (lambda _: "a child may be in danger now", _concern),
    "concern_chased": (
        lambda _: "a child may be in danger now: nobody has answered",
        lambda f: f"Nobody at {f['agency']} has acknowledged this concern yet. {_concern(f)}",
    ),
    "concern_told": (
        lambda _: "an immediate concern about a child was raised",
        lambda f: (
            f"An immediate concern was raised about {f'child {c}' if (c := f['child']) else 'a child'}. See who has "
            f"answered, and record each call, at {_followed(f)}"
        ),
    ),
    "concern_unanswered": (
        lambda f: f"nobody at {f['agency']} has answered an immediate concern",
        lambda f: (
            f"The concern was raised at {f['since']}, and nobody at {f['agency']} has acknowledged it. Ring them now. "
            f"If a child is in immediate danger, call 999. Whom to ring, and where to record the call: {_followed(f)}"
            f"{_director(f)}"
        ),
    ),
    "concern_escalated": (
        lambda f: f"nobody at {f['agency']} has answered an immediate concern about a child",
        lambda f: (
            f"The concern was raised at {f['since']}. We told {f['agency']} at once and again since, and nobody there "
            f"has acknowledged it. You are entered as its director. {_concern(f)}"
        ),
    ),
    "concern_answered": (
        lambda f: f"{f['agency']} has answered an immediate concern",
        lambda f: f"{f['agency']} took the concern on {f['how']}. {_left(f)} See {_followed(f)}",
    ),
    "new_link": (lambda _: "your new sign-in link", lambda _: "You asked for a new link to sign in."),
} | _OTHERS

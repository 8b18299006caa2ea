"""How findings of a real inspection are agreed and the letter is written and read, each step by a notice."""

import re
from typing import Protocol

from tasks.drafting.loading import current_draft
from tasks.ground.database import transaction
from tests.journeys.person import Person


class People(Protocol):
    """An inspection, and everybody in it who is no agency's."""

    ref: str
    people: dict[str, Person]


def findings_are_agreed(on: People) -> None:
    """Each finding is reviewed by an inspector who did not write it, moderated and agreed by others."""
    for who, findings in (("inspector0", ("F01", "F03")), ("inspector1", ("F02",))):
        on.people[who].comes_in("findings wait for your review")
        for finding in findings:
            passes(on, who, finding, "reviewed")
    for who, findings in (("lead", ("F02", "F03")), ("manager", ("F01",))):
        on.people[who].comes_in("findings to moderate, agree or decide")
        for finding in findings:
            passes(on, who, finding, "moderated")
            passes(on, who, finding, "agreed")


def passes(on: People, who: str, finding: str, level: str) -> None:
    """Somebody takes a finding to a level by its page."""
    base = f"/inspections/{on.ref}/findings/{finding}"
    door = "review" if level == "reviewed" else "moderate"
    on.people[who].sends(f"{base}/standing", f"{base}/{door}", {"seen": "1", "outcome": level})


def the_assurer_reads(on: People, purpose: str) -> None:
    """The quality assurer reads when their notice says so, and says that everything is ready."""
    assurer, page = on.people["assurer"], f"/inspections/{on.ref}/assurance"
    assurer.comes_in(
        "read the findings for publication" if purpose == "publication" else "read the findings for the draft"
    )
    shown = assurer.browser.get(page).text
    (digest,) = re.findall(rf'name="of" value="{purpose}"><input type="hidden" name="seen" value="(\w+)"', shown)
    assurer.sends(
        page, values={"of": purpose, "seen": digest, "outcome": "ready", "text": "It follows from the evidence."}
    )


def the_letter_is_written(on: People) -> None:
    """The team puts the letter together from the findings, and another inspector writes each paragraph."""
    base = f"/inspections/{on.ref}/draft"
    writer = on.people["inspector1"]
    writer.comes_in("the letter is yours to write")
    writer.sends(base, f"{base}/put-together")
    with transaction() as session:
        paragraphs = current_draft(session, on.ref).paragraphs
    assert paragraphs
    for each in paragraphs:
        values = {"seen": each.version, "text": f"Inspectors found this. {each.text}", "heading": each.heading}
        writer.sends(f"{base}/{each.id}", values={**values, "findings": list(each.findings)})

"""How findings of a real inspection are agreed and the letter is written and read, each step by a notice."""

import html
import re
from typing import Protocol

from tests.journeys.person import Person

WRITTEN = "Inspectors found this."
ASSURED = "It follows from the evidence."
REMARK = "The record of the strategy meeting says so too."


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
    _talk(on)
    for who, findings in (("lead", ("F02", "F03")), ("manager", ("F01",))):
        on.people[who].comes_in("findings to moderate, agree or decide")
        for finding in findings:
            passes(on, who, finding, "moderated")
            passes(on, who, finding, "agreed")


def _talk(on: People) -> None:
    """An inspector says something about a finding, and another takes it as settled."""
    page, base = f"/inspections/{on.ref}/findings/F02/standing", f"/inspections/{on.ref}/discussions/F02"
    seen = on.people["inspector1"].sends(page, base, {"text": REMARK, "kind": "comments"}).text
    (thread,) = set(re.findall(rf'action="{base}/([^"/]+)"', seen))
    on.people["inspector0"].sends(page, f"{base}/{thread}", {"outcome": "resolve"})


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
    assurer.sends(page, values={"of": purpose, "seen": digest, "outcome": "ready", "text": ASSURED})


def the_letter_is_written(on: People) -> None:
    """An inspector writes each paragraph, which was put together from the findings for the draft."""
    base = f"/inspections/{on.ref}/draft"
    writer = on.people["inspector1"]
    writer.comes_in("the letter is yours to write")
    paragraphs = dict.fromkeys(re.findall(rf'"{base}/(P[0-9]+)"', writer.browser.get(base).text))
    assert paragraphs
    for paragraph in paragraphs:
        page = f"{base}/{paragraph}"
        shown = writer.browser.get(page).text
        (seen,) = re.findall(r'name="seen" value="([0-9]+)"', shown)
        (text,) = re.findall(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', shown, re.DOTALL)
        heading = re.findall(r'name="heading"[^>]*value="([^"]*)"', shown)
        findings = re.findall(r'name="findings"[^>]*value="(F[0-9]+)"[^>]* checked', shown)
        values = {"seen": seen, "text": f"{WRITTEN} {html.unescape(text).strip()}", "findings": findings}
        writer.sends(page, values={**values, "heading": html.unescape(heading[0]) if heading else ""})

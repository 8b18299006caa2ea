"""What people of a rehearsal fill in: values from the forms' own choices, so that any theme can be rehearsed."""

import csv
import html
import re
from datetime import date, timedelta
from pathlib import Path

_INPUT = re.compile(r"<input[^>]*>")
_OPTION = re.compile(r'<option value="([^"]+)"')
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def choices(page: str) -> dict[str, list[str]]:
    """Return the values that a page's boxes, radios and list offer, by the names of their fields."""
    offered: dict[str, list[str]] = {}
    for tag in _INPUT.findall(page):
        values = dict(_ATTRIBUTE.findall(tag))
        if values.get("type") in {"checkbox", "radio"}:
            offered.setdefault(values["name"], []).append(html.unescape(values["value"]))
    offered["area"] = _OPTION.findall(page)
    return offered


def findings(offered: dict[str, list[str]]) -> list[dict[str, object]]:
    """Return one finding of every category for areas, agencies, tags and cases in turn, the words made up."""
    return [
        {
            "category": category,
            "area": offered["area"][number % len(offered["area"])],
            "heading": f"What leaders and staff do about matter {number + 1} is seen in the records",
            "text": f"Records of matter {number + 1} say what was decided, by whom and why. Plans seldom say by when.",
            "tags": offered["tags"][number % len(offered["tags"]) :][:1],
            "agencies": offered["agencies"][: 1 + number % len(offered["agencies"])],
            "evidence_kinds": offered["evidence_kinds"][: 1 + number % 3],
            "cases": offered.get("cases", [])[number : number + 2],
        }
        for number, category in enumerate(offered["category"] * 2)
    ]


def evaluations(file: Path, references: list[str], agency: str, announced: date) -> None:
    """Write an agency's evaluations of the children with these references."""
    rows = [
        {
            "evaluation_id": f"EV-{agency}-{reference}",
            "sample_ref": reference,
            "agency": agency,
            "author_role": "Service manager",
            "completed_date": f"{announced + timedelta(days=8):%d/%m/%Y}",
            "period_reviewed_from": f"{announced - timedelta(days=184):%d/%m/%Y}",
            "period_reviewed_to": f"{announced:%d/%m/%Y}",
            "chronology_attached": "Yes",
            "child_seen": "Yes",
            "child_voice_recorded": "Yes",
            "da_recognised_as_victim": "Yes",
            "risk_assessed": "Yes",
            "information_shared_with": "police; health" if agency == "local_authority" else "local_authority",
            "plan_in_place": "Yes",
            "impact_for_child": "The child is calmer at home and at school.",
            "strengths": "Quick response and clear recording.",
            "improvement": "The plan should say what will be different for the child.",
            "learning_action": "Weekly check of notifications.",
            "self_grade": "good",
            "partnership_summary": "",
        }
        for reference in references
    ]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

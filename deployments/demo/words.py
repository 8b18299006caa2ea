"""What the inspectors of the rehearsal find, and what the council says of it; all of it is made up."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.theme_lists import Lists
from models.themes import Theme
from tasks.findings.findings import FindingWords

FINDINGS: tuple[FindingWords, ...] = (
    FindingWords(
        category="strength",
        area="EA01",
        heading="Police officers recognise children as victims in their own right",
        text="Officers who attend incidents ask where each child was, speak to children who are old enough, and record "
        "what they saw and heard. Notifications reach children's social care on the same day in most cases.",
        tags=("child_as_victim", "child_voice"),
        agencies=("police", "local_authority"),
        evidence_kinds=("case_tracking", "observation"),
        cases=("T1", "T2"),
    ),
    FindingWords(
        category="strength",
        area="EA08",
        heading="Midwives and health visitors ask every mother safely",
        text="Routine enquiry is made when the mother is alone. Concerns for unborn babies lead to early assessment, "
        "and plans are in place before birth.",
        tags=("unborn",),
        agencies=("health",),
        evidence_kinds=("case_tracking", "staff"),
        cases=("T4", "T5"),
    ),
    FindingWords(
        category="practice_study",
        area="EA09",
        heading="A nursery that notices",
        text="A nursery used daily drawings to understand how a young child was feeling after an incident at home. "
        "Staff shared this with the social worker, and the plan changed to give the family a regular safe contact.",
        tags=("child_voice", "schools_early_years"),
        agencies=("local_authority",),
        evidence_kinds=("case_tracking", "views"),
        cases=("T2",),
    ),
    FindingWords(
        category="improvement",
        area="EA03",
        heading="Plans say too little about what life is like for the child",
        text="Assessments describe incidents well, but plans seldom say what should be different for the child and by "
        "when. Reviews do not always test whether the child is safer.",
        tags=("child_voice",),
        agencies=("local_authority",),
        evidence_kinds=("case_tracking", "case_sampling"),
        cases=("T1", "T4", "S1", "S2"),
    ),
    FindingWords(
        category="improvement",
        area="EA11",
        heading="Coercive control is not well understood by all staff",
        text="Training covers physical violence well. Fewer staff could describe how coercive control affects young "
        "children, and records rarely name it.",
        tags=("training_coercive_control",),
        agencies=("local_authority", "health", "police"),
        evidence_kinds=("staff", "documents"),
    ),
    FindingWords(
        category="improvement",
        area="EA06",
        heading="The risk that perpetrators pose is reviewed too seldom",
        text="Probation practitioners check with children's social care at the start of an order, but the checks are "
        "not repeated when circumstances change.",
        tags=("perpetrator_risk",),
        agencies=("probation", "police"),
        evidence_kinds=("case_sampling", "performance_data"),
        cases=("S3", "S4"),
    ),
    FindingWords(
        category="priority_action",
        area="EA07",
        heading="Some children known to police and health are not known to the council",
        text="Information about some high-risk incidents does not reach the front door, or is not linked to what "
        "health services already know. These children are left without an assessment of the risk to them. Leaders must "
        "find out who these children are and make sure that each is seen.",
        tags=("information_sharing",),
        agencies=("police", "health", "local_authority"),
        evidence_kinds=("case_tracking", "performance_data"),
        cases=("T5",),
    ),
)

COMMENT = (
    "The draft says that reviews do not always test whether the child is safer. A new review form came in in January."
)

FOURTH = "F04"
"""The finding behind the paragraph on which the council comments."""

WHOLE_COMMENT = "The letter says little about what agencies have changed since the summer."

REMIT_CONCERN = "A review of how quickly calls are answered was not shared with anybody whom inspectors met."
"""What one inspectorate writes to another on that one's remit."""

REPLIES = {
    True: "You are right. The paragraph now says that the form is new, and that its effect cannot be seen yet.",
    False: "The letter says what inspectors saw during the inspection. What has changed since is for your statement.",
}
"""What inspectors reply to a comment that they accept, and to one that they decline."""


def record_of_form() -> bytes:
    """Return the file that bears the council's comment out."""
    return b"Review form, in use from 6 January.\nQuestion 4: is the child safer than at the last review?\n"


REVIEWS = "Reviews do not always test whether the child is safer."
NEW_FORM = "A new review form, brought in in January, asks whether the child is safer; its effect cannot be seen yet."


def corrected(finding: FindingWords) -> FindingWords:
    """Return the fourth finding as it stands once the council's comment was accepted."""
    return replace(finding, text=finding.text.replace(REVIEWS, NEW_FORM))


def findings_of_theme(theme: Theme, labels: Sequence[str]) -> tuple[FindingWords, ...]:
    """Return what the inspectors of a rehearsal find.

    Args:
        theme: that is rehearsed; findings about domestic abuse belong to its own themes.
        labels: of the children in the sample; the evidence of a finding names some of them.
    """
    areas, tags = {area.code for area in theme.evaluation_areas}, set(theme.finding_tags)
    speaks_of_abuse = theme.lists == Lists()
    if speaks_of_abuse and all(each.area in areas and tags.issuperset(each.tags) for each in FINDINGS):
        return FINDINGS
    tracked = [label for label in labels if label.startswith("T")]
    sampled = [label for label in labels if label.startswith("S")]
    return tuple(_findings(theme, tracked, sampled))


def _findings(theme: Theme, tracked: Sequence[str], sampled: Sequence[str]) -> Iterator[FindingWords]:
    """Give findings that would fit any theme, in its own areas, with its own words for what happens to children."""
    about = theme.lists.about
    scope = theme.in_scope
    first = tuple(kind for kind in ("local_authority", "police", "health") if kind in scope)
    others = tuple(kind for kind in scope if kind not in first) or first[-1:]
    yield FindingWords(
        category="strength",
        area=_area(theme, "identif"),
        heading="Staff see each child in their own right",
        text=f"Staff who first hear of {about} ask where each child is, speak to children who are old enough, and "
        "record what they saw and heard. Information reaches children's social care on the same day in most cases.",
        tags=_tags(theme, "child_voice"),
        agencies=first,
        evidence_kinds=("case_tracking", "observation"),
        cases=tuple(tracked[:2]),
    )
    yield FindingWords(
        category="strength",
        area=_area(theme, "health"),
        heading="Health staff see children alone and ask them safely",
        text="Health staff see children alone where they can. What they hear leads to early assessment, and plans are "
        "in place in time.",
        tags=_tags(theme, "child_voice"),
        agencies=("health",) if "health" in scope else first[:1],
        evidence_kinds=("case_tracking", "staff"),
        cases=tuple(tracked[3:5]),
    )
    yield FindingWords(
        category="practice_study",
        area=_area(theme, "education", "school"),
        heading="A school that notices",
        text="A teacher met a child each morning for a few minutes to understand how the child was feeling. The school "
        "shared this with the social worker, and the plan changed to give the family a regular safe contact.",
        tags=_tags(theme, "schools_early_years"),
        agencies=first[:1],
        evidence_kinds=("case_tracking", "views"),
        cases=tuple(tracked[1:2]),
    )
    yield FindingWords(
        category="improvement",
        area=_area(theme, "planning", "decisions"),
        heading="Plans say too little about what life is like for the child",
        text="Assessments describe events well, but plans seldom say what should be different for the child and by "
        f"when. {REVIEWS}",
        tags=_tags(theme, "child_voice"),
        agencies=first[:1],
        evidence_kinds=("case_tracking", "case_sampling"),
        cases=(*tracked[:1], *sampled[:2]),
    )
    yield FindingWords(
        category="improvement",
        area=_area(theme, "lived experience", "training"),
        heading=f"Not all staff understand what {about} means for a child",
        text=f"Training explains the signs well. Fewer staff could describe how {about} affects a child from day to "
        "day, and records rarely say it.",
        tags=_tags(theme, "identification", "prevention"),
        agencies=first,
        evidence_kinds=("staff", "documents"),
    )
    yield FindingWords(
        category="improvement",
        area=_area(theme, "monitoring", "strateg"),
        heading="What was agreed between agencies is reviewed too seldom",
        text="Practitioners check with children's social care when their work with a family begins, but the checks are "
        "not repeated when circumstances change.",
        tags=_tags(theme, "strategy", "leadership"),
        agencies=others[:2],
        evidence_kinds=("case_sampling", "performance_data"),
        cases=tuple(sampled[2:4]),
    )
    yield FindingWords(
        category="priority_action",
        area=_area(theme, "information"),
        heading="Some children known to other agencies are not known to the council",
        text="Information about some children at high risk does not reach the front door, or is not linked to what "
        "other services already know. These children are left without an assessment of the risk to them. Leaders must "
        "find out who these children are and make sure that each is seen.",
        tags=_tags(theme, "information_sharing"),
        agencies=first,
        evidence_kinds=("case_tracking", "performance_data"),
        cases=tuple(tracked[4:5]),
    )


def _area(theme: Theme, *words: str) -> str:
    """Return the code of the first evaluation area whose label has one of some words; else of the first of all."""
    named = (area.code for word in words for area in theme.evaluation_areas if word in area.label.casefold())
    return next(named, theme.evaluation_areas[0].code)


def _tags(theme: Theme, *names: str) -> tuple[str, ...]:
    """Return the first of some tags that a theme has; else the theme's first."""
    return (next((name for name in names if name in theme.finding_tags), theme.finding_tags[0]),)

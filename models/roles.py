"""Roles of people in inspections, what each may do, and at which stages a role lets somebody in."""

from enum import StrEnum

from models.lifecycle import ENDED, Stage


class Role(StrEnum):
    """What a person is in one inspection, or in the programme."""

    MANAGER = "manager"
    LEAD = "lead_inspector"
    INSPECTOR = "inspector"
    ASSURER = "quality_assurer"
    OFFICER = "officer"
    OVERSIGHT = "oversight"
    PROTECTION = "data_protection_officer"
    OPERATOR = "service_operator"
    NAMED = "named_for_concerns"
    DIRECTOR = "director_for_concerns"


ROLE_LABELS = {
    Role.MANAGER: "programme manager",
    Role.LEAD: "lead inspector",
    Role.INSPECTOR: "inspector",
    Role.ASSURER: "quality assurer",
    Role.OFFICER: "data officer",
    Role.OVERSIGHT: "oversight",
    Role.PROTECTION: "data protection officer",
    Role.OPERATOR: "operator",
    Role.NAMED: "person named for immediate concerns",
    Role.DIRECTOR: "director told of unanswered concerns",
}
"""Each role as people read it."""


def in_role(role: Role) -> str:
    """Return a role as what somebody is, for example `an inspector`; an inspection has one lead inspector."""
    label = ROLE_LABELS[role]
    if role is Role.OVERSIGHT:
        return label
    article = "the" if role is Role.LEAD else "an" if label[0] in "aeiou" else "a"
    return f"{article} {label}"


AGENCY_ROLES = frozenset({Role.OFFICER})
"""Roles within one agency of one inspection."""

PROGRAMME_ROLES = frozenset({Role.MANAGER, Role.OVERSIGHT, Role.PROTECTION, Role.OPERATOR})
"""Roles that reach every inspection."""

ORGANISATION_ROLES = frozenset({Role.NAMED, Role.DIRECTOR})
"""Roles within somebody's own organisation, whatever it takes part in: they reach nothing but that organisation's."""

TEAM_ROLES = frozenset({Role.LEAD, Role.INSPECTOR})
"""Roles of those who inspect: they alone see children."""


class Act(StrEnum):
    """What somebody wants to do; each page, form and decision names one."""

    SEE_INSPECTION = "see_inspection"
    SEE_CHILDREN = "see_children"
    SEE_FINDINGS = "see_findings"
    SEE_LETTER = "see_letter"
    NARROW_SIGHT = "narrow_sight"
    SEE_READINGS = "see_readings"
    SEE_AS = "see_as"
    RECORD_FINDINGS = "record_findings"
    DISCUSS_FINDINGS = "discuss_findings"
    MODERATE_FINDINGS = "moderate_findings"
    ASSURE_FINDINGS = "assure_findings"
    WRITE_LETTER = "write_letter"
    REVIEW_PAIRS = "review_pairs"
    DECIDE_COMMENTS = "decide_comments"
    ANSWER_REQUESTS = "answer_requests"
    ANNOUNCE = "announce"
    KEEP_PEOPLE = "keep_people"
    DECIDE_RETURNS = "decide_returns"
    DECIDE_SAMPLE = "decide_sample"
    DECIDE_COHORT = "decide_cohort"
    DECIDE_LETTER = "decide_letter"
    DETERMINE_STATEMENT = "determine_statement"
    END_INSPECTION = "end_inspection"
    DECIDE_COMPLAINTS = "decide_complaints"
    START_WORK = "start_work"
    RECOVER_NOTES = "recover_notes"
    RAISE_CONCERNS = "raise_concerns"
    FOLLOW_CONCERNS = "follow_concerns"
    ANSWER_CONCERNS = "answer_concerns"
    RECORD_MEETINGS = "record_meetings"
    REVIEW_PLAN = "review_plan"
    CONFIRM_PLAN = "confirm_plan"
    SEE_ESTIMATES = "see_estimates"
    KEEP_REPORTS = "keep_reports"
    KEEP_RECORDS = "keep_records"
    SEE_RECORDS = "see_records"
    OVERSEE_DATA = "oversee_data"
    PUT_ASIDE = "put_aside"
    WATCH_RUNS = "watch_runs"


_TEAM = frozenset(
    {
        *(Act.SEE_INSPECTION, Act.SEE_CHILDREN, Act.SEE_FINDINGS, Act.SEE_LETTER),
        *(Act.RECORD_FINDINGS, Act.REVIEW_PAIRS, Act.DECIDE_COMMENTS),
        *(Act.DISCUSS_FINDINGS, Act.WRITE_LETTER),
        *(Act.RAISE_CONCERNS, Act.FOLLOW_CONCERNS),
    }
)
_OF_BOTH = frozenset(
    {
        *(Act.DECIDE_RETURNS, Act.DECIDE_SAMPLE, Act.DECIDE_COHORT, Act.DECIDE_LETTER, Act.START_WORK),
        *(Act.SEE_READINGS, Act.SEE_ESTIMATES, Act.DISCUSS_FINDINGS, Act.MODERATE_FINDINGS),
    }
)
_LEAD = (
    _TEAM
    | _OF_BOTH
    | {*(Act.NARROW_SIGHT, Act.SEE_AS, Act.RECOVER_NOTES, Act.RECORD_MEETINGS, Act.DETERMINE_STATEMENT)}
    | {Act.CONFIRM_PLAN, Act.WATCH_RUNS}
)
_MANAGER = _OF_BOTH | {
    *(Act.SEE_INSPECTION, Act.SEE_FINDINGS, Act.SEE_LETTER),
    *(Act.ANNOUNCE, Act.KEEP_PEOPLE, Act.END_INSPECTION, Act.FOLLOW_CONCERNS, Act.DECIDE_COMPLAINTS),
    *(Act.KEEP_REPORTS, Act.KEEP_RECORDS, Act.SEE_RECORDS, Act.PUT_ASIDE, Act.WATCH_RUNS),
}

RIGHTS: dict[Role, frozenset[Act]] = {
    Role.MANAGER: frozenset(_MANAGER),
    Role.LEAD: _LEAD,
    # A plan is reviewed by an inspector and confirmed by the lead: nobody does both.
    Role.INSPECTOR: _TEAM | {Act.REVIEW_PLAN},
    Role.ASSURER: frozenset(
        {Act.SEE_INSPECTION, Act.SEE_FINDINGS, Act.SEE_LETTER, Act.DISCUSS_FINDINGS, Act.ASSURE_FINDINGS}
    ),
    Role.OFFICER: frozenset({Act.ANSWER_REQUESTS, Act.ANSWER_CONCERNS}),
    Role.OVERSIGHT: frozenset({Act.SEE_INSPECTION, Act.SEE_READINGS, Act.SEE_RECORDS, Act.WATCH_RUNS}),
    # Whoever runs the service sees that runs go on, and decides nothing.
    Role.OPERATOR: frozenset({Act.WATCH_RUNS}),
    Role.PROTECTION: frozenset(
        {Act.SEE_INSPECTION, Act.SEE_READINGS, Act.SEE_RECORDS, Act.OVERSEE_DATA, Act.PUT_ASIDE}
    ),
    Role.NAMED: frozenset({Act.ANSWER_CONCERNS}),
    Role.DIRECTOR: frozenset({Act.ANSWER_CONCERNS}),
}
"""What each role may do, as `docs/people.md` explains."""


MUST_ACT = ("local_authority", "police")
"""Kinds of agency that protect a child at once, in the order in which they are named: every concern goes to both."""

SAFEGUARDING_PARTNERS = ("local_authority", "police", "health")
"""Kinds of agency that answer together for an area's arrangements (Children Act 2004, section 16E)."""

LASTING = frozenset({Act.RAISE_CONCERNS, Act.FOLLOW_CONCERNS, Act.ANSWER_CONCERNS})
"""What a role goes on to include after its inspection has ended: a child in danger does not end with it."""


PAUSED = frozenset(
    {
        *(Act.RECORD_FINDINGS, Act.DISCUSS_FINDINGS, Act.MODERATE_FINDINGS, Act.ASSURE_FINDINGS, Act.WRITE_LETTER),
        *(Act.REVIEW_PAIRS, Act.DECIDE_COMMENTS, Act.ANSWER_REQUESTS, Act.RECORD_MEETINGS),
        *(Act.DECIDE_RETURNS, Act.DECIDE_SAMPLE, Act.DECIDE_COHORT, Act.DECIDE_LETTER, Act.DETERMINE_STATEMENT),
        *(Act.REVIEW_PLAN, Act.CONFIRM_PLAN),
    }
)
"""What nobody does while an inspection is paused: reading goes on, and so do a child's safety, people and records."""


def may(role: Role, act: Act) -> bool:
    """Return whether a role includes an act."""
    return act in RIGHTS[role]


def lets_in(role: Role, stage: Stage | None) -> bool:
    """Return whether a role still lets somebody in (L15).

    Args:
        role: the role.
        stage: of its inspection; None for a role in the programme.
    """
    return stage is None or role in PROGRAMME_ROLES or stage not in ENDED

"""EVAL: an agency's own evaluation of its work with each child chosen, one row for each child."""

from datetime import timedelta

import polars as pl

from models.words import long, plain
from validation.contract.codes import AGENCY, GRADE, YN
from validation.contract.context import Context
from validation.contract.model import Column, Contract, Sheet, v
from validation.contract.rules import Rule, WholeRule
from validation.contract.table_rules import in_order, not_after, once

# References are pseudonyms, yet a sentence with fifty of them is read by nobody.
_SHOWN = 10
_LATEST = timedelta(days=14)

_COLUMNS = (
    Column("evaluation_id", "string", "Your reference of the evaluation.", "EV-001", "yes"),
    Column(
        "sample_ref",
        "string",
        "The reference of the child, as in the list of children chosen.",
        "C-7F3K",
        "yes",
        shape="upper",
    ),
    Column("agency", "category", "The agency that evaluates.", "police", "yes", AGENCY),
    Column("author_role", "string", "The role, not the name, of whoever wrote it.", "Detective inspector", "yes"),
    Column("completed_date", "date", "When it was completed.", "28/02/2025", "yes"),
    Column("period_reviewed_from", "date", "The first day of the period reviewed.", "24/08/2024", "yes"),
    Column("period_reviewed_to", "date", "The last day of the period reviewed.", "20/02/2025", "yes"),
    Column("chronology_attached", "category", "Whether a chronology is attached.", "Yes", "yes", YN),
    Column("child_seen", "category", "Whether the child was seen.", "Yes", "yes", YN),
    Column("child_voice_recorded", "category", "Whether the child's voice is recorded.", "Yes", "yes", YN),
    Column("da_recognised_as_victim", "category", "Whether the child was recognised as a victim.", "Yes", "yes", YN),
    Column("risk_assessed", "category", "Whether risk was assessed.", "Yes", "yes", YN),
    Column(
        "information_shared_with",
        "list",
        "The agencies with which information was shared.",
        "local_authority; health",
        codes=AGENCY,
    ),
    Column("plan_in_place", "category", "Whether a plan is in place.", "Yes", "yes", YN),
    Column(
        "impact_for_child",
        "string",
        "What difference the work made to the child. Do not name anybody.",
        "Safer at home since the order.",
        "yes",
        shape="prose",
    ),
    Column(
        "strengths",
        "string",
        "What went well. Do not name anybody.",
        "Quick response and clear recording.",
        "yes",
        shape="prose",
    ),
    Column(
        "improvement",
        "string",
        "What should have been better. Do not name anybody.",
        "The school was told late.",
        "yes",
        shape="prose",
    ),
    Column("learning_action", "string", "What the agency will do.", "Weekly check of notifications.", shape="prose"),
    Column(
        "self_grade",
        "category",
        "The agency's own grade; it is never a judgement of the inspection.",
        "good",
        "yes",
        GRADE,
    ),
    Column(
        "partnership_summary",
        "string",
        "One summary a child, once all agencies have written.",
        "Agencies worked together well.",
        shape="prose",
    ),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    start, end = "period_reviewed_from", "period_reviewed_to"
    rules = (
        in_order(
            "EVAL",
            start,
            start,
            end,
            "The period reviewed starts after it ends. Check both dates, and fix the wrong one.",
            {start: "01/02/2025", end: "01/01/2025"},
        ),
        not_after("EVAL", end, context.extract or context.announced, "The end of the period reviewed"),
        once(
            "EVAL",
            "sample_ref",
            ("sample_ref", "agency"),
            "2 rows evaluate the same child for the same agency. Put what both say into one row.",
        ),
        Rule(
            "EVAL.completed_date.order",
            column="completed_date",
            severity="error",
            fails_where=v("completed_date") < v(start),
            message=(
                "The evaluation was completed before the period it reviews. Check its 3 dates, and fix the wrong one."
            ),
            source="CIN 8608",
            fails_on=({"completed_date": "01/01/2020"},),
        ),
    )
    return (*rules, *_completion(context), *_of_request(context))


def _completion(context: Context) -> tuple[Rule, ...]:
    due = context.due_by(context.theme.evaluation_due) or context.announced
    message = (
        f"The evaluation was completed after {long(due)}, the day on which it was due. Check the date, for example "
        "20/02/2025, or explain the delay."
    )
    late = v("completed_date") > due
    return (
        not_after("EVAL", "completed_date", context.extract or due + _LATEST, "The completion"),
        Rule(
            "EVAL.completed_date.late",
            column="completed_date",
            severity="query",
            fails_where=late,
            cellwise=True,
            message=message,
            source="domain list EVAL",
            fails_on=({"completed_date": f"{due + _LATEST:%d/%m/%Y}"},),
        ),
    )


def _of_request(context: Context) -> tuple[Rule, ...]:
    refs, agency = [r.upper() for r in context.sample_refs], context.agency
    rules: list[Rule] = []
    if refs:
        message = (
            "The reference is not among those of the children chosen. Copy it from the list that came with the "
            f"request, for example {refs[0]}."
        )
        rules.append(
            Rule(
                "EVAL.sample_ref.sample",
                column="sample_ref",
                severity="error",
                fails_where=~v("sample_ref").is_in(refs),
                cellwise=True,
                message=message,
                source="domain list EVAL",
                passes_on=({"sample_ref": refs[0]},),
                fails_on=({"sample_ref": "NOT-ONE"},),
            )
        )
    if agency in AGENCY.values:
        other = next(a for a in AGENCY.values if a != agency)
        message = (
            f"The row is another agency's section; this request asks for that of {plain(agency)}. Enter "
            f"{agency}, or leave the row out."
        )
        rules.append(
            Rule(
                "EVAL.agency.own",
                column="agency",
                severity="error",
                fails_where=v("agency") != agency,
                cellwise=True,
                message=message,
                source="domain list EVAL",
                passes_on=({"agency": agency},),
                fails_on=({"agency": other},),
            )
        )
    return tuple(rules)


def _missing(frame: pl.DataFrame, context: Context) -> str:
    """Return the children chosen who have no row; references are not personal data."""
    given = set(frame["sample_ref__v"].drop_nulls())
    missing = [r for r in context.sample_refs if r.upper() not in given]
    return ", ".join(missing[:_SHOWN]) + (f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else "")


_COMPLETE = WholeRule(
    "EVAL.sample_ref.complete",
    column="sample_ref",
    severity="error",
    find=_missing,
    message="There is no evaluation for {what}. Add a row for each child chosen.",
    source="domain list EVAL",
    example="C-7F3K and 2 more",
    fails_on=({"sample_ref": "C-0000"},),
)


EVAL = Contract(
    "EVAL",
    "Evaluation of the children chosen",
    None,
    "One row for each child chosen: the agency's own evaluation of its work with the child. Names of people are not "
    "asked for.",
    (Sheet("EVAL", _COLUMNS, ("sample_ref", "agency"), _rules, whole=(_COMPLETE,)),),
)

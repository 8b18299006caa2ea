"""PLAN: what an area will do about the letter, a row an action; no return of a theme, but declared as they are."""

from dataclasses import replace
from datetime import timedelta

import polars as pl

from models.words import numeric
from validation.contract.context import Context
from validation.contract.model import Code, CodeSet, Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule

CODE = "PLAN"
_SOURCE = "what an action of a plan needs"
# Words that stand before a person's name: an owner is a body, and no record of ours names staff.
_PERSON = r"(?i)^\s*(mr|mrs|ms|miss|mx|dr|sir|dame|prof|professor|pc|ds|di|dci|det|supt|cllr|councillor)\b\.?\s"
# What people write where they do not know yet how they will tell that an action worked.
_VAGUE = (
    r"(?i)^\s*(tbc|tba|tbd|ongoing|on-going|to be (agreed|confirmed|decided)|improve(d|ment)?|better|various)\b.{0,20}$"
)
_GOOD_MEASURE = "90% of strategy discussions held within 1 working day, from our monthly audit of 20 cases"
_GOOD_OWNER = "a body such as the council or the police force"
_QUARTER = timedelta(days=91)

_COLUMNS = (
    Column("action_ref", "string", "Your number of the action. It stays the same in later versions.", "A01", "yes"),
    Column(
        "origin",
        "string",
        "The part of the letter that the action answers, by its number on the sheet Letter.",
        "IMPROVE-1",
        "yes",
    ),
    Column(
        "action",
        "string",
        "What will be done. Name no child and no member of staff.",
        "Hold every strategy discussion within 1 working day, with police and health taking part",
        "yes",
        shape="prose",
    ),
    Column(
        "owner",
        "string",
        "The body that sees to it, as on the sheet Bodies, or by its name. Never a person.",
        "Thames Valley Police",
    ),
    Column("measure", "string", "By what you will know that it worked.", _GOOD_MEASURE, shape="prose"),
    Column("due_date", "date", "The day by which it is done.", "30/09/2025"),
)


def _good_day(context: Context) -> str:
    return numeric(context.extracted + _QUARTER)


def _query(name: str, column: str, fails: pl.Expr, message: str, bad: str | None) -> Rule:
    return Rule(
        f"{CODE}.{column}.{name}",
        column=column,
        severity="query",
        fails_where=fails,
        cellwise=True,
        message=message,
        source=_SOURCE,
        fails_on=({column: bad},),
    )


def _rules(context: Context) -> tuple[Rule, ...]:
    good = _good_day(context)
    owner = context.owners[0] if context.owners else _GOOD_OWNER
    names = [name.casefold() for name in context.owners]
    listed = raw("owner").str.to_lowercase().is_in(names)
    person = raw("owner").str.contains(_PERSON)
    return (
        Rule(
            f"{CODE}.action_ref.once",
            column="action_ref",
            severity="error",
            fails_where=v("action_ref").is_duplicated() & v("action_ref").is_not_null(),
            message="2 actions have the same number. Give each action a number of its own, for example A07.",
            source=_SOURCE,
            fails_on=({}, {}),
        ),
        Rule(
            f"{CODE}.action_ref.form",
            column="action_ref",
            severity="error",
            fails_where=~raw("action_ref").str.contains(r"^[Aa][0-9]{2,3}$"),
            cellwise=True,
            message="The number of an action is the letter A and 2 or 3 digits. Enter it so, for example A01.",
            source=_SOURCE,
            fails_on=({"action_ref": "one"},),
        ),
        Rule(
            f"{CODE}.owner.person",
            column="owner",
            severity="error",
            fails_where=person,
            cellwise=True,
            message=f"The owner reads like a person's name. Give the body that sees to it, for example {owner}.",
            source="no record names staff (L5)",
            fails_on=({"owner": "Dr Example"},),
        ),
        _query(
            "blank",
            "owner",
            raw("owner").is_null(),
            f"The action has no owner. Give the body that sees to it, for example {owner}.",
            None,
        ),
        _query(
            "listed",
            "owner",
            # What reads like a person's name breaks the rule above, and is told of once.
            ~listed & ~person,
            f"The owner is not a body of this inspection. Use a name of the list, for example {owner}. Leave it as it "
            "is if it is the name of a body that has no account here.",
            "A body of which nobody has heard",
        ),
        _query(
            "blank",
            "measure",
            raw("measure").is_null(),
            f"The action has no measure. Say by what you will know that it worked, for example: {_GOOD_MEASURE}.",
            None,
        ),
        _query(
            "vague",
            "measure",
            raw("measure").str.contains(_VAGUE),
            f"The measure tells nobody whether the action worked. Give a figure and where it comes from, for example: "
            f"{_GOOD_MEASURE}.",
            "Ongoing",
        ),
        _query(
            "blank",
            "due_date",
            raw("due_date").is_null(),
            f"The action has no day. Give the day by which it is done, for example {good}.",
            None,
        ),
        _query(
            "past",
            "due_date",
            v("due_date") < context.extracted,
            f"The day is past. Give a day that is still to come, for example {good}.",
            "01/02/2016",
        ),
    )


PLAN = Contract(
    CODE,
    "Plan that answers the letter",
    None,
    "One row for each action. Each area for improvement and each priority action of the letter needs at least one.",
    (Sheet(CODE, _COLUMNS, ("action_ref",), _rules),),
)


def plan_for(context: Context) -> Contract:
    """Return the contract of one inspection's plan: its origins are the parts of the letter, its good values fit."""
    codes = CodeSet("ORIGINS", tuple(Code(identity, words) for identity, words in context.origins))
    good = {"due_date": _good_day(context)}
    good |= {"origin": codes.values[0]} if codes.codes else {}
    good |= {"owner": context.owners[0]} if context.owners else {}
    columns = (replace(column, example=good.get(column.name, column.example)) for column in _COLUMNS)
    fitted = tuple(
        replace(column, type="category", codes=codes) if column.name == "origin" and codes.codes else column
        for column in columns
    )
    return replace(PLAN, sheets=(replace(PLAN.main, columns=fitted),))

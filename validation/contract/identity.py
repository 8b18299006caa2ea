"""The identity block: what each agency holds to recognise a child; its columns, its rules, its one canonical shape."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from models.frames import Frame, FrameColumn
from models.words import long
from validation.contract.codes import SEX
from validation.contract.context import Context
from validation.contract.identifiers import (
    POSTCODE,
    bad_form,
    bad_nhs_number,
    bad_upn_authority,
    bad_upn_format,
    bad_upn_letter,
)
from validation.contract.model import Column, raw, v
from validation.contract.not_values import (
    identifies_nobody,
    never_a_childs_birth,
    never_a_name,
    never_issued,
    often_made_up,
)
from validation.contract.rules import Rule, WholeRule

# A pregnancy lasts 40 weeks; a child four weeks overdue is born, and the record was not kept up.
_LATEST_BIRTH = timedelta(days=280)
_OVERDUE = timedelta(days=28)
# Lists of children go up to 25, for care leavers.
_OLDEST_YEARS = 26


def _column(name: str, guidance: str, example: str, **more: object) -> Column:
    return Column(name, more.pop("type", "string"), guidance, example, block="ID", **more)  # type: ignore[arg-type]


BLOCK: tuple[Column, ...] = (
    _column("forename", "The child's forename as you hold it, with accents, hyphens and apostrophes.", "Siân"),
    _column("surname", "The child's surname as you hold it.", "O'Brien"),
    _column(
        "date_of_birth",
        "The child's date of birth.",
        "14/03/2020",
        type="date",
        required="conditional",
        when="unless the child is unborn",
    ),
    _column(
        "expected_date_of_birth",
        "The expected date of birth of an unborn child.",
        "02/06/2025",
        type="date",
        required="conditional",
        when="if the child is unborn",
    ),
    _column("sex", "The child's sex; U for an unborn child.", "F", type="category", codes=SEX),
    _column("postcode", "The postcode of the child's home.", "RG1 1AA", shape="postcode"),
    _column("nhs_number", "The child's NHS number: 10 digits.", "9434765919", shape="compact"),
    _column("upn", "The child's unique pupil number: a letter and 12 characters.", "H801200001001", shape="compact"),
    _column("la_child_id", "The council's own number for the child.", "CH000123"),
    _column("mother_forename", "For an unborn child, the mother's forename.", "Alys"),
    _column("mother_surname", "For an unborn child, the mother's surname.", "O'Brien"),
    _column("mother_date_of_birth", "For an unborn child, the mother's date of birth.", "09/11/1994", type="date"),
    _column("mother_nhs_number", "For an unborn child, the mother's NHS number.", "9434765870", shape="compact"),
)


class Record(Frame):
    """The child-level records of an accepted return in one shape, whatever the return calls its columns."""

    row = FrameColumn(pl.Int64(), "The line in the file.")
    sheet = FrameColumn(pl.String(), "The sheet.")
    forename = FrameColumn(pl.String(), nullable=True)
    surname = FrameColumn(pl.String(), nullable=True)
    date_of_birth = FrameColumn(pl.Date(), "Blank for an unborn child, or where it is not known.", nullable=True)
    expected_date_of_birth = FrameColumn(pl.Date(), nullable=True)
    unborn = FrameColumn(pl.Boolean(), "Whether the record is about an unborn child.")
    sex = FrameColumn(pl.String(), "U where it says anything else than a code.", nullable=True, among=SEX.values)
    postcode = FrameColumn(pl.String(), nullable=True)
    nhs_number = FrameColumn(pl.String(), nullable=True)
    upn = FrameColumn(pl.String(), nullable=True)
    la_child_id = FrameColumn(pl.String(), nullable=True)
    mother_forename = FrameColumn(pl.String(), nullable=True)
    mother_surname = FrameColumn(pl.String(), nullable=True)
    mother_date_of_birth = FrameColumn(pl.Date(), nullable=True)
    mother_nhs_number = FrameColumn(pl.String(), nullable=True)
    twin = FrameColumn(
        pl.Int64(),
        "Which of several unborn children it is, from 1, where equal rows about one event tell of more than one.",
        nullable=True,
    )


@dataclass(frozen=True)
class Roles:
    """Which columns of a sheet play the parts of the identity block.

    Attributes:
        names: part -> column, where they differ.
        flag: the column that says whether the child is unborn; None where only the expected date of birth tells.
        undated: whether a row without a date of birth is about an unborn child, for lists that ask for no other sign.
        about: a column and the code in it that marks the rows about a child, where others are about adults.
        event: columns of the event or service in which each child has one row; equal rows about two are two children.
        aged: whether the return has a rule of its own about the ages of children, which an impossible birth breaks.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    flag: str | None = None
    undated: bool = False
    about: tuple[str, str] | None = None
    event: tuple[str, ...] = ()
    aged: bool = False

    def of(self, part: str) -> str:
        """Return the column that plays a part."""
        return self.names.get(part, part)

    @property
    def unborn(self) -> pl.Expr:
        """Return True where the row is about an unborn child."""
        if self.flag:
            return v(self.flag).fill_null(False)
        born = raw(self.of("date_of_birth")).is_not_null()
        return raw(self.of("expected_date_of_birth")).is_not_null() & ~born


_ANNEX_A = Roles({"la_child_id": "Child Unique ID", "date_of_birth": "Date of Birth", "sex": "Gender"}, undated=True)
_POLICE = {"date_of_birth": "child_date_of_birth", "la_child_id": "child_la_id"}

# Where the children of each return stand, and under which names.
CHILDREN: dict[str, tuple[str, Roles]] = {
    "LA-DA": ("LA-DA", Roles(flag="unborn", aged=True)),
    "POL-1": (
        "POL-1",
        Roles({**_POLICE, "nhs_number": "child_nhs_number"}, flag="unborn", event=("incident_ref",), aged=True),
    ),
    "PRO-1": ("Children", Roles(event=("crn",))),
    "HEA-1": ("HEA-1", Roles(event=("service", "provider_ods_code"))),
    **{f"LA-{n}": (f"LA-{n}", _ANNEX_A) for n in range(1, 9)},
    "POL-2": ("POL-2", Roles(_POLICE, aged=True)),
    "MAR-1": ("Children", Roles(event=("marac_case_ref",))),
    "HEA-2": ("HEA-2", Roles(about=("patient_role", "child"))),
    "EDU-1": ("EDU-1", Roles()),
    "YJS-1": ("YJS-1", Roles(aged=True)),
    "VOL-1": ("Children", Roles(event=("service_ref",))),
}


def sheet_of_children(code: str) -> str:
    """Return the name of the sheet on which the children of a return stand, to which the places of records belong."""
    return CHILDREN[code][0]


def block(roles: Roles, has: Collection[str] = ()) -> tuple[Column, ...]:
    """Return the identity columns that a sheet does not have yet, under any name."""
    return tuple(c for c in BLOCK if c.name not in has and roles.of(c.name) == c.name)


def identity_rules(context: Context, roles: Roles) -> tuple[Rule, ...]:
    """Return the rules of the identity block for a sheet."""
    return (*_numbers(roles), *_names(roles), *_births(context, roles), _findable(roles))


def _names(roles: Roles) -> tuple[Rule, ...]:
    message = (
        "This is what people enter where a child has no name yet or none is known, not a {part}. Leave the cell blank, "
        "or enter the name; explain it if it is the name."
    )
    parts = ("forename", "surname", "mother_forename", "mother_surname")
    return tuple(
        Rule(
            f"ID.{part}.no_name",
            column=roles.of(part),
            severity="query",
            fails_where=never_a_name(raw(roles.of(part))),
            cellwise=True,
            message=message.format(part=part.rpartition("_")[2]),
            source="NHS data dictionary, names of babies; otherwise this project",
            fails_on=({roles.of(part): "Unborn baby"},),
        )
        for part in parts
    )


def _numbers(roles: Roles) -> tuple[Rule, ...]:
    nhs, mother, upn = roles.of("nhs_number"), roles.of("mother_nhs_number"), roles.of("upn")
    code = roles.of("la_child_id")
    wrong = (
        "The NHS number is not valid: it has 10 digits, of which the last is a check digit. Copy it again from your "
        "system (a spreadsheet may have dropped a leading digit or rounded it); leave the cell blank if you do not "
        "hold it."
    )
    postcode = (
        "The postcode is not a full UK postcode. Enter one such as RG1 1AA. Write ZZ99 3VZ where there is no fixed "
        "home, and Withheld where the address is secret."
    )
    letter = "The UPN's first letter does not agree with its digits. Copy it again; a good one is H801200001001."
    form = (
        "The UPN is not a letter followed by 11 digits and a digit or letter. Copy it again; a good one is "
        "H801200001001."
    )
    place = (
        "Characters 2 to 4 of the UPN are not the number of a local authority. Copy it again; a good one is "
        "H801200001001."
    )
    name = "The council's number for a child has at most 20 letters and digits and nothing else, for example CH000123."
    return (
        Rule(
            "ID.nhs_number.check_digit",
            column=nhs,
            severity="error",
            fails_where=bad_nhs_number(v(nhs)),
            cellwise=True,
            message=wrong,
            source="NHS data dictionary",
            fails_on=({nhs: "9434765918"},),
        ),
        Rule(
            "ID.mother_nhs_number.check_digit",
            column=mother,
            severity="error",
            fails_where=bad_nhs_number(v(mother)),
            cellwise=True,
            message=wrong,
            source="NHS data dictionary",
            fails_on=({mother: "943476591"},),
        ),
        *(
            Rule(
                f"ID.{part}.placeholder",
                column=column,
                severity="query",
                fails_where=never_issued(v(column)),
                cellwise=True,
                message=(
                    "This number was never issued: it is one that people type to get past a field. Leave the cell "
                    "blank, enter the NHS number, or explain why it is right."
                ),
                source="NHS data dictionary",
                fails_on=({column: "9999999999"},),
            )
            for part, column in (("nhs_number", nhs), ("mother_nhs_number", mother))
        ),
        Rule(
            "ID.upn.format",
            column=upn,
            severity="error",
            fails_where=bad_upn_format(v(upn)),
            cellwise=True,
            message=form,
            source="CIN 1540, 1550",
            fails_on=({upn: "H80120000100"},),
        ),
        Rule(
            "ID.upn.authority",
            column=upn,
            severity="error",
            fails_where=bad_upn_authority(v(upn)),
            cellwise=True,
            message=place,
            source="CIN 1530",
            fails_on=({upn: "H999200001001"},),
        ),
        Rule(
            "ID.upn.check_letter",
            column=upn,
            severity="error",
            fails_where=bad_upn_letter(v(upn)),
            cellwise=True,
            message=letter,
            source="CIN 1510",
            fails_on=({upn: "A801200001001"},),
        ),
        Rule(
            "ID.la_child_id.format",
            column=code,
            severity="error",
            fails_where=bad_form(v(code), r"^[A-Z0-9]{1,20}$"),
            cellwise=True,
            message=name,
            source="CIN 1570, 1580",
            fails_on=({code: "CH 12/3"},),
        ),
        Rule(
            "ID.postcode.format",
            column=roles.of("postcode"),
            severity="error",
            # The form alone: whether the postcode exists only a list of all of them could tell.
            fails_where=bad_form(v("postcode"), POSTCODE) & ~identifies_nobody(v("postcode")),
            cellwise=True,
            message=postcode,
            source="Royal Mail form",
            fails_on=({"postcode": "RG1"},),
        ),
    )


def _births(context: Context, roles: Roles) -> tuple[Rule, ...]:
    born, due, mother = roles.of("date_of_birth"), roles.of("expected_date_of_birth"), "mother_date_of_birth"
    day = context.extracted
    future = (
        f"The date of birth is after the day of the extract ({long(day)}). Check the day, month and year; if the child "
        "is unborn, use the expected date of birth instead."
    )
    range_ = (
        "The expected date of birth is not between 4 weeks before and 40 weeks after the extract. Check the day, "
        "month and year, or explain why it is right."
    )
    unlikely = (
        "The mother's date of birth makes her younger than 10 or older than 60. Check the year, for example "
        "09/11/1994, or explain why it is right."
    )
    # In whole years: a day too few or too many decides nothing where both bounds are guesses.
    age = pl.lit(day).dt.year() - v(mother).dt.year()
    wide = (v(due) < day - _OVERDUE) | (v(due) > day + _LATEST_BIRTH)
    old = (v(born) < _years_before(day, _OLDEST_YEARS)) | never_a_childs_birth(v(born))
    if roles.about:
        old = old & (v(roles.about[0]) == roles.about[1])
    unborn_row = {born: None, due: "01/01/2020", **({roles.flag: "Yes"} if roles.flag else {})}
    return (
        Rule(
            "ID.date_of_birth.future",
            column=born,
            severity="error",
            fails_where=v(born) > day,
            cellwise=True,
            message=future,
            source="CIN 8520",
            fails_on=({born: "01/01/2090"},),
        ),
        *(
            ()
            if roles.aged
            else (
                Rule(
                    "ID.date_of_birth.plausible",
                    column=born,
                    severity="query",
                    fails_where=old,
                    cellwise=not roles.about,
                    message=(
                        f"The date of birth makes the child older than {_OLDEST_YEARS - 1}. Systems write days such as "
                        "1 January 1900 or 1970 where they hold none. Enter the day, leave the cell blank, or explain "
                        "why it is right."
                    ),
                    source="this project",
                    fails_on=({born: "01/01/1900", **({roles.about[0]: roles.about[1]} if roles.about else {})},),
                ),
            )
        ),
        Rule(
            "ID.expected_date_of_birth.plausible",
            column=due,
            severity="query",
            fails_where=wide,
            cellwise=True,
            message=range_,
            source="CIN 8530Q",
            fails_on=(unborn_row,),
        ),
        Rule(
            "ID.mother_date_of_birth.plausible",
            column=mother,
            severity="query",
            fails_where=(age < 10) | (age > 60),
            cellwise=True,
            message=unlikely,
            source="this project",
            fails_on=({mother: "01/01/2024"},),
        ),
    )


def _years_before(day: date, years: int) -> date:
    # 29 February has no counterpart in most years; a day too few decides nothing.
    return day.replace(year=day.year - years, day=min(day.day, 28))


def _findable(roles: Roles) -> Rule:
    def filled(*parts: str) -> pl.Expr:
        return pl.all_horizontal(raw(roles.of(p)).is_not_null() for p in parts)

    named = filled("forename", "surname", "date_of_birth")
    mother = filled("mother_forename", "mother_surname", "mother_date_of_birth") | filled("mother_nhs_number")
    findable = filled("nhs_number") | filled("la_child_id") | named | (roles.unborn & mother)
    message = (
        "This child cannot be looked for in other agencies' lists. Give the NHS number, the council's number, or "
        "forename, surname and date of birth (for an unborn child the mother's), or explain why none is held."
    )
    blank: dict[str, str | None] = {roles.of(p): None for p in ("nhs_number", "la_child_id", "forename")}
    return Rule(
        "ID.child.findable",
        column=roles.of("surname"),
        severity="query",
        fails_where=~findable,
        message=message,
        source="this project",
        fails_on=(blank,),
    )


_NEW_YEARS = 5
_OFTEN = 10 / 365  # ten times what chance gives


def whole_rules(roles: Roles) -> tuple[WholeRule, ...]:
    """Return the rules about all children of a sheet together."""
    born = roles.of("date_of_birth")

    def new_years(frame: pl.DataFrame, _: Context) -> str:
        # Of births that nobody can have had a rule speaks at each.
        births = frame.select(v(born).filter(~never_a_childs_birth(v(born)))).to_series().drop_nulls()
        made_up = births.to_frame("birth").filter(often_made_up(pl.col("birth"))).height
        return f"{made_up:,} of {len(births):,}" if made_up > max(_NEW_YEARS, len(births) * _OFTEN) else ""

    rule = WholeRule(
        "ID.date_of_birth.new_year",
        column=born,
        severity="info",
        find=new_years,
        message=(
            "{what} dates of birth are 1 January, far more than chance would give. Systems write that day where only "
            "the year is known. Nothing needs fixing if it is so; these dates count less when records are compared."
        ),
        source="this project",
        example="40 of 300",
        fails_on=tuple({born: f"01/01/{year}"} for year in range(2016, 2024)),
    )
    return (rule,)


def records(code: str, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the child-level records of an accepted return in one canonical shape.

    Args:
        code: the return, such as `POL-1`.
        frames: its canonical frames by sheet, as an `Outcome` holds them.

    Returns:
        One row for each child-level record, the columns of `Record`; empty for a return without children.
    """
    sheet, roles = CHILDREN.get(code, ("", Roles()))
    frame = frames.get(sheet)
    if frame is None:
        return Record.empty()
    if roles.about:
        column, code_of_child = roles.about
        frame = frame.filter(pl.col(column) == code_of_child)
    taken = [
        (pl.col(roles.of(part)) if roles.of(part) in frame.columns else pl.lit(None)).cast(kind).alias(part)
        for part, kind in Record.schema.items()
        if part not in ("sheet", "unborn", "twin")
    ]
    made = frame.select(*taken, _flag(roles, frame).alias("unborn"), pl.lit(sheet).alias("sheet"))
    sex = pl.when(pl.col("sex").is_in(SEX.values) | pl.col("sex").is_null()).then("sex").otherwise(pl.lit("U"))
    # A date of birth outweighs the flag, for a record often keeps the flag after the birth.
    unborn = pl.col("unborn").fill_null(False) & pl.col("date_of_birth").is_null()
    made = made.with_columns(sex.alias("sex"), unborn.alias("unborn"))
    numbered = made.join(_twins(made, frame, roles.event), on="row", how="left", maintain_order="left")
    return Record.crossing(numbered.select(list(Record.schema)))


def _twins(made: pl.DataFrame, frame: pl.DataFrame, event: Sequence[str]) -> pl.DataFrame:
    """Return the rows that tell of one of several unborn children, and which; by what rows hold, in any order (L4).

    No number tells one unborn child from another: where each child of an event has one row, 2 equal rows are twins.
    """
    unborn = made.filter(pl.col("unborn"))
    if unborn.is_empty() or not event:
        return pl.DataFrame(schema={"row": made.schema["row"], "twin": pl.Int64})
    cells = [name for name, kind in frame.schema.items() if name != "row" and not kind.is_nested()]
    # One blank among the cells would make the whole text blank.
    content = pl.concat_str(pl.col(name).cast(pl.String).fill_null("") for name in cells).alias("content")
    equal = [name for name in made.columns if name != "row"] + [f"event {name}" for name in event]
    rest = frame.select("row", *(pl.col(name).alias(f"event {name}") for name in event), content)
    placed = unborn.join(rest, on="row", how="left", maintain_order="left").filter(pl.len().over(equal) > 1)
    return placed.select("row", pl.col("content").rank("ordinal").over(equal).cast(pl.Int64).alias("twin"))


def _flag(roles: Roles, frame: pl.DataFrame) -> pl.Expr:
    # Such lists ask for no other sign; a date of birth still makes the row a born child's, below.
    if roles.undated:
        return pl.lit(True)
    if roles.flag and roles.flag in frame.columns:
        return pl.col(roles.flag)
    due = roles.of("expected_date_of_birth")
    return pl.col(due).is_not_null() if due in frame.columns else pl.lit(False)

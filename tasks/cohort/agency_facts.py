"""What agencies record of each child: the council's status and contacts, the police's incidents and gravest risk."""

from collections.abc import Mapping

import polars as pl

from models.ids import OF_A_KIND
from models.themes import Theme
from tasks.cohort.frame import INCIDENTS, REGISTER, column
from tasks.cohort.points import own_points, reached
from validation.files.senders import own_reference, sender_of

Returns = Mapping[str, Mapping[str, pl.DataFrame]]

# Gravest first: where a return gives a child two values, the graver counts.
STATUSES = (
    "looked_after",
    "child_protection_plan",
    "child_in_need_plan",
    "open_assessment",
    "early_help",
    "contact_only",
    "no_further_action",
    "closed",
)
RISKS = ("high", "medium", "standard", "not_assessed")
_LAST = 99


def _linked(frames: Returns, links: pl.DataFrame, code: str, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return some columns of a return's own sheet with the child of each row; empty without the return."""
    sheet = frames.get(code, {}).get(code)
    if sheet is None:
        return pl.DataFrame(schema={"child": pl.String(), "row": pl.Int64(), **columns})
    taken = sheet.select(pl.col("row").cast(pl.Int64), *(column(sheet, name, kind) for name, kind in columns.items()))
    # Rows by their place in the file: linkage gave each of them its child.
    rows = links.filter(pl.col("return") == code).select("row", "child")
    return rows.join(taken, on="row", how="inner").select("child", "row", *columns).sort("child", "row")


def _order(values: tuple[str, ...], name: str) -> pl.Expr:
    places = {value: place for place, value in enumerate(values)}
    return pl.col(name).replace_strict(places, default=_LAST, return_dtype=pl.Int64)


def council(frames: Returns, links: pl.DataFrame, theme: Theme) -> pl.DataFrame:
    """Return what the council records: child, ethnicity, disability, case_status, marac, contacted; one row a child.

    Beside these stands whether each decision point was reached that the theme knows in a way of its own.
    """
    latest, own = theme.lists.named("latest_da_contact_date"), own_points(theme)
    columns: dict[str, pl.DataType] = {
        **{where.column: pl.String() for where in own.values()},
        "ethnicity": pl.String(),
        "disability": pl.String(),
        "case_status": pl.String(),
        "marac_heard": pl.String(),
        "contacts_in_window": pl.Int64(),
        latest: pl.Date(),
    }
    rows = _linked(frames, links, REGISTER, columns).with_columns(_order(STATUSES, "case_status").alias("gravity"))
    contacted = (pl.col("contacts_in_window") >= 1) | pl.col(latest).is_not_null()
    return (
        # Sorted by what the cells hold and not by rows: another order of the file gives the same frame (L4).
        rows.sort("child", "gravity", "case_status", "ethnicity", nulls_last=True)
        .group_by("child", maintain_order=True)
        .agg(
            pl.col("ethnicity").drop_nulls().first(),
            # A disability that one record names and another does not know of is there.
            pl.when((pl.col("disability") == "Yes").any())
            .then(pl.lit("yes"))
            .when((pl.col("disability") == "No").any())
            .then(pl.lit("no"))
            .alias("disability"),
            pl.col("case_status").first(),
            (pl.col("marac_heard") == "Yes").fill_null(False).any().alias("marac"),
            contacted.fill_null(False).any().alias("contacted"),
            *(reached(where).any().alias(name) for name, where in own.items()),
        )
    )


def police(frames: Returns, links: pl.DataFrame) -> pl.DataFrame:
    """Return what the police record: child, incidents (distinct references), police_risk (the highest grade)."""
    # References and not rows, for an incident may have several rows about one child.
    rows = _linked(frames, links, INCIDENTS, {"incident_ref": pl.String(), "risk_grade": pl.String()})
    reference = own_reference(pl.col("incident_ref"), pl.col("row"))
    return (
        rows.with_columns(_order(RISKS, "risk_grade").alias("gravity"))
        .sort("child", "gravity", "risk_grade", nulls_last=True)
        .group_by("child", maintain_order=True)
        .agg(
            reference.drop_nulls().n_unique().cast(pl.Int64).alias("incidents"),
            pl.col("risk_grade").first().alias("police_risk"),
        )
    )


def agencies(links: pl.DataFrame, theme: Theme) -> pl.DataFrame:
    """Return which kinds of agency know each child: child, agencies (sorted list)."""
    kinds = {
        f"{code} {place}": kind
        for code in {owed.code for owed in theme.returns}
        for place, kind in enumerate(theme.kinds_asked(code))
    }
    # Several kinds may send one return; a row's sender says of which kind it is.
    sent = pl.format("{} {}", "return", (sender_of(pl.col("row")) - 1) // OF_A_KIND)
    agency = sent.replace_strict(kinds, default=pl.col("return"), return_dtype=pl.String)
    named = links.with_columns(agency.alias("agency"))
    return named.group_by("child").agg(pl.col("agency").unique().sort().alias("agencies")).sort("child")


def household_tokens(frames: Returns, links: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Return what may show that children live together: child, token (household, surname at an address)."""
    council_rows = _linked(frames, links, REGISTER, {"household_id": pl.String()})
    # Surname and postcode, for a postcode alone is shared by neighbours and a surname alone by strangers.
    surname = pl.coalesce("surname", "mother_surname").str.to_lowercase().str.replace_all(r"[^\p{L}]", "")
    postcode = pl.col("postcode").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    tokens = [
        council_rows.select("child", _token("household", own_reference(pl.col("household_id"), pl.col("row")))),
        records.select("child", _token("address", surname + "|" + postcode)),
    ]
    return pl.concat(tokens).filter(pl.col("token").is_not_null()).unique().sort("child", "token")


def _token(kind: str, value: pl.Expr) -> pl.Expr:
    return (pl.lit(f"{kind}|") + value).alias("token")

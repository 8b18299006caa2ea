"""Adults in the returns, victims and perpetrators: linked by their numbers, and the children whom each concerns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from models.frames import Frame, FrameColumn
from tasks.linkage.clusters import Forest, Guard
from tasks.linkage.pseudonyms import named
from validation.contract.identifiers import bad_nhs_number, bad_pnc, compact, pnc_key
from validation.files.senders import named_together, own_reference

VICTIM, PERPETRATOR = "victim", "perpetrator"


class Adults(Frame):
    """The records of victims and perpetrators, each under its pseudonym."""

    adult = FrameColumn(pl.String(), "The pseudonym.")
    role = FrameColumn(pl.String(), among=(VICTIM, PERPETRATOR))
    return_ = FrameColumn(pl.String())
    row = FrameColumn(pl.Int64(), "The line in the file.")
    probability = FrameColumn(pl.Float64(), "That the record is about this adult.", least=0, most=1)


class AdultChildren(Frame):
    """Which child each adult concerns."""

    adult = FrameColumn(pl.String(), "The pseudonym.")
    child = FrameColumn(pl.String(), "The pseudonym.")
    role = FrameColumn(pl.String(), among=(VICTIM, PERPETRATOR))
    key = ("adult", "child", "role")


_IDENTITY: dict[str, pl.DataType] = {
    "keeper": pl.String(),
    "role": pl.String(),
    "pnc": pl.String(),
    "crn": pl.String(),
    "nhs": pl.String(),
    "reference": pl.String(),
    "born": pl.Date(),
}
_NUMBERS = ("pnc", "crn", "nhs", "born")
_PEOPLE = "Children"
# A reference shared by more records than this is a placeholder.
_COMMON = 60
_POLICE, _MARAC, _PROBATION = "police", "marac", "PRO-1"

Returns = Mapping[str, Mapping[str, pl.DataFrame]]


@dataclass(frozen=True)
class AdultSource:
    """Where a return lists adults of one role.

    Attributes:
        code: the return; its adults are on the sheet of the same name.
        keeper: the agency whose references it uses.
        role: their role; None where a column gives it.
        columns: part of the identity -> column.
        children: the column that the sheet of children repeats; None where each row is about one child, and empty
            where the list names no child.
    """

    code: str
    keeper: str
    role: str | None
    columns: Mapping[str, str] = field(default_factory=dict)
    children: str | None = None


SOURCES = (
    AdultSource("POL-1", _POLICE, VICTIM, {"reference": "victim_ref"}),
    AdultSource("POL-1", _POLICE, PERPETRATOR, {"reference": "suspect_ref", "pnc": "suspect_pnc_id"}),
    AdultSource(
        "POL-3",
        _POLICE,
        PERPETRATOR,
        {"reference": "suspect_ref", "pnc": "pnc_id", "crn": "crn", "born": "date_of_birth"},
        "",
    ),
    AdultSource(_PROBATION, "probation", PERPETRATOR, {"pnc": "pnc_id", "crn": "crn", "born": "date_of_birth"}, "crn"),
    AdultSource("MAR-1", _MARAC, VICTIM, {"reference": "victim_ref"}, "marac_case_ref"),
    AdultSource("MAR-1", _MARAC, PERPETRATOR, {"reference": "perpetrator_ref"}, "marac_case_ref"),
    AdultSource("HEA-2", "health", None, {"nhs": "nhs_number"}, ""),
)
_ROLES = {"adult_victim": VICTIM, "perpetrator": PERPETRATOR}


def adults(frames: Returns, links: pl.DataFrame, key: bytes = b"") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Link the adults of all returns.

    Args:
        frames: return code -> sheet -> canonical frame with a `row` column.
        links: return, row, child of the children.
        key: secret of the pseudonyms.

    Returns:
        Adults, one row a record (the columns of `Adults`), and which child each concerns (`AdultChildren`); both
        sorted, the same for any order of rows.
    """
    records = pl.concat([_records(source, frames) for source in SOURCES])
    people = records.select(list(_IDENTITY)).unique().sort(list(_IDENTITY), nulls_last=True).with_row_index("id")
    people = people.with_columns(pl.col("id").cast(pl.Int64))
    members = records.join(people, on=list(_IDENTITY), nulls_equal=True, how="left")
    concerned = pl.concat([_concerned(source, frames, members, links) for source in SOURCES]).unique()
    grown, sureness = _grown(people, concerned)
    roots = grown.roots()
    names = named(_strongest(people, roots), key, "adult")
    of = pl.DataFrame(
        {"id": range(len(roots)), "adult": [names[root] for root in roots], "probability": sureness},
        schema={"id": pl.Int64, "adult": pl.String, "probability": pl.Float64},
    )
    records_of = members.join(of, on="id").select(list(Adults.schema)).sort(list(Adults.schema))
    pairs = concerned.join(of, on="id").join(people.select("id", "role"), on="id")
    children = pairs.select(list(AdultChildren.schema)).unique().sort(list(AdultChildren.schema))
    return Adults.crossing(records_of), AdultChildren.crossing(children)


def on_probation(records: pl.DataFrame, concerned: pl.DataFrame) -> frozenset[str]:
    """Return the children with a perpetrator whom probation manages, whether or not probation's list names them."""
    managed = records.filter(pl.col("return") == _PROBATION).select("adult").unique()
    perpetrators = concerned.filter(pl.col("role") == PERPETRATOR)
    return frozenset(perpetrators.join(managed, on="adult", how="semi")["child"])


def victims(concerned: pl.DataFrame) -> pl.DataFrame:
    """Return who may be the child of which victim, as a token by which children live together: child, token."""
    token = (pl.lit("adult|") + pl.col("adult")).alias("token")
    return concerned.filter(pl.col("role") == VICTIM).select("child", token)


def _records(source: AdultSource, frames: Returns) -> pl.DataFrame:
    """Return the adults of a source: return, row, link (what the sheet of children repeats), columns of _IDENTITY."""
    sheet = frames.get(source.code, {}).get(source.code)
    schema = {"return": pl.String(), "row": pl.Int64(), "link": pl.String(), **_IDENTITY}
    if sheet is None:
        return pl.DataFrame(schema=schema)
    role = pl.lit(source.role) if source.role else _column(sheet, "patient_role").replace_strict(_ROLES, default=None)
    parts = {part: _column(sheet, source.columns.get(part, "")) for part in _IDENTITY if part not in {"keeper", "role"}}
    row = pl.col("row").cast(pl.Int64)
    number, pnc = compact(parts["nhs"].cast(pl.String)), parts["pnc"].cast(pl.String)
    parts["nhs"] = pl.when(~bad_nhs_number(number)).then(number)
    parts["pnc"] = pl.when(~bad_pnc(pnc)).then(pnc_key(pnc))
    profiles = sheet.select(
        pl.lit(source.code).alias("return"),
        row,
        own_reference(_column(sheet, source.children or "").cast(pl.String), row).alias("link"),
        own_reference(pl.lit(source.keeper), row).alias("keeper"),
        role.alias("role"),
        *(parts[part].cast(kind).alias(part) for part, kind in _IDENTITY.items() if part in parts),
    )
    identified = pl.any_horizontal(pl.col("pnc", "crn", "nhs", "reference").is_not_null())
    return profiles.filter(identified & pl.col("role").is_not_null()).select(list(schema)).cast(schema)  # type: ignore[arg-type]


def _column(sheet: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in sheet.columns else pl.lit(None)


def _concerned(source: AdultSource, frames: Returns, members: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Return the children of each profile of a source: id, child."""
    ours = members.filter((pl.col("return") == source.code) & (pl.col("role") == (source.role or "")))
    children = links.filter(pl.col("return") == source.code).select("row", "child")
    if source.children is None:
        return ours.join(children, on="row").select("id", "child")
    sheet = frames.get(source.code, {}).get(_PEOPLE)
    if not source.children or sheet is None or source.children not in sheet.columns:
        return pl.DataFrame(schema={"id": pl.Int64, "child": pl.String})
    row = pl.col("row").cast(pl.Int64)
    key = own_reference(pl.col(source.children).cast(pl.String), row).alias("link")
    named_rows = sheet.select(row, key).join(children, on="row")
    return ours.select("id", "link").join(named_rows, on="link").select("id", "child")


def _grown(people: pl.DataFrame, concerned: pl.DataFrame) -> tuple[Forest, list[float]]:
    """Join profiles rung after rung; two numbers or births that differ are two adults.

    Returns:
        The groups, and for each profile the probability of the rung that joined it to another.
    """
    size = people.height
    numbers = tuple(people[kind].cast(pl.String).to_list() for kind in _NUMBERS)
    grown = Forest(list(range(size)), (*numbers, [None] * size), [0] * size)
    police = people.filter(pl.col("keeper").str.starts_with(_POLICE))
    # A police force gives a person one reference; those of other agencies count only with a child in common.
    shared = people.join(concerned, on="id")
    rungs: tuple[tuple[str, float, pl.DataFrame], ...] = (
        ("PNC ID", 0.999, _pairs(people, "pnc")),
        ("CRN", 0.998, _pairs(people, "crn")),
        ("NHS number", 0.997, _pairs(people, "nhs")),
        ("reference of the police", 0.99, _pairs(police, "keeper", "role", "reference")),
        ("reference and a child", 0.95, _of_one_count(_pairs(shared, "role", "reference", "child"), people)),
    )
    sureness: list[float] = [1.0] * size
    for step, probability, pairs in rungs:
        _climb(grown, sureness, step, probability, pairs.iter_rows())
    # By group, after all other rungs: a birth in one source and a child in another meet only in a joined adult.
    whole = people.with_columns(pl.Series("group", grown.roots(), pl.Int64))
    grouped = whole.join(concerned, on="id").select("group", "role", "child").unique()
    born = whole.filter(pl.col("born").is_not_null()).select("group", "born", "role", "id")
    by_birth = _pairs(born.join(grouped, on=["group", "role"]), "role", "born", "child")
    _climb(grown, sureness, "date of birth and a child", 0.9, by_birth.iter_rows())
    return grown, sureness


def _of_one_count(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs without those of two bodies of one kind: two police forces both have a first suspect."""
    keepers = named_together(people.select("id", "keeper", kind="keeper"), "kind")
    both = pairs.join(keepers, on="id").join(keepers, left_on="id_right", right_on="id", suffix="_right")
    own = (pl.col("kind") != pl.col("kind_right")) | (pl.col("keeper") == pl.col("keeper_right"))
    return both.filter(own).select("id", "id_right").sort("id", "id_right")


def _climb(
    grown: Forest, sureness: list[float], step: str, probability: float, pairs: Iterable[tuple[int, int]]
) -> None:
    for low, high in pairs:
        grown.grow(step, Guard.NUMBERS, [(probability, low, high)])
        if grown.root(low) == grown.root(high):
            for n in (low, high):
                # Rungs come the strongest first: only the first one counts.
                sureness[n] = probability if sureness[n] == 1.0 else sureness[n]


def _pairs(people: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Return pairs of profiles that share all keys, the lower id first, sorted."""
    complete = people.filter(pl.all_horizontal(pl.col(*keys).is_not_null())).select("id", *keys).unique()
    complete = complete.filter(pl.len().over(keys) <= _COMMON)
    joined = complete.join(complete, on=list(keys)).filter(pl.col("id") < pl.col("id_right"))
    return joined.select("id", "id_right").unique().sort("id", "id_right")


def _strongest(people: pl.DataFrame, roots: list[int]) -> dict[int, str]:
    strongest: dict[int, str] = {}
    grouped = people.with_columns(pl.Series("group", roots, pl.Int64))
    for kind in ("pnc", "crn", "nhs", "reference"):
        label = pl.lit("") if kind != "reference" else pl.col("keeper") + "|" + pl.col("role") + "|"
        value = (label + pl.col(kind)).min()
        for group, number in grouped.group_by("group").agg(value.alias("number")).drop_nulls().iter_rows():
            strongest.setdefault(group, f"{kind}|{number}")
    return strongest

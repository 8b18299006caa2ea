"""What the probabilistic model compares, and its parameters as a frozen artefact (Fellegi and Sunter, 1969)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from models.refusals import Refusal
from tasks.ground.digests import canonical_json, sha256

FORMAT = "jtai-linkage-model-1"
DIGITS = 6
"""Parameters and probabilities are rounded to so many digits, beyond which machines differ."""

OWN = "of the area"
"""The name of a model that an area trained on its own pairs."""

_SHIPPED = "model.json"
_ALIKE = 0.88


def _similar(column: str) -> str:
    left, right = f"l.{column}", f"r.{column}"
    part = f"(starts_with({left}, {right}) or starts_with({right}, {left}))"
    return (
        f"(damerau_levenshtein({left}, {right}) <= 2 or jaro_winkler_similarity({left}, {right}) >= {_ALIKE} or {part})"
    )


def _equal(column: str) -> str:
    return f"l.{column} = r.{column}"


def _unknown(*columns: str) -> str:
    return " or ".join(f"{side}.{column} is null" for column in columns for side in "lr")


# Comparison -> its conditions, of which the first that is true counts; blank on either side comes first, the rest last.
COMPARISONS: Mapping[str, tuple[str, ...]] = {
    "name": (
        # What one side holds of a name still counts where the other part is blank.
        f"({_unknown('forename')}) and ({_unknown('surname')})",
        f"{_equal('forename')} and {_equal('surname')}",
        "l.given = r.surname and l.surname = r.given",
        f"{_equal('forename')} and {_similar('surname')}",
        f"{_similar('forename')} and {_equal('surname')}",
        f"{_similar('forename')} and {_similar('surname')}",
        _equal("forename"),
        _equal("surname"),
        "else",
    ),
    "birth": (
        _unknown("birth"),
        _equal("birth"),
        "hamming(l.birth, r.birth) = 1 or (l.birth[1:4] = r.birth[1:4] and l.birth[5:6] = r.birth[7:8] "
        "and l.birth[7:8] = r.birth[5:6]) or abs(l.birth_day - r.birth_day) = 1",
        "l.birth[1:6] = r.birth[1:6] or abs(l.birth_day - r.birth_day) <= 31",
        "l.birth[1:4] = r.birth[1:4]",
        "else",
    ),
    "postcode": (
        _unknown("postcode"),
        _equal("postcode"),
        "damerau_levenshtein(l.postcode, r.postcode) <= 1",
        "l.postcode[:-4] = r.postcode[:-4]",
        "else",
    ),
    "sex": (_unknown("sex"), _equal("sex"), "else"),
    "nhs": (_unknown("nhs"), _equal("nhs"), "else"),
}

# Pairs worth a look; two records of one child that agree on none of these are not found.
BLOCKS = (
    "l.nhs = r.nhs",
    "l.forename = r.forename and l.surname = r.surname",
    "l.given = r.surname and l.surname = r.given",
    "l.postcode = r.postcode",
    f"l.forename = r.forename and l.surname[1:1] = r.surname[1:1] and ({_unknown('birth')})",
    f"l.surname = r.surname and l.forename[1:1] = r.forename[1:1] and ({_unknown('birth')})",
    "l.given = r.surname and l.birth = r.birth",
    "l.birth = r.birth and l.postcode[:-4] = r.postcode[:-4]",
    "l.birth = r.birth and l.surname[1:2] = r.surname[1:2]",
    "l.birth = r.birth and l.forename[1:2] = r.forename[1:2]",
)

Weights = Mapping[str, tuple[tuple[float, float], ...]]


@dataclass(frozen=True)
class Model:
    """The parameters of a model.

    Attributes:
        name: which model it is: `shipped-1`, or the area's own.
        pairs: how many joined pairs it was trained on.
        prior: probability that two records taken at random are of one child.
        weights: comparison -> for each condition but the first, the share of pairs of one child (m) and of two children
            (u) for which it is true.
    """

    name: str
    pairs: int
    prior: float
    weights: Weights

    @property
    def own(self) -> bool:
        """Return whether the weights are what this area's own pairs taught."""
        return self.name == OWN

    @property
    def data(self) -> bytes:
        """Return the model as canonical JSON."""
        weights = {name: [list(level) for level in levels] for name, levels in self.weights.items()}
        artefact = {"format": FORMAT, "name": self.name, "pairs": self.pairs, "prior": self.prior, "weights": weights}
        return canonical_json(artefact) + b"\n"

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the artefact."""
        return sha256(self.data)


class ModelFormatError(Refusal):
    """The artefact is not a model that this code can use."""

    def __init__(self) -> None:
        super().__init__(f"This is no linkage model of the format {FORMAT}. Use the code version of its manifest.")


def read_model(data: bytes) -> Model:
    """Read a frozen model.

    Raises:
        ModelFormatError: it is of another format, or compares other things.
    """
    artefact = json.loads(data)
    if artefact.get("format") != FORMAT:
        raise ModelFormatError
    weights = {name: tuple((m, u) for m, u in levels) for name, levels in artefact["weights"].items()}
    if {name: len(levels) + 1 for name, levels in weights.items()} != {n: len(c) for n, c in COMPARISONS.items()}:
        raise ModelFormatError
    return Model(artefact["name"], artefact["pairs"], artefact["prior"], weights)


@cache
def shipped() -> Model:
    """Return the model that comes with the code, trained on made-up areas by `make model`."""
    return read_model(files("tasks.linkage").joinpath(_SHIPPED).read_bytes())


def settings(model: Model | None, blocks: tuple[str, ...]) -> dict[str, Any]:
    """Return Splink's settings: the comparisons, with the parameters of a model where there is one."""
    # Splink expects the blank level first and marked as such, for it takes no part in the weight of a pair.
    comparisons = []
    for name, conditions in COMPARISONS.items():
        levels = [_level(condition) for condition in conditions]
        if model is not None:
            for level, (m, u) in zip(levels[1:], model.weights[name], strict=True):
                level |= {"m_probability": m, "u_probability": u}
        levels[0]["is_null_level"] = True
        comparisons.append({"output_column_name": name, "comparison_levels": levels})
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in blocks],
        "probability_two_random_records_match": model.prior if model else 1e-4,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "linker_uid": "jtai",
    }


def _level(condition: str) -> dict[str, Any]:
    """Return a level as Splink takes it, which names the sides by a suffix here and by a prefix in blocking rules."""
    sql = "ELSE" if condition == "else" else re.sub(r"\b([lr])\.(\w+)", r"\2_\1", condition)
    return {"sql_condition": sql, "label_for_charts": condition}

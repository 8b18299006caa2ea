"""Splink on DuckDB: trains the model and scores the pairs that the ladder left apart (L4, L5)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from models.refusals import OperatorError
from tasks.linkage.model import BLOCKS, DIGITS, Model, Weights, settings, shipped
from validation.contract.not_values import often_made_up

if TYPE_CHECKING:
    from splink import Linker

_SEED = 20_241
_MEMORY = "4GB"
_THREADS = 2
# Training sees at most so many profiles, all of a child or none: more change nothing but the time.
_PROFILES = 30_000
_RANDOM_PAIRS = 200_000
_TRAINING = (
    "l.birth = r.birth",
    "l.forename = r.forename and l.surname = r.surname",
)
# What an area's pairs do not show may come yet: people slip in more ways than any list of them shows.
_LEAST_M, _LEAST_U = 1e-3, 1e-6
_SCHEMA: dict[str, pl.DataType] = {"low": pl.Int64(), "high": pl.Int64(), "probability": pl.Float64()}


class ModelFaultError(OperatorError):
    """The model could not be trained or applied; the engine's own message may quote records and is dropped (L5)."""


def train(people: pl.DataFrame, roots: list[int], threads: int = _THREADS) -> Weights:
    """Learn the weights of a model from the profiles of an area by expectation maximisation, u from random pairs.

    Args:
        people: profiles, as `profiles` returns them.
        roots: the group of each profile, as far as the ladder joined them.
        threads: of the engine.

    Returns:
        The weights, rounded; what the area's pairs do not show is taken from the shipped model.
    """
    compared = _compared(people, roots)
    with _linker(_sampled(compared), None, threads) as linker:
        linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=_SEED)
        for rule in _TRAINING:
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )
        learned = linker.misc.save_model_to_json()
    return _weights(learned)


def score(people: pl.DataFrame, roots: list[int], model: Model, least: float, threads: int = _THREADS) -> pl.DataFrame:
    """Score pairs of profiles of different groups with a frozen model.

    Returns:
        low, high (profile ids), probability (rounded, at least `least`); the surest first.
    """
    compared = _compared(people, roots)
    if compared["child"].n_unique() < 2:
        return pl.DataFrame(schema=_SCHEMA)
    with _linker(compared, model, threads) as linker:
        scored = linker.inference.predict(threshold_match_probability=least).as_duckdbpyrelation()
        rows: pl.DataFrame = scored.select("id_l", "id_r", "match_probability").pl()
    frame = rows.select(
        pl.min_horizontal("id_l", "id_r").cast(pl.Int64).alias("low"),
        pl.max_horizontal("id_l", "id_r").cast(pl.Int64).alias("high"),
        pl.col("match_probability").round(DIGITS).alias("probability"),
    )
    return frame.sort("probability", "low", "high", descending=[True, False, False])


def _compared(people: pl.DataFrame, roots: list[int]) -> pl.DataFrame:
    """Return what the model looks at: born children; the unborn are found through their mothers."""
    columns = ("id", "given", "forename", "surname", "postcode", "sex", "nhs")
    # 1 January is entered where the birth is not known: it says no more than a blank.
    dated = pl.when(~often_made_up(pl.col("dob"))).then("dob")
    return (
        people.with_columns(pl.Series("child", roots, pl.Int64))
        .filter(~pl.col("unborn"))
        .select(
            *columns,
            dated.dt.strftime("%Y%m%d").alias("birth"),
            dated.dt.epoch("d").cast(pl.Int64).alias("birth_day"),
            "child",
        )
    )


def _sampled(compared: pl.DataFrame) -> pl.DataFrame:
    """Keep every n-th group of profiles, whole; groups are numbered by content."""
    step = -(-compared.height // _PROFILES)
    return compared.filter(pl.col("child").rank("dense") % step == 0)


@contextmanager
def _linker(compared: pl.DataFrame, model: Model | None, threads: int) -> Iterator["Linker"]:
    # Imported here: nothing but linkage may pay for the engine.
    import duckdb
    from splink import DuckDBAPI, Linker
    from splink.internals.exceptions import SplinkException

    # Nothing is spilled, for a disk is no place for names (L5), and nothing is fetched.
    options: dict[str, Any] = {"memory_limit": _MEMORY, "threads": threads, "temp_directory": ""}
    options |= {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(":memory:", config=options) as connection:
        # What answers a program is no place for a bar; the engine draws one wherever a query takes two seconds.
        connection.execute("SET enable_progress_bar = false")
        database = DuckDBAPI(connection)
        blocks = BLOCKS if model is None else tuple(f"{block} and l.child <> r.child" for block in BLOCKS)
        try:
            table = database.register(compared.to_arrow(), dataset_display_name="people")
            # The settings are of this package and tests hold them: to look for misspelt columns only takes time.
            yield Linker([table], settings(model, blocks), validate_settings=False, log_level=logging.ERROR)
        except (duckdb.Error, SplinkException) as fault:
            raise ModelFaultError(type(fault).__name__) from None


def _weights(learned: dict[str, Any]) -> Weights:
    weights = {}
    for comparison in learned["comparisons"]:
        name = comparison["output_column_name"]
        levels = comparison["comparison_levels"][1:]
        weights[name] = tuple(
            (_share(level.get("m_probability"), m, _LEAST_M), _share(level.get("u_probability"), u, _LEAST_U))
            for level, (m, u) in zip(levels, shipped().weights[name], strict=True)
        )
    return weights


def _share(learned: Any, otherwise: float, least: float) -> float:
    return max(round(learned, DIGITS), least) if isinstance(learned, float) else otherwise

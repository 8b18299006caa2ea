"""The model: frozen, the same on any machine, better than the ladder alone, and silent about names (L4, L5)."""

import subprocess
import sys
from functools import cache

import polars as pl
import pytest

from models.settings import CHECKOUT
from tasks.linkage import TIERS, Linkage, linkage, read_model, splinking
from tasks.linkage.linking import FLOOR, climbed
from tasks.linkage.model import COMPARISONS, ModelFormatError, shipped
from tasks.linkage.profiles import profiles
from tests.tasks.linkage.people import f1, frame, record, synthetic


@cache
def _large() -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    return synthetic(1_150, 11, 0.02)


@cache
def _linked() -> Linkage:
    return linkage(_large()[0], b"k")


def _ladder(records: dict[str, pl.DataFrame]) -> pl.DataFrame:
    people, members = profiles(records)
    roots = climbed(people)[0].roots()
    return members.select("return", "row", pl.col("id").replace_strict(dict(enumerate(roots))).alias("child"))


@pytest.mark.further
def test_the_model_joins_what_the_ladder_leaves_apart_and_does_no_harm() -> None:
    records, truth = _large()
    assert _linked().facts["joined"]["model"] > 0
    assert f1(_linked().links, truth) > f1(_ladder(records), truth)


@pytest.mark.parametrize(("children", "seed", "dirty"), [(300, 4, 0.0), (120, 5, 0.05), (60, 6, 0.0)])
def test_small_areas_link_no_worse_than_by_the_ladder_alone(children: int, seed: int, dirty: float) -> None:
    records, truth = synthetic(children, seed, dirty)
    made = linkage(records)
    assert made.model.name == "shipped-1"
    assert f1(made.links, truth) >= f1(_ladder(records), truth)


def test_an_area_trains_its_own_model_only_on_pairs_enough() -> None:
    assert _linked().model.name == "of the area"
    assert _linked().model.pairs >= FLOOR
    assert _linked().facts["model"]["sha256"] == _linked().model.digest
    small = linkage({"LA-DA": frame(record(2)), "POL-1": frame(record(2))})
    assert small.model.weights == shipped().weights
    assert small.facts["method"] == "ladder, then the model shipped-1"


def test_l4_a_frozen_model_is_read_back_as_it_was_and_used_without_training(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = read_model(_linked().model.data)
    assert (frozen, frozen.digest) == (_linked().model, _linked().model.digest)
    monkeypatch.setattr(splinking, "train", lambda *_: pytest.fail("a frozen model is not trained anew"))
    again = linkage(_large()[0], b"k", model=frozen)
    assert again.links.equals(_linked().links)
    assert again.doubtful.equals(_linked().doubtful)
    assert again.facts == _linked().facts


@pytest.mark.further
def test_l4_threads_and_row_order_change_neither_model_nor_links() -> None:
    records = {code: rows.sample(fraction=1, shuffle=True, seed=5) for code, rows in _large()[0].items()}
    people, _ = profiles(records)
    roots = climbed(people)[0].roots()
    # `_linked` was trained with two threads and the rows in their first order.
    assert splinking.train(people, roots, threads=1) == _linked().model.weights
    one, two = (splinking.score(people, roots, _linked().model, 0.2, threads=n) for n in (1, 2))
    assert one.equals(two)
    assert linkage(records, b"k", model=_linked().model).links.equals(_linked().links)


_ELSEWHERE = """
from tasks.linkage import linkage
from tests.tasks.linkage.people import synthetic
made = linkage(synthetic(1_100, 13, 0.02)[0], b"k")
from tasks.ground.digests import sha256
print(sha256(made.links.write_csv().encode()), sha256(made.doubtful.write_csv().encode()), made.model.digest)
"""


def _elsewhere(**environment: str) -> str:
    command = [sys.executable, "-c", _ELSEWHERE]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.long
@pytest.mark.parts
def test_l4_another_python_gives_the_same_bytes() -> None:
    one = _elsewhere(PYTHONHASHSEED="1", POLARS_MAX_THREADS="1", TZ="UTC")
    assert len(one.split()) == 3
    assert _elsewhere(PYTHONHASHSEED="2", POLARS_MAX_THREADS="2", TZ="Asia/Tokyo") == one


def test_a_model_of_another_format_is_refused() -> None:
    known = shipped().data
    for wrong in (known.replace(b"model-1", b"model-0"), known.replace(b'"sex"', b'"hair"')):
        with pytest.raises(ModelFormatError, match="Use the code version of its manifest"):
            read_model(wrong)


def test_the_shipped_model_is_canonical_and_weighs_everything_that_is_compared() -> None:
    assert {name: len(levels) + 1 for name, levels in shipped().weights.items()} == {
        name: len(conditions) for name, conditions in COMPARISONS.items()
    }
    for levels in shipped().weights.values():
        assert levels[0][0] > levels[0][1]
        assert levels[-1][0] < levels[-1][1]
    assert read_model(shipped().data) == shipped()


@pytest.mark.parts
def test_nothing_that_does_not_link_pays_for_the_engine() -> None:
    code = "import sys, tasks.linkage, tasks.cohort; print({'duckdb', 'splink', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_l5_the_engines_own_words_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splinking, "_MEMORY", "1MB")
    with pytest.raises(splinking.ModelFaultError) as fault:
        linkage(_large()[0])
    assert str(fault.value) in {"OutOfMemoryException", "SplinkException"}
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__


def test_the_links_of_the_model_carry_its_probability() -> None:
    stated = {tier.probability for tier in TIERS} | {1.0}
    others = set(_linked().links["probability"]) - stated
    assert others
    assert all(0.75 <= one < 1 and round(one, 6) == one for one in others)

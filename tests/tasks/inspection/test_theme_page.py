"""Whoever follows the page about themes writes one that works, and finds each name that a theme can hold."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from models.theme_followed import Followed
from models.theme_mistakes import NEEDED_STEPS
from models.themes import HEADINGS, Rung, Theme, shipped, theme
from tasks.cohort.agency_facts import RISKS, STATUSES
from tasks.cohort.points import KEYS
from tasks.inspection.theme_checks import theme_mistakes
from validation.contract.codes import FACTORS
from validation.returns import CONTRACTS

PAGE = (Path(__file__).parents[3] / "docs" / "themes.md").read_text(encoding="utf-8")
EXAMPLE, *PARTS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from _models(field.annotation)
    for part in get_args(kind):
        yield from _models(part)


def _words(kind: Any) -> Iterator[str]:
    """Yield each word of which a theme can choose one, at any depth."""
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    for part in get_args(kind):
        yield from _words(part)


def test_the_example_is_a_theme_without_a_mistake() -> None:
    assert theme_mistakes(EXAMPLE, "neglect-2027") == []


def test_each_part_that_is_shown_can_be_put_into_the_example() -> None:
    assert len(PARTS) == 5
    for part in PARTS:
        # What has no table of its own stands before the first; a table stands anywhere.
        text = f"{EXAMPLE}\n{part}" if part.startswith("[") else EXAMPLE.replace("[age_band]", f"{part}\n[age_band]", 1)
        assert theme_mistakes(text, "neglect-2027") == []


def test_the_ladder_that_is_shown_is_the_one_that_holds_without_it() -> None:
    ladder = next(tomllib.loads(part)["chasing"] for part in PARTS if part.startswith("[["))
    assert tuple(Rung.model_validate(rung) for rung in ladder) == Theme.model_fields["chasing"].default


def test_how_a_plan_is_followed_is_shown_as_it_holds_without_it() -> None:
    shown = next(tomllib.loads(part)["followed"] for part in PARTS if part.startswith("[followed]"))
    assert Followed.model_validate(shown) == Followed()


def test_each_word_that_can_be_chosen_stands_on_the_page() -> None:
    chosen = {
        word
        for model in set(_models(Theme))
        for field in model.model_fields.values()
        for word in _words(field.annotation)
    }
    codes = {*(code.code for code in FACTORS.codes), *CONTRACTS, *HEADINGS, *KEYS, *STATUSES, *RISKS}
    bodies = {name for each in shipped() for name in theme(each).inspectorates}
    assert {word for word in chosen | codes | bodies if f"`{word}`" not in PAGE and f'"{word}"' not in EXAMPLE} == set()
    assert [step for step in NEEDED_STEPS if f'step = "{step}"' not in EXAMPLE] == []


@pytest.mark.parametrize("model", sorted(set(_models(Theme)), key=str))
def test_each_name_stands_on_the_page(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if f"`{name}`" not in PAGE] == []

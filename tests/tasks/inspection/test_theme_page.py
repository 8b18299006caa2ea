"""Whoever follows the page about themes writes one that works, and finds each name that a theme can hold."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from models.themes import Theme
from tasks.inspection.theme_checks import theme_mistakes

PAGE = (Path(__file__).parents[3] / "docs" / "themes.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from _models(field.annotation)
    for part in get_args(kind):
        yield from _models(part)


def test_the_example_is_a_theme_without_a_mistake() -> None:
    assert EXAMPLE
    assert theme_mistakes(EXAMPLE[1], "neglect-2027") == []


@pytest.mark.parametrize("model", sorted(set(_models(Theme)), key=str))
def test_each_name_stands_on_the_page(model: type[BaseModel]) -> None:
    assert [name for name in model.model_fields if f"`{name}`" not in PAGE] == []

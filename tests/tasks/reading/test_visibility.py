"""An inspectorate sees the agencies that its theme gives it, and all where the theme narrows nothing."""

import pytest
from pydantic import ValidationError

from models.themes import Theme, theme, theme_ids
from tasks.reading.visibility import Reader, kinds_seen

_THEME = theme("domestic-abuse-2024")
_CQC = "Care Quality Commission"


def _with(sees: dict[str, tuple[str, ...]]) -> Theme:
    return Theme.model_validate(_THEME.model_dump() | {"sees": sees})


@pytest.mark.parametrize("theme_id", theme_ids())
def test_every_theme_that_ships_lets_each_inspectorate_see_all(theme_id: str) -> None:
    theme_ = theme(theme_id)
    assert [kinds_seen(theme_, name) for name in theme_.inspectorates] == [None] * len(theme_.inspectorates)


def test_a_theme_narrows_what_one_inspectorate_sees() -> None:
    theme_ = _with({_CQC: ("health", "local_authority")})
    cqc = Reader("inspector: P-1", kinds_seen(theme_, _CQC))
    assert [cqc.sees(f"x/{kind}") for kind in ("health", "health_2", "local_authority", "police")] == [
        *(True, True, True, False)
    ]
    assert Reader("inspector: P-2", kinds_seen(theme_, "Ofsted")).sees("x/police")


@pytest.mark.parametrize(
    ("sees", "why"),
    [({"Ofted": ("health",)}, "none of the theme's inspectorates"), ({_CQC: ("custody",)}, ""), ({_CQC: ("yjs",)}, "")],
)
def test_a_name_that_the_theme_has_not_is_refused(sees: dict[str, tuple[str, ...]], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        _with(sees)

"""Two inspections side by side: rounded counts, changes, and what makes them unlike."""

from dataclasses import replace
from datetime import date

from tasks.comparing.periods import ComparedRow, PeriodCounts, compared, publication_of, unlike
from tasks.disclosure.protecting import protect

BEFORE = PeriodCounts(
    ref="then",
    announced=date(2023, 3, 6),
    theme="Domestic abuse",
    ages=(0, 7, True),
    window_months=6,
    children=403,
    by_return={"LA-DA": 400, "POL-1": 212},
    by_group={"sex": {"F": 200, "M": 200, "U": 3}, "age_band": {"0-1": 403}},
)
NOW = replace(
    BEFORE,
    ref="now",
    announced=date(2025, 3, 3),
    children=650,
    by_return={"LA-DA": 300, "POL-1": 97},
    by_group={"sex": {"F": 300, "M": 350}, "age_band": {"0-1": 647, "2-4": 3}},
)


def beside(before: PeriodCounts, now: PeriodCounts) -> tuple[ComparedRow, ...]:
    return compared(before, now, *(protect(publication_of(period)).shown for period in (before, now)))


def test_counts_stand_side_by_side_with_their_change() -> None:
    rows = beside(BEFORE, NOW)
    assert rows[0] == ComparedRow("Children", "All", "405", "650", "+245 (+60%)")
    assert ComparedRow("Children in each return", "POL-1", "210", "95", "-115 (-55%)") in rows
    assert ComparedRow("Sex", "Girls", "200", "300", "+100 (+50%)") in rows


def test_a_small_count_is_rounded_like_any_other_so_that_no_reader_knows_which_is_small() -> None:
    rows = beside(BEFORE, NOW)
    assert ComparedRow("Sex", "Not known", "5", "0", "-5 (-100%)") in rows
    assert ComparedRow("Age", "2-4", "0", "5", "+5") in rows


def test_rounded_groups_add_up_to_the_rounded_whole() -> None:
    for period in (BEFORE, NOW):
        shown = protect(publication_of(period)).shown
        for dimension in period.by_group:
            groups = [n for cell, n in shown.items() if cell.startswith(f"c1:{dimension}=")]
            assert sum(n or 0 for n in groups) == shown["c1:all"]


def test_no_shown_number_is_from_1_to_4() -> None:
    shown = {text for row in beside(BEFORE, NOW) for text in (row.before, row.now)}
    assert all(text == "withheld" or int(text.replace(",", "")) % 5 == 0 for text in shown)


def test_what_makes_them_unlike_is_said() -> None:
    assert unlike(BEFORE, NOW) == ()
    other = replace(
        NOW, theme="Child sexual exploitation", ages=(8, 17, False), window_months=12, by_return={"LA-DA": 300}
    )
    text = " ".join(unlike(BEFORE, other))
    for part in (
        "another theme: Domestic abuse",
        "0 to 7 and unborn then, 8 to 17 now",
        "6 months then, and 12",
        "POL-1",
    ):
        assert part in text


def test_where_only_a_number_or_nothing_is_kept_that_is_said() -> None:
    number_alone = replace(BEFORE, by_return={}, by_group={})
    assert beside(number_alone, NOW) == (ComparedRow("Children", "All", "405", "650", "+245 (+60%)"),)
    assert "Only the number of children is kept" in " ".join(unlike(number_alone, NOW))
    nothing = replace(number_alone, children=None)
    assert beside(nothing, NOW) == ()
    assert "Nothing is kept of the children" in " ".join(unlike(nothing, NOW))

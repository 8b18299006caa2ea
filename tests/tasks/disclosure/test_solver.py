"""Greatest values by fractions and by whole numbers, and the cheapest choice."""

import pytest

from tasks.disclosure.solver import Choice, System, UnsolvedError, cheapest, least_cost, solver_name
from tasks.disclosure.tables import Relation


def test_the_greatest_value_follows_the_limits_as_they_change() -> None:
    system = System(("a", "b", "whole"), (Relation("whole", ("a", "b")),))
    system.limit({"a": (0, 99), "b": (0, 99), "whole": (7, 7)})
    assert system.greatest({"a": 1}).value == 7
    system.limit({"a": (0, 99), "b": (2, 99), "whole": (7, 7)})
    assert system.greatest({"a": 1}).value == 5
    assert system.greatest_whole({"a": 1, "b": -1}) == 3


def test_half_a_child_is_no_value() -> None:
    relations = (Relation("nine", ("a", "b")), Relation("b", ("a", "none")))
    system = System(("a", "b", "nine", "none"), relations)
    system.limit({"a": (0, 99), "b": (0, 99), "nine": (0, 9), "none": (0, 0)})
    assert system.greatest({"a": 1}).value == pytest.approx(4.5)
    assert not system.greatest({"a": 1}).whole
    assert system.greatest_whole({"a": 1}) == 4


def test_tables_that_contradict_each_other_have_no_solution() -> None:
    system = System(("a", "whole"), (Relation("whole", ("a",)),))
    system.limit({"a": (1, 2), "whole": (7, 7)})
    with pytest.raises(UnsolvedError):
        system.greatest({"a": 1})


def test_the_cheapest_cells_meet_every_cover() -> None:
    covers = [Choice({"a": 1.0, "b": 1.0}, 1.0), Choice({"b": 1.0, "c": 1.0}, 1.0)]
    assert cheapest({"a": 2, "b": 3, "c": 2}, covers) == {"b"}
    with pytest.raises(UnsolvedError):
        cheapest({"a": 1}, [Choice({"a": 1.0}, 2.0)])
    assert least_cost({"a": 1}, [Choice({"a": 1.0}, 2.0)], apart=9) == {"a"}


def test_certificates_name_the_solver_with_its_version() -> None:
    assert solver_name().startswith("HiGHS 1.")

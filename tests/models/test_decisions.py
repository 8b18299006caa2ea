"""Forms are offered in the stages in which they can do something, to those whose role includes them."""

import pytest

from models.decisions import ABOUT_REQUESTS, FORMS, OF_REHEARSALS, REPLACE, WITHDRAW, forms_at, stages_of
from models.lifecycle import ENDED, UNSIGNED, Stage
from models.roles import Role, may

OF_PUBLISHED = {Stage.CLOSED: {WITHDRAW, REPLACE}, Stage.CANCELLED: set()}


@pytest.mark.parametrize("role", list(Role))
def test_l11_a_role_is_offered_what_it_includes_and_after_the_end_the_letter_alone(role: Role) -> None:
    for stage in Stage:
        offered = forms_at(stage, role, rehearsal=True)
        assert all(may(role, FORMS[form]) for form in offered)
        # A published letter outlives its inspection: it can be withdrawn or replaced for as long as it is public.
        assert not (stage in ENDED and set(offered) - OF_PUBLISHED[stage])


def test_a_manager_can_come_to_every_form_about_an_inspection_at_some_stage() -> None:
    offered = {form for stage in Stage for form in forms_at(stage, Role.MANAGER, rehearsal=True)}
    # These are about no inspection that exists, or about several.
    assert offered == set(FORMS) - {"announce-inspection", "begin-thematic-report"}
    assert offered >= ABOUT_REQUESTS


@pytest.mark.parametrize("role", list(Role))
def test_a_real_inspection_is_offered_no_clock(role: Role) -> None:
    for stage in Stage:
        real, rehearsed = forms_at(stage, role, rehearsal=False), forms_at(stage, role, rehearsal=True)
        assert set(rehearsed) - set(real) <= OF_REHEARSALS
        assert not OF_REHEARSALS & set(real)


def test_what_is_not_about_an_inspection_has_every_stage() -> None:
    assert stages_of("announce-inspection") == frozenset(Stage)
    assert stages_of("decide-cohort") == UNSIGNED

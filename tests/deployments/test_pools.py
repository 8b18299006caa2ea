"""A pool's template takes nothing from a run, and starts what it started before."""

import pytest
from prefect.utilities.templating import find_placeholders

from deployments.pools import NO_VARIABLES, closed

pytestmark = pytest.mark.pure

OPEN = {
    "job_configuration": {
        "command": "{{ command }}",
        "env": "{{ env }}",
        "image": "{{ image }}",
        "manifest": {"name": "{{ name }}-", "account": "{{ service_account_name }}", "args": ["{{ command }}", "x"]},
    },
    "variables": {
        "type": "object",
        "properties": {
            "command": {"default": None},
            "env": {"type": "object"},
            "image": {"default": "jtai:1"},
            "name": {"default": None},
            "service_account_name": {"default": "jtai"},
        },
    },
}


def test_each_variable_has_its_default_for_good() -> None:
    assert closed(OPEN) == {
        "job_configuration": {"image": "jtai:1", "manifest": {"name": "-", "account": "jtai", "args": ["x"]}},
        "variables": NO_VARIABLES,
    }


def test_what_is_closed_stays_as_it_is() -> None:
    assert closed(closed(OPEN)) == closed(OPEN)
    assert closed(closed(OPEN, command="warm"))["job_configuration"]["command"] == "warm"


def test_the_template_that_was_given_is_not_changed() -> None:
    closed(OPEN, command="warm")
    assert OPEN["job_configuration"]["command"] == "{{ command }}"


def test_nothing_is_left_of_the_template_of_prefect_to_fill_in() -> None:
    from prefect.workers.process import ProcessWorker

    template = closed(ProcessWorker.get_default_base_job_template(), command="warm")
    assert template["job_configuration"]["command"] == "warm"
    assert not find_placeholders(str(template))

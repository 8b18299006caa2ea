"""Work pools: what a pool starts is in its template, and no run may say anything about it."""

from copy import deepcopy
from typing import Any

from prefect.utilities.templating import apply_values

NO_VARIABLES: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
"""The schema of a pool's variables under which Prefect refuses a run for which any is given."""


def closed(template: dict[str, Any], *, command: str = "") -> dict[str, Any]:
    """Return a pool's template in which every variable has its default for good.

    Whoever may start a run would otherwise choose its command, image, environment, role or service account, and so run
    any program as the worker, with every secret that it has. What is closed already stays as it is.

    Args:
        template: Prefect's base job template, with or without variables.
        command: by which runs are started; empty leaves the template's own.
    """
    properties = template.get("variables", {}).get("properties", {})
    # As a worker does: what has no default is left out, so that the worker's own holds.
    defaults = {name: shape["default"] for name, shape in properties.items() if shape.get("default") is not None}
    configuration = apply_values(deepcopy(template["job_configuration"]), defaults, remove_notset=True)
    if command:
        configuration["command"] = command
    return {"job_configuration": configuration, "variables": NO_VARIABLES}

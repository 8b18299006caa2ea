"""Short addresses at the gate: a form of Prefect filled in, and the newest board, or the overview of all."""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

from models.decisions import CONFIRM, FORMS, WORK

_UI = "/v2"
_FORM = re.compile(r"/forms/([a-z-]+)")
_BOARD = re.compile(r"/boards/([a-z0-9-]+)")
_OVERVIEW = "overview"


def form_in(path: str) -> str:
    """Return the deployment whose form a short address is of; empty if it is of none."""
    match = _FORM.fullmatch(path)
    name = match[1] if match else ""
    return name if name in FORMS or name in WORK or name == CONFIRM else ""


def form_at(deployment_id: str, answers: Mapping[str, str]) -> str:
    """Return the address of a form in Prefect's UI, with answers filled in.

    Args:
        deployment_id: Prefect's own id of the deployment.
        answers: by parameter.
    """
    filled = f"?parameters={quote(json.dumps(dict(answers)))}" if answers else ""
    return f"{_UI}/deployments/deployment/{deployment_id}/run{filled}"


def board_in(path: str) -> str:
    """Return the key of the board, or of the overview, that a short address is of; empty if it is of none."""
    match = _BOARD.fullmatch(path)
    name = match[1] if match else ""
    return f"board-{name}" if name not in ("", _OVERVIEW) else name


def artifact_at(artifact_id: str) -> str:
    """Return the address of one text in Prefect's UI; of the list of all where there is none yet."""
    return f"{_UI}/artifacts/artifact/{artifact_id}" if artifact_id else f"{_UI}/artifacts"

"""Artifacts in the Prefect UI: boards, reports, the findings of a sweep, and the progress of long work."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

import httpx
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.exceptions import PrefectHTTPStatusError

from tasks.ground.log import log
from tasks.ground.prefect_api import PrefectUnreachableError, call
from tasks.watch.board import publish_board

_Artifact = TypeVar("_Artifact")
_OLDER = "> **This is an older copy.**"
_LOOKED_BACK = 5


def _with_one_error(make: Callable[[], _Artifact]) -> _Artifact:
    """Make an artifact, with one error of ours for everything that Prefect's client raises.

    Raises:
        PrefectUnreachableError: Prefect does not answer, or answers that it cannot.
    """
    try:
        return make()
    except (httpx.HTTPError, PrefectHTTPStatusError) as error:
        raise PrefectUnreachableError(type(error).__name__) from None


def put_markdown(key: str, text: str, description: str) -> None:
    """Store a text under a key, as an artifact of the run under way, and mark those that it replaces.

    Raises:
        PrefectUnreachableError: Prefect does not answer.
    """
    _with_one_error(lambda: create_markdown_artifact(text, key=key, description=description))
    mark_older(key)


def mark_older(key: str) -> None:
    """Say on each earlier text of a key that a newer one exists (L13): Prefect shows them all for ever.

    Several are looked at, so that one that could not be marked when it was replaced is marked by the next text.

    Raises:
        PrefectUnreachableError: Prefect does not answer.
    """
    query = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC", "limit": _LOOKED_BACK}
    for earlier in call("POST", "/artifacts/filter", json=query)[1:]:
        text = str(earlier["data"])
        if not text.startswith(_OLDER):
            note = f"{_OLDER} Open the newest one under Artifacts, by its name `{key}`.\n\n"
            call("PATCH", f"/artifacts/{earlier['id']}", json={"data": f"{note}{text}"})


def show_board(ref: str) -> bool:
    """Publish the board of an inspection as it is now; return True where it changed."""
    return publish_board(ref, put_markdown)


def show_report(ref: str) -> None:
    """Show whether the newest sample of an inspection is fair; board and portal say so too, so a failure is no loss."""
    from tasks.sampling.report import publish_report

    publish_report(ref, put_markdown)


def show_table(key: str, rows: list[dict[str, Any]], description: str) -> None:
    """Store rows under a key as a table.

    Raises:
        PrefectUnreachableError: Prefect does not answer.
    """
    _with_one_error(lambda: create_table_artifact(rows, key=key, description=description))


class ProgressArtifact:
    """The progress of one run; nothing is shown before the first call, and no failure of Prefect stops the work."""

    def __init__(self, run: str) -> None:
        self._key = f"progress-{run}"
        self._id: UUID | None = None

    def show(self, share: float, words: str) -> None:
        """Show a share from 0 to 1, and the step in words."""
        percent = round(100 * min(max(share, 0.0), 1.0), 1)
        try:
            if self._id is None:
                self._id = cast(UUID, create_progress_artifact(percent, key=self._key, description=words))
            else:
                update_progress_artifact(self._id, percent, description=words)
        except Exception as fault:
            # Progress is for watching alone: whatever its artifact fails of, the work itself goes on.
            log().warning("progress.not-shown", fault=type(fault).__name__)

    def end(self) -> None:
        """Show that all is done, unless nothing was shown before."""
        if self._id is not None:
            self.show(1.0, "Everything that was waiting is done. The run's state says how it went.")

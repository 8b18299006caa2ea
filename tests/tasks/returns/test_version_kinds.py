"""What a version is beside those before it: from its sender's words and from its bytes."""

import pytest

from models.lifecycle import RequestState
from models.states import ReturnVerdict, VersionKind, VersionReason
from models.tables import CheckResult, Request, Submission, UploadSession
from models.tables.base import utc_now
from tasks.returns.version_kinds import AGAIN_REASONS, REASONS, in_words, kind_of, same_again

PART = {"key": "p", "version_id": "", "sha256": "a", "size": 1, "extension": ".csv"}


def version(
    digest: str = "a",
    *,
    extension: str = ".csv",
    parts: tuple[dict[str, object], ...] = (),
    verdict: ReturnVerdict | None = ReturnVerdict.ACCEPTED,
    kind: VersionKind | None = None,
    reason: VersionReason | None = None,
    again_of: int | None = None,
) -> Submission:
    return Submission(
        id="x-v1",
        request_id="x",
        inspection="i",
        version=1,
        key="k",
        version_id="",
        etag="",
        sha256=digest,
        size=1,
        extension=extension,
        parts=list(parts),
        kind=kind,
        reason=reason,
        again_of=again_of,
        uploader="test",
        received_at=utc_now(),
        result=CheckResult(submission_id="x-v1", verdict=verdict),
    )


def request(state: RequestState) -> Request:
    return Request(id="x", inspection="i", agency_id="a", return_code="POL-1", step="", due_at=utc_now(), state=state)


def upload(reason: VersionReason | None = None, *, adds: bool = False) -> UploadSession:
    return UploadSession(id="u", request_id="x", key="k", extension=".csv", uploader="t", reason=reason, adds=adds)


@pytest.mark.parametrize(
    ("newest", "state", "extension", "same"),
    [
        (version(), RequestState.ACCEPTED, ".csv", True),
        (version(verdict=None), RequestState.VALIDATING, ".csv", True),
        (version(verdict=ReturnVerdict.REJECTED), RequestState.REJECTED, ".csv", True),
        # The same bytes under another kind of file are read in another way.
        (version(), RequestState.ACCEPTED, ".xlsx", False),
        (version("b"), RequestState.ACCEPTED, ".csv", False),
        # A part of a return is not the whole of it.
        (version(parts=(PART,)), RequestState.ACCEPTED, ".csv", False),
        # What could not be read may have met a machine that was too busy.
        (version(verdict=ReturnVerdict.UNREADABLE), RequestState.REJECTED, ".csv", False),
        # Where nothing sent counts, the same file is news.
        (version(verdict=ReturnVerdict.REJECTED), RequestState.NIL_DECLARED, ".csv", False),
        (version(verdict=ReturnVerdict.REJECTED), RequestState.ACKNOWLEDGED, ".csv", False),
        (None, RequestState.ISSUED, ".csv", False),
    ],
)
def test_the_same_bytes_are_told_where_they_change_nothing(
    newest: Submission | None, state: RequestState, extension: str, same: bool
) -> None:
    assert same_again(request(state), newest, "a", extension, adds=False) is same


def test_no_part_is_taken_twice() -> None:
    newest = version("b", parts=(PART,))
    state = request(RequestState.ACCEPTED)
    assert same_again(state, newest, "a", ".csv", adds=True)
    assert same_again(state, newest, "b", ".csv", adds=True)
    assert not same_again(state, newest, "c", ".csv", adds=True)


def test_a_kind_comes_of_the_reason_and_is_never_guessed() -> None:
    assert kind_of(upload(), None, None) == VersionKind.FIRST
    assert kind_of(upload(), version(), None) is None
    assert kind_of(upload(adds=True), version(), None) == VersionKind.PART
    assert kind_of(upload(VersionReason.WRONG_FILE), version(), 3) == VersionKind.AGAIN
    assert {kind_of(upload(reason), version(), None) for reason in REASONS} == {
        VersionKind.CORRECTION,
        VersionKind.REPLACEMENT,
        VersionKind.EXPLAINED,
    }


@pytest.mark.parametrize(
    ("kind", "reason", "again_of", "words"),
    [
        (None, None, None, ""),
        (VersionKind.FIRST, None, None, "First file"),
        (VersionKind.FIRST, VersionReason.WRONG_FILE, None, "First file"),
        (VersionKind.CORRECTION, VersionReason.ROWS_MISSING, None, "Correction: rows were missing"),
        (VersionKind.AGAIN, VersionReason.WRONG_FILE, 3, "Version 3 again: a wrong file replaced it"),
        (VersionKind.AGAIN, None, 3, "Version 3 again"),
        (VersionKind.PART, None, None, "One more file of the same return"),
    ],
)
def test_kind_and_reason_are_said_in_words(
    kind: VersionKind | None, reason: VersionReason | None, again_of: int | None, words: str
) -> None:
    assert in_words(version(kind=kind, reason=reason, again_of=again_of)) == words


def test_every_kind_and_every_reason_has_words() -> None:
    assert set(REASONS) | set(AGAIN_REASONS) == set(VersionReason)
    for kind in VersionKind:
        assert in_words(version(kind=kind, again_of=2 if kind == VersionKind.AGAIN else None))

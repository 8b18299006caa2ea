"""Says what a version of a return is beside those before it, from its sender's words and from its bytes."""

from models.lifecycle import RequestState
from models.states import ReturnVerdict, VersionKind, VersionReason
from models.tables import Request, Submission, UploadSession

REASONS: dict[VersionReason, str] = {
    VersionReason.ERRORS_FIXED: "We fixed what the check reported",
    VersionReason.ROWS_MISSING: "Rows were missing",
    VersionReason.WRONG_FILE: "The file before was the wrong one",
    VersionReason.NEWER_EXTRACT: "This is a newer extract from our system",
    VersionReason.EXPLAINED: "The rows are the same, with explanations added",
}
AGAIN_REASONS: dict[VersionReason, str] = {
    VersionReason.WRONG_FILE: "A wrong file replaced it",
    VersionReason.GOOD_VERSION: "It is better than the files that came after it",
}
_KINDS = {
    VersionReason.ERRORS_FIXED: VersionKind.CORRECTION,
    VersionReason.ROWS_MISSING: VersionKind.CORRECTION,
    VersionReason.WRONG_FILE: VersionKind.REPLACEMENT,
    VersionReason.NEWER_EXTRACT: VersionKind.REPLACEMENT,
    VersionReason.EXPLAINED: VersionKind.EXPLAINED,
}
_WORDS = {
    VersionKind.FIRST: "First file",
    VersionKind.CORRECTION: "Correction",
    VersionKind.REPLACEMENT: "Replacement",
    VersionKind.EXPLAINED: "The same rows with explanations",
    VersionKind.PART: "One more file of the same return",
}
_COUNTS = frozenset(
    {
        *(RequestState.RECEIVED, RequestState.VALIDATING, RequestState.REJECTED),
        *(RequestState.QUERIED, RequestState.ACCEPTED),
    }
)


def kind_of(upload: UploadSession, earlier: Submission | None, again_of: int | None) -> VersionKind | None:
    """Return the kind of a version that arrives; None where its sender did not say and its bytes do not show it.

    Args:
        upload: the session that permitted it.
        earlier: the newest version before it.
        again_of: the number of an earlier version of the same bytes.
    """
    if earlier is None:
        return VersionKind.FIRST
    if upload.adds:
        return VersionKind.PART
    if again_of is not None:
        return VersionKind.AGAIN
    return _KINDS.get(upload.reason) if upload.reason else None


def in_words(version: Submission) -> str:
    """Return the kind and the reason of a version, in words; empty where neither is known."""
    labels = AGAIN_REASONS if version.kind == VersionKind.AGAIN else REASONS
    kind = _WORDS.get(version.kind, "") if version.kind else ""
    if version.again_of:
        kind = f"Version {version.again_of} again"
    # What is first replaces nothing, whatever its sender chose.
    reason = labels.get(version.reason, "") if version.reason and version.kind != VersionKind.FIRST else ""
    return ": ".join(filter(None, (kind, reason[:1].lower() + reason[1:])))


def same_again(request: Request, newest: Submission | None, digest: str, extension: str, *, adds: bool) -> bool:
    """Return whether a file is what the newest version holds already, so that it would change nothing.

    A file that could not be read may be sent again: the reason may have been a machine that was too busy.
    """
    if newest is None or request.state not in _COUNTS or newest.result.verdict == ReturnVerdict.UNREADABLE:
        return False
    parts = [(part["sha256"], part["extension"]) for part in newest.parts]
    own = (newest.sha256, newest.extension)
    return (digest, extension) in [*parts, own] if adds else not parts and own == (digest, extension)

"""The states in which a row can be, apart from those of the lifecycle; they are stored as their text."""

from enum import StrEnum


class WorkState(StrEnum):
    """Where a piece of owed work stands."""

    OWED = "owed"
    CLAIMED = "claimed"
    DONE = "done"
    DEAD = "dead"


class ReturnVerdict(StrEnum):
    """What a check of a return came to."""

    ACCEPTED = "accepted"
    QUERIED = "queried"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


class ScanState(StrEnum):
    """What is known of malware in a file."""

    NOT_SCANNED = "not scanned"
    CLEAN = "clean"
    INFECTED = "infected"


class LetterStatus(StrEnum):
    """Which of an inspection's letters it is."""

    DRAFT = "draft"
    PRE_PUBLICATION = "pre_publication"
    PUBLISHED = "published"


class CommentOutcome(StrEnum):
    """What the inspector made of a comment on the facts."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class CohortStep(StrEnum):
    """What was decided about a frozen cohort."""

    ADMIT = "admit"
    WITHDRAW = "withdraw"
    REBUILD = "rebuild"
    KEEP = "keep"
    REDRAW = "redraw"


class VersionKind(StrEnum):
    """What a version of a return is beside the versions before it."""

    FIRST = "first"
    CORRECTION = "correction"
    REPLACEMENT = "replacement"
    EXPLAINED = "explained"
    PART = "part"
    AGAIN = "again"


class VersionReason(StrEnum):
    """Why a version was sent; a listed reason, because free text could name a child (L5)."""

    ERRORS_FIXED = "errors_fixed"
    ROWS_MISSING = "rows_missing"
    WRONG_FILE = "wrong_file"
    NEWER_EXTRACT = "newer_extract"
    EXPLAINED = "explained"
    GOOD_VERSION = "good_version"

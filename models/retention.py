"""Classes of record: what belongs to each, for how long it is kept, from which day, and on what basis."""

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.refusals import Refusal

_FILE = Path(__file__).parent / "data" / "retention.toml"


class RecordClass(StrEnum):
    """What is kept and destroyed together."""

    CHILDREN = "children"
    EVIDENCE = "evidence"
    RECORD = "record"


CLASS_LABELS = {
    RecordClass.CHILDREN: "Data about children",
    RecordClass.EVIDENCE: "Evidence behind the letter",
    RecordClass.RECORD: "Letter and record of the inspection",
}
"""Each class as people read it."""

CLASS_HOLDS = {
    RecordClass.CHILDREN: "files of agencies, what was read from them, the cohort, samples, lists and documents",
    RecordClass.EVIDENCE: "notes, judgements, findings, drafts, comments and replies",
    RecordClass.RECORD: "letters, statement, plan, complaints and published figures",
}
"""What each class holds, within a sentence."""


class Trigger(StrEnum):
    """The day from which a period is counted."""

    PUBLICATION = "publication"
    END = "end"


FOLDERS: dict[RecordClass, tuple[str, ...]] = {
    RecordClass.CHILDREN: (
        *("incoming/{ref}-", "templates/{ref}-", "returns/{ref}-"),
        *("cohorts/{ref}/", "samples/{ref}/", "evaluations/{ref}/", "sampled/{ref}/"),
        *("documents/{ref}/", "meetings/{ref}/", "concerns/{ref}/", "requests/{ref}/"),
        "copies/{ref}/",
    ),
    RecordClass.EVIDENCE: (
        *("notes/{ref}/", "forms/{ref}/", "judgements/{ref}/", "findings/{ref}/", "marked/{ref}/"),
        *("drafts/{ref}/", "remarks/{ref}/", "assurances/{ref}/", "corrections/{ref}/", "replies/{ref}/"),
        *("letters/{ref}/draft/", "letters/{ref}/pre_publication/"),
    ),
    RecordClass.RECORD: (
        *("letters/{ref}/published/", "statements/{ref}/", "plans/{ref}/", "figures/{ref}/"),
        *("complaints/{ref}/", "remit/{ref}/"),
    ),
}
"""Where in the evidence store each class lies; `{ref}` stands for the inspection."""


def folders(record_class: RecordClass, ref: str) -> tuple[str, ...]:
    """Return how the keys begin of all objects of a class of an inspection."""
    return tuple(folder.format(ref=ref) for folder in FOLDERS[record_class])


def class_of(key: str, ref: str) -> RecordClass | None:
    """Return the class of an inspection's object by its key; None where it is of no class, or of another inspection."""
    return next((kind for kind in RecordClass if key.startswith(folders(kind, ref))), None)


class Period(BaseModel):
    """How long one class is kept, for one inspectorate or for all.

    Attributes:
        record_class: the class; `class` in a file.
        inspectorate: whose rule it is; empty for everybody's.
        months: after the trigger.
        after: the trigger. What was never published is counted from its end.
        basis: on what it rests, as the page and the certificate say it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    record_class: RecordClass = Field(alias="class")
    inspectorate: str = ""
    months: Annotated[int, Field(ge=1, le=1200)]
    after: Trigger = Trigger.PUBLICATION
    basis: Annotated[str, Field(min_length=3, max_length=200)]


class Schedule(BaseModel):
    """Periods, of which a later file adds to an earlier one or replaces it, by class and inspectorate."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    period: tuple[Period, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> "Schedule":
        named = [(each.record_class, each.inspectorate) for each in self.period]
        if twice := next((each for each in named if named.count(each) > 1), None):
            raise ValueError(f"the class {twice[0]} has two periods of the same inspectorate")
        return self

    def over(self, other: "Schedule") -> "Schedule":
        """Return these periods, and those of another schedule where these are silent."""
        own = {(each.record_class, each.inspectorate) for each in self.period}
        rest = tuple(each for each in other.period if (each.record_class, each.inspectorate) not in own)
        return Schedule(period=(*self.period, *rest))

    def longest(self, record_class: RecordClass, inspectorates: Iterable[str]) -> Period:
        """Return the period that counts: the longest of those of everybody and of the inspectorates that take part."""
        bodies = {"", *inspectorates}
        ours = [each for each in self.period if each.record_class == record_class and each.inspectorate in bodies]
        # Of equal periods that of everybody is named, since it holds whoever takes part.
        return max(ours, key=lambda each: (each.months, each.inspectorate == ""))


class ScheduleError(Refusal):
    """The file of retention periods cannot be used."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The retention periods in {path.name} cannot be used: {why}. Each [[period]] needs a class "
            f"({', '.join(RecordClass)}), months, and a basis. docs/retention.md has an example."
        )


def read_schedule(path: Path) -> Schedule:
    """Read a file of periods.

    Raises:
        ScheduleError: it is no TOML, or a period in it is wrong.
    """
    try:
        return Schedule.model_validate(tomllib.loads(path.read_text()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise ScheduleError(path, "it cannot be read as a file of settings") from None
    except ValidationError as error:
        fault: Any = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise ScheduleError(path, f"{where or 'period'}: {fault['msg']}") from None


@lru_cache
def usual_schedule() -> Schedule:
    """Return the periods that count where neither a theme nor the settings say otherwise."""
    return read_schedule(_FILE)

"""The wider sample's lists and forms, and judgements made apart: codes and references; words are in the store (L5)."""

from datetime import datetime

from sqlmodel import Field

from models.tables.base import Base, dated, json_list, json_object


class SampledList(Base, table=True):
    """One version of the list by which an agency knows which of its children are in the wider sample.

    `key` names its rows in the evidence store and `book_key` the workbook of them. `cases` are the labels of children
    who are in the sample, `withdrawn` of those who were on an earlier version and have left it since. `decisions` is
    how many decisions on the draw it knows.
    """

    agency_id: str = Field(primary_key=True, foreign_key="agency.id")
    version: int = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    draw_version: int
    decisions: int
    key: str
    book_key: str
    sha256: str
    cases: list[str] = json_list()
    withdrawn: list[str] = json_list()
    released_at: datetime = dated()


class SampledListReading(Base, table=True):
    """The receipt of one version of such a list: who opened it, when first and last, and how often."""

    agency_id: str = Field(primary_key=True, foreign_key="agency.id")
    version: int = Field(primary_key=True)
    by: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    first_at: datetime = dated()
    last_at: datetime = dated()
    times: int = 0


class SampledForm(Base, table=True):
    """One version of what an inspector saw of a sampled child in one agency's records.

    `answers` has the code of each question of the decision point, `judgement` a code of the theme's scale. A newer
    version is a row beside the earlier ones.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    child: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    point: str
    draw_version: int
    answers: dict[str, str] = json_object()
    judgement: str
    text_key: str
    text_sha256: str
    recorded_at: datetime = dated()


class Judgement(Base, table=True):
    """One version of an inspector's own judgement of a tracked child in one area of evaluation."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    child: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    draw_version: int
    judgement: str
    text_key: str
    text_sha256: str
    recorded_at: datetime = dated()


class AgreedJudgement(Base, table=True):
    """What a discussion of differing judgements came to; it stands beside them and changes none."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    child: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    draw_version: int
    judgement: str
    text_key: str
    text_sha256: str
    recorded_by: str
    recorded_at: datetime = dated()


class ImportedNote(Base, table=True):
    """Which note was made of which piece of a file of another program: the same piece again makes no second note."""

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    guid: str = Field(primary_key=True)
    note: str
    person_id: str
    device: str
    file_sha256: str
    imported_at: datetime = dated()

"""Classes of record: every folder of the store has one, periods are read with their mistakes, months are counted."""

from pathlib import Path

import pytest

from models import keys
from models.retention import (
    Period,
    RecordClass,
    Schedule,
    ScheduleError,
    class_of,
    folders,
    read_schedule,
    usual_schedule,
)

REF = "reading-domestic-abuse-2024-20250224"
OTHER = "reading-domestic-abuse-2024-20250225"

OF_INSPECTIONS = {
    RecordClass.CHILDREN: (
        keys.incoming(f"{REF}-pol-1", "u", ".csv"),
        keys.template(f"{REF}-pol-1", "xlsx"),
        keys.check_folder(f"{REF}-pol-1", 1, "r"),
        keys.explanation(f"{REF}-pol-1", "x"),
        f"{keys.cohort_folder(REF, 1)}/a",
        f"{keys.sample_folder(REF, 1)}/a",
        f"{keys.evaluation_folder(REF, 'police')}/a",
        f"{keys.sampled_folder(REF, 'police')}/a",
        keys.document(REF, "d"),
        keys.family_meeting(REF, "m"),
        keys.meeting_record(REF, "m"),
        keys.concern(REF, "c"),
        keys.persons_copy(REF, "C", "xlsx"),
        keys.persons_correction(REF, "K"),
    ),
    RecordClass.EVIDENCE: (
        keys.note_batch(keys.note_log(REF, "P", "d"), 1),
        f"{keys.form_folder(REF, 'c')}/a",
        f"{keys.judgement_folder(REF, 'c', 'a')}/a",
        f"{keys.finding_folder(REF, 'F01')}/a",
        keys.marked_words(REF, "w"),
        f"{keys.paragraph_folder(REF, 'P01')}/a",
        keys.remark(REF, "s", "r"),
        keys.assurance(REF, "a"),
        keys.correction(REF, "c"),
        keys.comment_file(REF, "f"),
        f"{keys.reply(REF, 'r')}/a",
        f"{keys.letter_folder(REF, 'draft', 1)}/a",
        f"{keys.letter_folder(REF, 'pre_publication', 1)}/a",
    ),
    RecordClass.RECORD: (
        f"{keys.letter_folder(REF, 'published', 1)}/a",
        keys.statement(REF, "0" * 64, ".pdf"),
        f"{keys.plan_folder(REF)}/a",
        f"{keys.figures_folder(REF)}/a",
        keys.complaint(REF, "c", "n"),
        f"{keys.remit_concern_folder(REF, 'c')}/a",
    ),
}


@pytest.mark.parametrize("kind", list(RecordClass))
def test_each_object_of_an_inspection_is_of_one_class_and_of_no_other_inspections(kind: RecordClass) -> None:
    for key in OF_INSPECTIONS[kind]:
        assert class_of(key, REF) == kind, key
        assert class_of(key, OTHER) is None


TRIED = [
    "incoming",
    "template",
    "check_folder",
    "explanation",
    "cohort_folder",
    "sample_folder",
    "evaluation_folder",
    "sampled_folder",
    "document",
    "family_meeting",
    "meeting_record",
    "concern",
    "persons_copy",
    "persons_correction",
    "note_batch",
    "note_log",
    "form_folder",
    "judgement_folder",
    "finding_folder",
    "marked_words",
    "paragraph_folder",
    "remark",
    "assurance",
    "correction",
    "comment_file",
    "reply",
    "letter_folder",
    "statement",
    "plan_folder",
    "figures_folder",
    "complaint",
    "remit_concern_folder",
]
WITHIN_THESE = {"return_folder": "check_folder", "complaint_folder": "complaint", "plan_file_folder": "plan_folder"}
OF_NO_INSPECTION = {
    "by_content",
    "stem_of",
    "extension_of",
    "name_in_folder",
    "version_stem",
    "report_part_folder",
    "report_folder",
    "destruction_folder",
    # Of a request, which is of the whole programme.
    "persons_folder",
    "persons_request",
    # They open nothing.
    "put_aside",
    "is_put_aside",
    "is_destroyed",
    # They prove what the record was, and outlive it.
    "anchor_key",
    "anchor_ref",
    "witness_key",
    "commitment_key",
}


def test_every_maker_of_keys_is_tried_here_or_is_of_no_inspection() -> None:
    own = {name for name, maker in vars(keys).items() if getattr(maker, "__module__", "") == keys.__name__}
    assert own == {*TRIED, *WITHIN_THESE, *OF_NO_INSPECTION}
    assert set(WITHIN_THESE.values()) <= set(TRIED)


def test_no_folder_of_one_class_lies_in_one_of_another() -> None:
    every = [(kind, folder) for kind in RecordClass for folder in folders(kind, REF)]
    for kind, folder in every:
        assert not [other for other, name in every if other != kind and folder.startswith(name)]


def test_certificates_and_what_is_public_are_of_no_class() -> None:
    for key in (f"{keys.destruction_folder(REF)}/X-1", f"{keys.PUBLIC_FILES}/a", "reports/x/published/1/a"):
        assert class_of(key, REF) is None


def test_the_longest_period_of_those_who_take_part_counts() -> None:
    def period(kind: str, months: int, body: str = "") -> Period:
        return Period(record_class=RecordClass(kind), months=months, inspectorate=body, basis="why")

    schedule = Schedule(period=(period("children", 24, "CQC"), period("children", 3, "Ofsted"))).over(usual_schedule())
    assert schedule.longest(RecordClass.CHILDREN, ("Ofsted",)).months == 6
    assert schedule.longest(RecordClass.CHILDREN, ("Ofsted", "CQC")).months == 24
    assert schedule.longest(RecordClass.RECORD, ("CQC",)).months == 72
    assert (
        Schedule(period=(period("children", 9),)).over(usual_schedule()).longest(RecordClass.CHILDREN, ()).months == 9
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[period]", "cannot be read as a file of settings"),
        ('[[period]]\nclass = "toys"\nmonths = 6\nbasis = "why"', "period.0.class"),
        ('[[period]]\nclass = "children"\nmonths = 0\nbasis = "why"', "period.0.months"),
        ('[[period]]\nclass = "children"\nmonths = 6', "period.0.basis"),
        ('[[period]]\nclass = "children"\nmonths = 6\nbasis = "why"\n' * 2, "two periods"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(ScheduleError, match=why):
        read_schedule(path)

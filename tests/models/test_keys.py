"""Keys of the evidence store are made and taken apart in one place, and look as they always have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import keys

SHA256 = "0123456789abcdef" * 4
NAMES = st.from_regex(r"[a-zA-Z][a-zA-Z0-9 -]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (keys.incoming("r-pol-1", "ab12", ".csv"), "incoming/r-pol-1/ab12.csv"),
        (keys.template("r-pol-1", "xlsx"), "templates/r-pol-1.xlsx"),
        (keys.return_folder("r-pol-1", 2), "returns/r-pol-1/v2"),
        (keys.check_folder("r-pol-1", 2, "x@1"), "returns/r-pol-1/v2/x@1"),
        (keys.explanation("r-pol-1", "ab12"), "returns/r-pol-1/explanations/ab12.json"),
        (keys.cohort_folder("r", 1), "cohorts/r/1"),
        (keys.sample_folder("r", 1), "samples/r/1"),
        (keys.evaluation_folder("r", "police"), "evaluations/r/police"),
        (keys.finding_folder("r", "F01"), "findings/r/F01"),
        (keys.paragraph_folder("r", "P01"), "drafts/r/P01"),
        (keys.remark("r", "F01", "ab12"), "remarks/r/F01/ab12.json"),
        (keys.assurance("r", "ab12"), "assurances/r/ab12.json"),
        (keys.correction("r", "ab12"), "corrections/r/ab12.json"),
        (keys.document("r", "ab12"), "documents/r/ab12"),
        (keys.family_meeting("r", "ab12"), "meetings/r/family/ab12.json"),
        (keys.meeting_record("r", "ab12"), "meetings/r/records/ab12.json"),
        (keys.letter_folder("r", "draft", 1), "letters/r/draft/1"),
        (keys.statement("r", SHA256, ".pdf"), "statements/r/0123456789abcdef.pdf"),
        (keys.version_stem("jo", version=1), "jo-v1"),
        (keys.version_stem("jo", "police", version=2), "jo-police-v2"),
        (keys.name_in_folder("evaluations/r/police/list-ab12.xlsx"), "list-ab12.xlsx"),
        (keys.by_content("samples/r/1", "manifest", SHA256, "json"), "samples/r/1/manifest-0123456789abcdef.json"),
    ],
)
def test_keys_keep_the_form_that_stored_objects_have(key: str, text: str) -> None:
    assert key == text


@given(NAMES, st.binary(min_size=32, max_size=32).map(bytes.hex), st.sampled_from(["parquet", "json", "xlsx"]))
def test_a_key_gives_stem_and_extension_back(stem: str, sha256: str, extension: str) -> None:
    key = keys.by_content(keys.return_folder("reading-x-la-da", 1), stem, sha256, extension)
    assert (keys.stem_of(key), keys.extension_of(key)) == (stem, extension)


@given(st.uuids().map(str), NAMES)
def test_what_lies_in_the_folder_of_a_persons_request_gives_its_id_back(identity: str, name: str) -> None:
    assert keys.persons_request(f"{keys.persons_folder(identity)}/{name}") == identity

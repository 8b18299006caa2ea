"""Whether findings are ready, and if not, whose turn it is, in a sentence."""

from datetime import UTC, datetime

import pytest

from models.states import FindingLevel, ParagraphState, ReadyFor, ThreadKind
from models.tables import Assurance, Finding, FindingPass, ParagraphVersion, Thread
from tasks.assuring.readiness import ReadinessFacts, by_level, digest_of, judged

pytestmark = pytest.mark.pure

NOW = datetime(2025, 3, 20, tzinfo=UTC)


def finding(number: int, level: FindingLevel, by: str = "P-AAAAAAAA") -> Finding:
    return Finding(
        inspection="r",
        id=f"F{number:02}",
        version=1,
        category="strength",
        area="EA01",
        level=level,
        text_key="k",
        text_sha256="s",
        recorded_by=f"inspector: {by}",
        recorded_at=NOW,
    )


def paragraph(number: int, state: ParagraphState) -> ParagraphVersion:
    return ParagraphVersion(
        inspection="r",
        paragraph=f"P{number:02}",
        version=1,
        follows=0,
        text_key="k",
        text_sha256="s",
        state=state,
        written_by="x",
        written_at=NOW,
    )


def assurance(digest: str, *, ready: bool = True) -> Assurance:
    return Assurance(
        id="a",
        inspection="r",
        number=1,
        purpose=ReadyFor.DRAFT,
        ready=ready,
        digest=digest,
        findings=1,
        paragraphs=0,
        text_key="k",
        by="P-E",
        at=NOW,
    )


AGREED = [finding(1, FindingLevel.AGREED)]
DIGEST = digest_of(AGREED, ())


def turns(standing: ReadinessFacts, purpose: ReadyFor = ReadyFor.DRAFT) -> list[tuple[str, str]]:
    return [(turn.who, turn.sentence) for turn in judged(purpose, standing).turns]


def test_each_level_has_its_turn_and_a_manager_does_what_the_lead_wrote() -> None:
    rows = [
        finding(1, FindingLevel.RECORDED),
        finding(2, FindingLevel.RECORDED),
        finding(3, FindingLevel.REVIEWED),
        finding(4, FindingLevel.REVIEWED, "P-LLLLLLLL"),
        finding(5, FindingLevel.MODERATED),
    ]
    assert turns(ReadinessFacts(rows, [], leads=frozenset({"P-LLLLLLLL"}))) == [
        ("inspector", "F01 and F02 wait to be reviewed by a second inspector."),
        ("lead", "F03 waits to be moderated by the lead inspector."),
        ("manager", "F04 waits to be moderated by a programme manager, since the lead inspector wrote it."),
        ("lead", "F05 waits to be agreed by the lead inspector."),
    ]


def test_who_wrote_a_finding_first_is_known_from_its_first_version() -> None:
    row = finding(1, FindingLevel.REVIEWED)
    first = FindingPass(
        inspection="r", finding="F01", version=1, level=FindingLevel.RECORDED, by="lead_inspector: P-LLLLLLLL", at=NOW
    )
    (turn,) = turns(ReadinessFacts([row], [first], leads=frozenset({"P-LLLLLLLL"})))
    assert turn[0] == "manager"


def test_the_assurer_reads_last_and_a_change_asks_them_again() -> None:
    nobody = ReadinessFacts(AGREED, [])
    assert judged(ReadyFor.DRAFT, nobody).waits_for_assurer
    assert "reads the findings next, and says whether they are ready for the draft letter" in turns(nobody)[0][1]
    assert judged(ReadyFor.DRAFT, ReadinessFacts(AGREED, [], assurance=assurance(DIGEST))).is_ready
    changed = turns(ReadinessFacts(AGREED, [], assurance=assurance("other")))
    assert changed[0][1].startswith("What the quality assurer read was changed since.")
    (who, sentence), *_ = turns(ReadinessFacts(AGREED, [], assurance=assurance(DIGEST, ready=False)))
    assert (who, "not ready for the draft letter" in sentence) == ("lead", True)


def test_a_disagreement_holds_up_even_what_is_agreed() -> None:
    thread = Thread(
        id="t",
        inspection="r",
        subject="F01",
        version=1,
        kind=ThreadKind.DISAGREEMENT,
        opened_by="P-BBBBBBBB",
        opened_at=NOW,
    )
    assert turns(ReadinessFacts(AGREED, [], undecided=[thread], assurance=assurance(DIGEST))) == [
        ("lead", "A disagreement on F01 waits for the decision of the lead inspector.")
    ]
    ((who, sentence),) = turns(ReadinessFacts(AGREED, [], undecided=[thread], leads=frozenset({"P-BBBBBBBB"})))
    assert (who, "since it is the lead inspector's own" in sentence) == ("manager", True)


@pytest.mark.parametrize(
    ("states", "empty", "sentence"),
    [
        ((), False, "The draft letter has no paragraph yet."),
        ((), True, "The quality assurer reads the findings next"),
        ((ParagraphState.PUT_TOGETHER,), False, "P01 of the draft letter is put together from findings"),
        ((ParagraphState.PUT_TOGETHER,) * 2, True, "P01 and P02 of the draft letter are put together"),
        ((ParagraphState.WRITTEN,), False, "The quality assurer reads the findings next"),
    ],
)
def test_nothing_is_published_that_nobody_has_written(
    states: tuple[ParagraphState, ...], empty: bool, sentence: str
) -> None:
    rows = [paragraph(number, state) for number, state in enumerate(states, 1)]
    (turn,) = turns(ReadinessFacts(AGREED, [], paragraphs=rows, may_be_empty=empty), ReadyFor.PUBLICATION)
    assert sentence in turn[1]


def test_a_paragraph_that_changes_is_read_again() -> None:
    rows = [paragraph(1, ParagraphState.WRITTEN)]
    assert digest_of(AGREED, rows) != digest_of(AGREED, ()) != digest_of([finding(2, FindingLevel.AGREED)], ())


def test_findings_are_counted_by_level_from_the_lowest() -> None:
    rows = [finding(1, FindingLevel.AGREED), finding(2, FindingLevel.RECORDED), finding(3, FindingLevel.AGREED)]
    assert by_level(rows) == {FindingLevel.RECORDED: 1, FindingLevel.AGREED: 2}

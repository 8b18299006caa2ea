"""Concerns about a child: raised at any stage, told, chased, answered and rung, with nothing of the child outside."""

from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from models.events import Owed
from models.keys import concern as words_at
from models.lifecycle import Stage
from models.roles import Role
from models.states import CallResult, SpokenTo
from models.tables import Agency, AuditEntry, Concern, ConcernReceipt, Inspection, Notice, Person, Work
from models.tables.base import utc_now
from tasks.concerns.answering import acknowledge, for_receiver, read_at_agency, record_call
from tasks.concerns.raising import (
    ConcernError,
    ConcernWords,
    NoConcernError,
    raise_concern,
    without_director,
    without_named_person,
)
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.jobs.chase_concern import chase
from tasks.ledger.work import claim
from tasks.people.access import Door, doors_of, lasting_doors_of
from tasks.people.notices import words_of
from tasks.people.persons import PersonError, give_role
from tests.tasks.people import correspondence
from tests.tasks.people.correspondence import POLICE, REF

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("area_of")]
WORDS = ConcernWords("Zebedee Quill, born 2 May 2021", "His mother's partner threatened to take him tonight.")


@pytest.fixture
def area_of(ledger: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - there is a ledger
    """Keep a live inspection with a police force."""
    from models.settings import reread

    monkeypatch.setenv("JTAI_PORTAL_URL", "http://127.0.0.1:1")
    reread()
    correspondence.inspection()


def inspector() -> str:
    return f"inspector: {correspondence.person('Ines', 'ines@inspect.jtai-area.uk', Role.INSPECTOR)}"


def named() -> str:
    reference = correspondence.officer("Pia Named", "pia@police.jtai-area.uk")
    with transaction() as session:
        person = session.get_one(Person, reference)
        person.organisation_id = session.get_one(Agency, POLICE).organisation_id
        session.add(person)
        give_role(session, person, Role.NAMED, by=correspondence.BY, from_day=utc_now().date())
    return reference


def doors(reference: str) -> tuple[Door, ...]:
    with transaction() as session:
        return lasting_doors_of(session, reference, utc_now())


def receipt(identity: str) -> ConcernReceipt:
    with transaction() as session:
        return session.get_one(ConcernReceipt, (identity, POLICE))


def the_half_hour_is_over() -> None:
    with transaction() as session:
        owed = col(Work.kind) == Owed.CHASE_CONCERN
        session.execute(update(Work).where(owed).values(not_before=utc_now() - timedelta(seconds=1)))


def chased() -> str:
    the_half_hour_is_over()
    claimed = claim(Owed.CHASE_CONCERN)
    assert claimed is not None
    return chase(claimed)


@pytest.mark.parametrize("stage", list(Stage))
def test_at_every_stage_and_after_the_end_it_is_told_read_and_acknowledged(stage: Stage) -> None:
    by, pia = inspector(), named()
    with transaction() as session:
        session.get_one(Inspection, REF).stage = stage
    identity = raise_concern(REF, WORDS, once="a", by=by)
    assert [notice.person_id for notice in correspondence.rows("concern_raised")] == [pia]
    assert len(correspondence.rows("concern_told")) == 3
    assert read_at_agency(identity, doors(pia), pia).words == WORDS
    acknowledge(identity, doors(pia), pia)
    with transaction() as session:
        assert session.get_one(Concern, identity).settled_at is not None
        actions = {row.action for row in session.exec(select(AuditEntry).where(AuditEntry.subject == identity))}
    assert actions == {"concern.raised", "concern.read", "concern.answered"}
    assert chased() == "answered"
    assert claim(Owed.CHASE_CONCERN) is None
    assert correspondence.rows("concern_chased") == []


def test_a_concern_is_chased_after_half_an_hour_and_more_people_hear_of_it_until_somebody_answers() -> None:
    by, pia = inspector(), named()
    other = correspondence.officer("Otto Other", "otto@police.jtai-area.uk")
    identity = raise_concern(REF, WORDS, once="a", by=by)
    assert claim(Owed.CHASE_CONCERN) is None
    with pytest.raises(NoConcernError):
        read_at_agency(identity, doors(other), other)
    assert chased() == "1 agency has not answered"
    assert {notice.person_id for notice in correspondence.rows("concern_chased")} == {pia, other}
    assert len(correspondence.rows("concern_unanswered")) == 3
    read_at_agency(identity, doors(other), other)
    assert chased() == "1 agency has not answered"
    assert len(correspondence.rows("concern_unanswered")) == 6
    acknowledge(identity, doors(other), other)
    assert receipt(identity).answered_by == other
    assert chased() == "answered"


def director(name: str = "Dora Director") -> str:
    return correspondence.person(name, f"{name[:4]}@police.jtai-area.uk".lower(), Role.DIRECTOR, inspection=None)


def test_a_director_hears_of_it_once_the_chase_went_unanswered_and_reads_nothing_before() -> None:
    by, dora = inspector(), director()
    named()
    identity = raise_concern(REF, WORDS, once="a", by=by)
    with pytest.raises(NoConcernError):
        read_at_agency(identity, doors(dora), dora)
    chased()
    assert correspondence.rows("concern_escalated") == []
    assert {row.facts["director"] for row in correspondence.rows("concern_unanswered")} == {"next"}
    with pytest.raises(NoConcernError):
        acknowledge(identity, doors(dora), dora)
    chased()
    (notice,) = correspondence.rows("concern_escalated")
    assert notice.person_id == dora
    assert receipt(identity).escalated_at is not None
    assert {row.facts["director"] for row in correspondence.rows("concern_unanswered")} == {"next", "told"}
    with transaction() as session:
        text = words_of(session, notice)
        assert [row.id for row, _ in for_receiver(session, doors(dora), dora)] == [identity]
    assert f"/concerns/{identity}" in str(text)
    assert read_at_agency(identity, doors(dora), dora).words == WORDS
    acknowledge(identity, doors(dora), dora)
    assert receipt(identity).answered_by == dora
    assert chased() == "answered"


def test_l13_without_a_director_it_is_said_whose_turn_it_is_and_one_who_is_entered_then_is_told_next() -> None:
    identity = raise_concern(REF, WORDS, once="a", by=inspector())
    with transaction() as session:
        assert without_director(session, REF) == ["Thames Valley Police"]
    for _ in range(2):
        chased()
    with transaction() as session:
        texts = [str(words_of(session, row)) for row in correspondence.rows("concern_unanswered")]
    assert len(texts) == 6
    assert all("No director of Thames Valley Police is on record" in text for text in texts)
    assert all("programme manager's turn to enter one" in text.replace("\\'", "'") for text in texts)
    assert receipt(identity).escalated_at is None
    dora = director()
    with transaction() as session:
        assert without_director(session, REF) == []
    chased()
    assert [row.person_id for row in correspondence.rows("concern_escalated")] == [dora]


def test_the_agency_without_a_named_person_is_known_until_somebody_is_named_and_again_once_they_left() -> None:
    def lacking() -> list[str]:
        with transaction() as session:
            return without_named_person(session, REF)

    assert lacking() == ["Thames Valley Police"]
    pia = named()
    assert lacking() == []
    with transaction() as session:
        session.get_one(Person, pia).ended_at = utc_now()
    assert lacking() == ["Thames Valley Police"]


def test_where_nobody_is_named_every_contact_is_told_and_may_answer() -> None:
    contact = correspondence.officer("Otto Other", "otto@police.jtai-area.uk")
    identity = raise_concern(REF, WORDS, once="a", by=inspector())
    assert [notice.person_id for notice in correspondence.rows("concern_raised")] == [contact]
    with transaction() as session:
        assert [row.id for row, _ in for_receiver(session, doors(contact), contact)] == [identity]
    acknowledge(identity, doors(contact), contact)
    assert receipt(identity).named == 0


def test_a_call_closes_it_only_where_somebody_took_it_on() -> None:
    by = inspector()
    identity = raise_concern(REF, WORDS, once="a", by=by)
    for spoken, result in (
        (SpokenTo.NOBODY, CallResult.NO_ANSWER),
        (SpokenTo.CONTROL_ROOM, CallResult.WILL_RING_BACK),
    ):
        record_call(identity, REF, POLICE, rung_at=utc_now(), spoken_to=spoken, result=result, by=by)
        assert receipt(identity).answered_at is None
    with pytest.raises(ConcernError, match="whom you spoke to"):
        record_call(
            identity, REF, POLICE, rung_at=utc_now(), spoken_to=SpokenTo.NOBODY, result=CallResult.TAKEN_ON, by=by
        )
    for wrong in (utc_now() + timedelta(minutes=5), utc_now() - timedelta(days=1)):
        with pytest.raises(ConcernError, match="Enter a time"):
            record_call(
                identity,
                REF,
                POLICE,
                rung_at=wrong,
                spoken_to=SpokenTo.CONTROL_ROOM,
                result=CallResult.TAKEN_ON,
                by=by,
            )
    record_call(
        identity, REF, POLICE, rung_at=utc_now(), spoken_to=SpokenTo.CONTROL_ROOM, result=CallResult.TAKEN_ON, by=by
    )
    assert receipt(identity).result is CallResult.TAKEN_ON
    assert chased() == "answered"


def test_l5_no_notice_row_or_entry_holds_a_word_about_the_child() -> None:
    named()
    raise_concern(REF, WORDS, once="a", by=inspector())
    chased()
    with transaction() as session:
        notices = list(session.exec(select(Notice)))
        texts = [f"{words_of(session, row)} {row.facts}" for row in notices]
        texts += [
            str(row.model_dump()) for kind in (Concern, ConcernReceipt, Work) for row in session.exec(select(kind))
        ]
        texts += [str(row.facts) for row in session.exec(select(AuditEntry))]
    assert not [text for text in texts if "Zebedee" in text or "partner" in text or "Quill" in text]


def test_a_death_between_the_store_and_the_row_is_made_good_by_sending_the_form_again() -> None:
    by = inspector()
    body = canonical_json({"child": "", "who": WORDS.who, "danger": WORDS.danger})
    identity = sha256(b"once\n" + body)[:24]
    store.put_once(words_at(REF, identity), body, content_type="application/json")
    for _ in range(2):
        assert raise_concern(REF, WORDS, once="once", by=by) == identity
    assert len(correspondence.rows("concern_raised")) == 1
    assert raise_concern(REF, WORDS, once="another", by=by) != identity


def test_a_death_in_the_transaction_leaves_no_notice_without_a_concern(monkeypatch: pytest.MonkeyPatch) -> None:
    by = inspector()

    def dies(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("tasks.concerns.raising.chase_later", dies)
        with pytest.raises(MemoryError):
            raise_concern(REF, WORDS, once="a", by=by)
    assert correspondence.rows("concern_raised") == []
    identity = raise_concern(REF, WORDS, once="a", by=by)
    assert [row.facts["concern"] for row in correspondence.rows("concern_raised")] == [identity]


def test_l15_whoever_is_named_elsewhere_or_has_ended_reads_nothing() -> None:
    pia = named()
    identity = raise_concern(REF, WORDS, once="a", by=inspector())
    lead = correspondence.rows("concern_told")[0].person_id or ""
    with pytest.raises(NoConcernError):
        read_at_agency(identity, doors(lead), lead)
    with transaction() as session:
        person = session.get_one(Person, pia)
        person.organisation_id = None
        session.add(person)
        assert all(door.role is not Role.MANAGER for door in doors_of(session, pia, utc_now()))
    with pytest.raises(NoConcernError):
        read_at_agency(identity, doors(pia), pia)
    with transaction() as session, pytest.raises(PersonError, match="organisation"):
        give_role(session, session.get_one(Person, pia), Role.NAMED, by="x", from_day=utc_now().date())


def test_words_that_are_missing_are_asked_for_and_nothing_is_stored() -> None:
    with pytest.raises(ConcernError, match="Enter why"):
        raise_concern(REF, ConcernWords("A child", " "), once="a", by=inspector())
    assert correspondence.rows("concern_told") == []

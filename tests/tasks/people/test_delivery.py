"""Notices leave once, wait where a channel cannot take them, and stay inside where they must not leave."""

import os
import subprocess
import sys
import threading

import pytest
from sqlmodel import select, update

from models.events import Owed
from models.roles import Role
from models.settings import CHECKOUT, reread
from models.states import CallResult, Delivery, DeliveryFault, SpokenTo
from models.tables import Inspection, Notice, Person, Work
from models.tables.base import utc_now
from tasks.concerns.answering import record_call
from tasks.concerns.raising import ConcernWords, raise_concern
from tasks.ground.database import transaction
from tasks.jobs.chase_concern import chase
from tasks.ledger.work import claim
from tasks.people.channels import Channel, ChannelRefusedError
from tasks.people.chosen_channel import channel
from tasks.people.delivery import Sent, deliver, is_made_up, is_waiting
from tasks.people.notices import unsent, write_notice
from tests.notify_server import KEY, Notifications
from tests.tasks.people.correspondence import (
    POLICE,
    REF,
    audited,
    hurry,
    inspection,
    officer,
    person,
    remind,
    rows,
    states,
)

pytestmark = pytest.mark.parts

OLA = "ola@police.jtai-area.uk"


def chosen() -> Channel:
    there = channel()
    assert there is not None
    return there


def run() -> Sent:
    return deliver(chosen())


def test_a_notice_reaches_its_person_with_their_link_and_how_to_reach_the_lead_inspector(notify: Notifications) -> None:
    reference = officer("Ola Officer", OLA)
    remind()
    assert dict(run().counts) == {(REF, Delivery.SENT): 1}
    [mail] = notify.taken
    [row] = rows("reminder")
    assert (mail["email_address"], mail["reference"]) == (OLA, row.id)
    assert mail["personalisation"]["subject"] == "Reading: POL-1 is due soon"
    for part in (f"/sign-in/{row.link_id}/", "lead inspector, Lena Lead, on 0118 496 0000 or at lena@inspect.jtai-"):
        assert part in mail["personalisation"]["body"]
    assert (row.delivery, row.channel, row.channel_id) == (Delivery.SENT, "GOV.UK Notify", mail["id"])
    assert audited() == [{"kind": "reminder", "to": reference, "state": "sent"}]
    assert not is_waiting()
    run()
    assert len(notify.taken) == 1


def test_l3_two_senders_at_once_send_each_notice_once(notify: Notifications) -> None:
    for number in range(8):
        officer(f"Officer {number}", f"o{number}@police.jtai-area.uk")
    remind()
    notify.silent = 0.05
    senders = [threading.Thread(target=run) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(mail["email_address"] for mail in notify.taken) == [f"o{n}@police.jtai-area.uk" for n in range(8)]
    assert set(states("reminder")) == {"sent"}


_DIES = """
import os
from tasks.people import delivery
from tasks.people.chosen_channel import channel
delivery._record = lambda *_: os._exit(9)
delivery.deliver(channel())
"""


def test_l3_a_sender_killed_between_the_answer_and_the_record_is_followed_by_none_that_sends_again(
    notify: Notifications,
) -> None:
    officer("Ola Officer", OLA)
    remind()
    died = subprocess.run([sys.executable, "-c", _DIES], cwd=CHECKOUT, env=dict(os.environ), check=False)
    assert died.returncode == 9
    assert (len(notify.taken), states("reminder")) == (1, ["sending"])
    # While the lease lasts nobody touches it.
    assert (is_waiting(), dict(run().counts)) == (False, {})
    hurry()
    run()
    assert (len(notify.taken), notify.asked, states("reminder")) == (1, 1, ["sent"])
    assert rows("reminder")[0].channel_id == notify.taken[0]["id"]


def test_l3_an_answer_that_got_lost_is_asked_for_before_anything_is_sent_again(
    notify: Notifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.people.notify._SECONDS", 0.3)
    officer("Ola Officer", OLA)
    remind()
    notify.silent = 1
    run()
    assert (len(notify.taken), states("reminder")) == (1, ["waiting"])
    notify.silent = 0
    hurry()
    run()
    assert (len(notify.taken), states("reminder")) == (1, ["sent"])


def test_429_lets_everything_wait_and_then_everything_is_sent(notify: Notifications) -> None:
    for number in range(3):
        officer(f"Officer {number}", f"o{number}@police.jtai-area.uk")
    remind()
    notify.answers = [429]
    first = run()
    assert first.stopped == "GOV.UK Notify takes no more for now"
    assert first.again is not None
    assert (notify.taken, states("reminder"), is_waiting()) == ([], ["waiting"] * 3, False)
    hurry()
    assert not run().stopped
    assert (len(notify.taken), states("reminder")) == (3, ["sent"] * 3)


def test_l9_one_notice_that_the_channel_stumbles_over_holds_up_no_other(notify: Notifications) -> None:
    for number in range(5):
        officer(f"Officer {number}", f"o{number}@police.jtai-area.uk")
    remind()
    notify.answers = [500]
    run()
    assert (len(notify.taken), sorted(states("reminder"))) == (4, ["sent"] * 4 + ["waiting"])
    hurry()
    run()
    assert (len(notify.taken), states("reminder")) == (5, ["sent"] * 5)


def test_a_channel_that_is_away_is_left_alone_after_three_stumbles(notify: Notifications) -> None:
    for number in range(5):
        officer(f"Officer {number}", f"o{number}@police.jtai-area.uk")
    remind()
    notify.answers = [500, 502, 503, 500, 500]
    first = run()
    assert (first.stopped, notify.answers) == ("GOV.UK Notify does not answer", [500, 500])
    assert (is_waiting(), states("reminder")) == (False, ["waiting"] * 5)


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("JTAI_NOTIFY_KEY", KEY[:-1] + "b", "it does not accept the key"),
        ("JTAI_NOTIFY_TEMPLATE", "00000000-0000-4000-8000-000000000000", "the template is not there"),
    ],
)
def test_what_the_operator_must_correct_lets_all_wait_and_is_told_to_them(
    notify: Notifications, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, why: str
) -> None:
    officer("Ola Officer", OLA)
    remind()
    with monkeypatch.context() as wrong:
        wrong.setenv(setting, value)
        reread()
        stopped = run().stopped
        assert stopped.startswith(f"GOV.UK Notify: {why}")
        hurry()
        run()
    reread()
    # Nobody's address is blamed, and the operator has one notice of it.
    assert (notify.taken, states("reminder"), states("undeliverable")) == ([], ["waiting"], [])
    [notice] = rows("channel_refused")
    assert (notice.to_name, notice.facts["waiting"]) == ("operator", 1)
    hurry()
    run()
    assert [mail["email_address"] for mail in notify.taken] == [OLA]
    assert states("channel_refused") == ["kept"]


def test_a_key_that_may_write_to_its_own_team_alone_blames_no_address(notify: Notifications) -> None:
    officer("Ola Officer", OLA)
    remind()
    notify.team = {"somebody@inspect.jtai-area.uk"}
    assert run().stopped == "GOV.UK Notify: the key or the service may write to its own team alone"
    assert states("reminder") == ["waiting"]


@pytest.mark.parametrize("settings_in_force", [{"JTAI_NOTIFY_KEY": "short"}, {"JTAI_SMTP_URL": "smtps://x"}])
def test_settings_that_cannot_work_are_refused_by_their_name(
    notify: Notifications, monkeypatch: pytest.MonkeyPatch, settings_in_force: dict[str, str]
) -> None:
    assert notify.url
    for name, value in settings_in_force.items():
        monkeypatch.setenv(name, value)
    reread()
    with pytest.raises(ChannelRefusedError, match=next(iter(settings_in_force))):
        channel()


def test_a_rehearsal_and_made_up_people_send_nothing_outside(notify: Notifications) -> None:
    reference = officer("Ola Officer", OLA)
    remind("first")
    with transaction() as session:
        session.get_one(Person, reference).made_up = True
    run()
    with transaction() as session:
        session.get_one(Person, reference).made_up = False
        session.get_one(Inspection, REF).rehearsal = True
    remind("second")
    run()
    assert (notify.taken, states("reminder"), states("undeliverable")) == ([], ["kept", "kept"], [])


def test_a_concern_of_a_rehearsal_stays_inside_at_each_step_and_a_real_one_leaves(notify: Notifications) -> None:
    officer("Ola Officer", OLA)
    person("Pia Named", "pia@police.jtai-area.uk", Role.NAMED, inspection=None)
    by = f"inspector: {person('Ines Inspector', 'ines@inspect.jtai-area.uk', Role.INSPECTOR)}"
    words = ConcernWords("Zebedee Quill", "He is alone in the house.")
    for rehearsal in (True, False):
        with transaction() as session:
            session.get_one(Inspection, REF).rehearsal = rehearsal
        identity = raise_concern(REF, words, once=f"rehearsal {rehearsal}", by=by)
        with transaction() as session:
            session.execute(update(Work).values(not_before=utc_now()))
        while claimed := claim(Owed.CHASE_CONCERN):
            chase(claimed)
        record_call(
            *(identity, REF, POLICE),
            rung_at=utc_now(),
            spoken_to=SpokenTo.CONTROL_ROOM,
            result=CallResult.TAKEN_ON,
            by=by,
        )
        run()
        kinds = {row.kind for row in rows() if row.delivery is (Delivery.KEPT if rehearsal else Delivery.SENT)}
        assert kinds == {"concern_raised", "concern_chased", "concern_told", "concern_unanswered", "concern_answered"}
        assert bool(notify.taken) is not rehearsal
    assert "Zebedee" not in str(notify.taken)


@pytest.mark.parametrize(
    ("address", "made_up"),
    [
        ("a@example.org", True),
        ("a@Example.COM", True),
        ("a@police.example.net", True),
        ("a@council.test", True),
        ("a@x.invalid", True),
        ("a@localhost", True),
        ("a@example.org.", True),
        ("a@notexample.org", False),
        ("a@example.org.uk", False),
        ("example.org@reading.gov.uk", False),
    ],
)
def test_an_example_of_an_address_never_leaves(address: str, made_up: bool) -> None:
    assert is_made_up(address) is made_up


def test_an_example_of_an_address_in_a_live_inspection_is_told_and_not_written_to(notify: Notifications) -> None:
    officer("Ola Officer", "ola@police.example.org")
    remind()
    run()
    assert [mail["email_address"] for mail in notify.taken] == [
        "inspections@police.jtai-area.uk",
        "mo@inspect.jtai-area.uk",
    ]
    [row] = [row for row in rows("reminder") if row.person_id]
    assert (row.delivery, row.fault) == (Delivery.FAILED, DeliveryFault.MADE_UP_ADDRESS)


def test_a_notice_to_a_role_that_nobody_has_goes_to_whoever_gets_it(notify: Notifications) -> None:
    with transaction() as session:
        write_notice(session, "fieldwork", "assurer", once="f1", inspection=REF, facts={"missing": 0})
    run()
    assert (states("fieldwork"), notify.taken) == (["waiting"], [])
    person("Quinn Quality", "quinn@inspect.jtai-area.uk", Role.ASSURER)
    hurry()
    run()
    assert [mail["email_address"] for mail in notify.taken] == ["quinn@inspect.jtai-area.uk"]
    assert sorted(states("fieldwork")) == ["kept", "sent"]
    # The link in it lets the person in, and not the role.
    [mail] = rows("fieldwork")[1:]
    assert mail.link_id


def test_the_operators_notices_stay_in_the_outbox_until_there_is_an_address(
    notify: Notifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = {"kind": "validate", "subject": "x", "failures": 1, "fault": "OSError"}
    with transaction() as session:
        write_notice(session, "work_failed", "operator", once="w1", inspection=REF, facts=facts)
    run()
    assert (states("work_failed"), notify.taken) == (["kept"], [])
    monkeypatch.setenv("JTAI_OPERATOR_ADDRESS", "operator@inspect.jtai-area.uk")
    reread()
    with transaction() as session:
        write_notice(session, "work_failed", "operator", once="w2", inspection=REF, facts=facts)
    run()
    assert [mail["email_address"] for mail in notify.taken] == ["operator@inspect.jtai-area.uk"]


@pytest.mark.usefixtures("ledger")
def test_without_a_channel_there_is_none() -> None:
    inspection()
    assert channel() is None


def test_l5_what_is_kept_of_a_sent_notice_names_nobody(notify: Notifications) -> None:
    officer("Ola Officer", OLA)
    remind()
    run()
    with transaction() as session:
        [row] = session.exec(select(Notice).where(Notice.kind == "reminder"))
        kept = row.model_dump_json()
        assert unsent(session, REF, row.written_at) == 0
    assert notify.taken
    assert "ola" not in kept.lower()

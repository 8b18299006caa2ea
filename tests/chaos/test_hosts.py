"""Hosts that part: a plan is its seed's, the model knows what nobody may see, a short history ends as it must."""

import itertools
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.hosts.faults import APART, LINES, plan
from tests.chaos.hosts.history import lived
from tests.chaos.hosts.network import HOSTS, OUTSIDE, WORKERS, address, at
from tests.chaos.hosts.seen import Observation, impossible
from tests.chaos.hosts.switch import Line, Switch, may_be_made
from tests.chaos.inspecting import Remains

ACKNOWLEDGED = Observation(1.0, 1.0, "acknowledged", "s1", "abc")


def test_the_same_seed_is_the_same_history_and_another_is_another() -> None:
    first, again, other = (list(itertools.islice(plan(seed).faults(), 40)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_fifty_histories_have_every_kind_of_fault_and_part_every_pair() -> None:
    plans = [plan(seed) for seed in range(1, 51)]
    faults = [fault for each in plans for fault in itertools.islice(each.faults(), 20)]
    assert {fault.kind for fault in faults} == {*LINES, "doubled events", "gone", "no names"}
    assert {each.gone[0] for each in plans if each.gone} == set(WORKERS)
    assert {each.wrong_clock[1] for each in plans if each.wrong_clock} == set(APART)
    parted = {frozenset(fault.hosts) for fault in faults if fault.kind == "parted"}
    assert parted == {frozenset(pair) for pair in itertools.combinations((*HOSTS, OUTSIDE), 2)}
    lost = {fault.hosts for fault in faults if fault.kind == "one way lost"}
    assert ("database", "portal") in lost or ("portal", "database") in lost


def test_each_host_has_an_address_and_commands_run_there(tmp_path: Path) -> None:
    assert len({address(host) for host in (*HOSTS, OUTSIDE)}) == len(HOSTS) + 1
    assert at("store", ["true"])[:3] == ["ip", "netns", "exec"]
    assert at("store", ["true"], (tmp_path, tmp_path))[-1] == "true"


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ([Observation(2.0, 3.0, "receipt", "s1", "abc")], []),
        (
            [Observation(2.0, 3.0, "receipt", "s1", "abd")],
            ["s1 was acknowledged, and another file was found under it later"],
        ),
        ([Observation(2.0, 3.0, "receipt", "s1")], ["s1 was acknowledged, and nothing was found under it later"]),
        # Asked before the acknowledgement came: both answers are possible.
        ([Observation(0.5, 3.0, "receipt", "s1")], []),
        ([Observation(2.0, 2.0, "acknowledged", "s1", "abd")], ["s1 was acknowledged for two different files"]),
        ([Observation(2.0, 2.0, "acknowledged", "s1", "abc")], []),
    ],
)
def test_l1_what_was_acknowledged_is_found_by_whoever_asks_later(seen: list[Observation], said: list[str]) -> None:
    assert impossible([ACKNOWLEDGED, *seen]) == said


def test_no_stage_is_seen_before_an_earlier_one_by_whoever_asks_later() -> None:
    later, earlier = ("fieldwork", "returns_open")
    assert impossible([Observation(1, 2, "stage", earlier), Observation(3, 4, "stage", later)]) == []
    assert impossible([Observation(1, 2, "stage", later), Observation(3, 4, "stage", earlier)]) == [
        "the stage was fieldwork, and returns_open later"
    ]
    # Two who ask at once may get answers of before and after.
    assert impossible([Observation(1, 2, "stage", later), Observation(1.5, 4, "stage", earlier)]) == []


def test_a_switch_loses_delays_and_doubles_as_its_lines_say(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[bytes] = []
    monkeypatch.setattr(Switch, "_give", staticmethod(lambda _port, frame: given.append(frame)))
    switch = Switch(1)
    switch._ports = {"a": 1, "b": 2}
    switch.set("a", "b", Line(cut=True))
    switch._send("a", "b", b"lost")
    switch._send("b", "a", b"arrives")
    assert given == [b"arrives"]
    switch.set_both("a", "b", Line(delay=0.2))
    switch._send("a", "b", b"late")
    assert given == [b"arrives"]
    assert [frame for _, _, _, frame in switch._late] == [b"late"]
    switch.set("a", "b", Line(doubled=1.0))
    switch._send("a", "b", b"twice")
    assert given == [b"arrives", b"twice", b"twice"]
    switch.set("a", "b", Line(loss=0.05))
    for _ in range(2000):
        switch._send("a", "b", b"some")
    assert 60 < 2000 - given.count(b"some") < 140


def left(*notices: str) -> Remains:
    return Remains(None, {}, {}, {}, Counter(notices))


def test_a_notice_is_missed_by_what_it_is_and_doubled_by_its_own_id() -> None:
    first, other, second = "D-0A1B2C3D/waits/Bo", "D-11111111/waits/Bo", "D-22222222/waits/Bo"
    assert left(first).differences(left(other)) == []
    assert left(first, second).differences(left(other)) == ["no notice: ID/waits/Bo"]
    assert left(first).differences(left(other, other)) == [f"notice doubled: {other}"]
    comment = f"reading/comment/{'a' * 32}/Bo"
    assert left(comment).differences(left()) == ["no notice: reading/comment/ID/Bo"]
    assert left(comment).differences(left(comment.replace("a" * 32, "b" * 32))) == []


@pytest.mark.long
@pytest.mark.deaths
@pytest.mark.timeout(7200)
def test_l3_hosts_that_part_up_to_the_sample_change_no_byte_and_lose_nothing(tmp_path: Path) -> None:
    if why_not := may_be_made():
        pytest.skip(f"No hosts can be made here: {why_not}.")
    until = "One child replaced"
    wanted = lived(tmp_path / "undisturbed", None, print, until=until)
    assert wanted.wrong == []
    found = lived(tmp_path / "parted", plan(1), print, wanted.left, until)
    assert found.wrong == []
    assert found.faults.total() > 1
    assert found.lost > 0

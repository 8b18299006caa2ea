"""Each sentence of a letter is bound to its evidence: no change of either is missed, and nothing can be guessed."""

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.key_ring import fresh_ring
from tasks.ground.digests import canonical_json, sha256
from tasks.ground.signing import PublicKey, public_keys
from tasks.letters.proofs import Bound, faults_of, opens, prove
from tests.examples import examples
from tests.portal.pages.made_up import set_to

KEY = b"k" * 32
ABOUT = {"inspection": "reading", "status": "published", "version": 1, "files": {"pdf": "a" * 64}}
RING = fresh_ring().to_text()
MUTATIONS = 10_000


def letter(count: int) -> list[Bound]:
    return [
        Bound(
            f"P{place // 3:02}",
            f"Sentence {place} says that practice is strong.",
            tuple({"kind": "case_tracking", "case": f"T{n}", "digest": "b" * 64} for n in range(1, place % 4)),
        )
        for place in range(count)
    ]


def proved(count: int) -> tuple[dict[str, Any], list[dict[str, Any]], tuple[PublicKey, ...]]:
    with set_to(secret_key=None, keys=RING):
        return *prove(letter(count), KEY, ABOUT), public_keys()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33])
def test_a_letter_of_any_length_proves_itself(count: int) -> None:
    proof, openings, keys = proved(count)
    assert faults_of(proof, keys) == []
    assert len(proof["proofs"]) == count
    assert all(opens(opening, proof) for opening in openings)


def test_l4_the_same_letter_has_the_same_proof() -> None:
    assert proved(9) == proved(9)


def test_the_proof_holds_nothing_of_the_evidence_and_no_digest_can_be_guessed() -> None:
    proof, openings, _ = proved(9)
    text = json.dumps(proof)
    assert openings
    assert "case_tracking" not in text
    guesses = {sha256(canonical_json(opening["evidence"])) for opening in openings}
    assert not guesses & {digest for row in proof["proofs"] for digest in row["evidence"]}
    # The same piece of evidence behind two sentences has two digests: nobody sees that both rest on one child.
    digests = [opening["digest"] for opening in openings]
    assert len(set(digests)) == len(digests)


def test_a_proof_by_another_key_is_none() -> None:
    proof, _, _ = proved(5)
    with set_to(secret_key=None, keys=fresh_ring().to_text()):
        assert faults_of(proof, public_keys()) == ["The letter's proof is not signed by a key that is trusted here."]
    assert faults_of(proof, ()) != []


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to each value in a proof that holds none itself."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inner = [place for name, each in pairs for place in places(each, (*way, name))]
    return inner or [way]


def mutated(text: str, way: tuple[Any, ...], chance: random.Random) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(text)
    holder: Any = changed
    for name in way[:-1]:
        holder = holder[name]
    value = holder[way[-1]]
    kind = chance.randrange(4)
    if kind == 0 and len(way) > 1:
        del holder[way[-1]]
    elif kind == 1 and isinstance(holder, list):
        holder.append(copy.deepcopy(value))
    elif isinstance(value, str) and value:
        place = chance.randrange(len(value))
        holder[way[-1]] = value[:place] + chance.choice([c for c in "0f xZ" if c != value[place]]) + value[place + 1 :]
    else:
        holder[way[-1]] = chance.choice([None, -1, "x", [], {}])
    return changed


@pytest.mark.further
def test_none_of_ten_thousand_mutations_of_a_proof_is_missed() -> None:
    proof, _, keys = proved(5)
    ways, chance, text = places(proof), random.Random(7), json.dumps(proof)  # noqa: S311 - repeated, not secret
    missed = []
    for _ in range(MUTATIONS):
        way = chance.choice(ways)
        changed = mutated(text, way, chance)
        if changed != proof and not faults_of(changed, keys):
            missed.append(way)
    assert missed == []


@pytest.mark.parametrize("kind", ["swap", "drop", "text of another", "evidence of another"])
def test_sentences_and_evidence_of_the_same_letter_cannot_change_places(kind: str) -> None:
    proof, _, keys = proved(8)
    rows = proof["proofs"]
    if kind == "swap":
        rows[1], rows[2] = rows[2], rows[1]
    elif kind == "drop":
        rows.pop()
    else:
        name = kind.split()[0]
        rows[2][name], rows[3][name] = rows[3][name], rows[2][name]
    assert faults_of(proof, keys)


@examples(40)
@given(st.integers(1, 20), st.data())
def test_an_opening_that_was_changed_opens_nothing(count: int, data: st.DataObject) -> None:
    proof, openings, _ = proved(count)
    if not openings:
        return
    opening = data.draw(st.sampled_from(openings))
    for name, value in {"sentence": 999, "digest": "0" * 64, "salt": "00" * 32, "evidence": {"case": "T9"}}.items():
        assert not opens({**opening, name: value}, proof)
    assert not opens({}, proof)

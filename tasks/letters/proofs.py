"""A letter that proves itself: each sentence is bound to the digests of its evidence by a Merkle proof. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.drafting.quantifiers import sentences
from tasks.ground.digests import canonical_json, keyed, sha256
from tasks.ground.signing import PublicKey, Signature, public_keys, sign, verify

FORMAT = "jtai-letter-proof-1"
# One byte before what is hashed, so that no node can be given out as a leaf, nor the other way round.
_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Bound:
    """A sentence of the letter with what it rests on.

    Attributes:
        paragraph: id of its paragraph, such as P03.
        text: the sentence.
        evidence: each piece of evidence behind its paragraph, as plain values.
    """

    paragraph: str
    text: str
    evidence: tuple[dict[str, Any], ...] = ()


def bound_sentences(
    paragraphs: Iterable[tuple[str, str, Iterable[str]]], evidence: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[Bound]:
    """Yield each sentence of a letter's paragraphs with the evidence of the findings that its paragraph rests on.

    Args:
        paragraphs: id, text and ids of findings of each, in the order of the letter.
        evidence: finding -> its pieces of evidence, as plain values.
    """
    for identity, text, findings in paragraphs:
        behind = tuple({"finding": each, **piece} for each in findings for piece in evidence.get(each, ()))
        for sentence in sentences(text):
            yield Bound(identity, sentence, behind)


def salted(key: bytes, kind: str, place: str, value: Any) -> tuple[str, str]:
    """Return a salt and the digest of a value under it; without the salt nobody can guess what was hashed.

    Args:
        key: the secret that salts come from, so that they are the same each time.
        kind: of what is hashed.
        place: of it, so that no two have one salt.
        value: plain values.
    """
    salt = keyed(key, f"proof/{kind}/{place}")
    return salt, _leaf(salt, value)


def _leaf(salt: str, value: Any) -> str:
    return hashlib.sha256(_LEAF + bytes.fromhex(salt) + canonical_json(value)).hexdigest()


def _node(left: str, right: str) -> str:
    return hashlib.sha256(_NODE + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def _levels(leaves: Sequence[str]) -> list[list[str]]:
    """Return a tree level by level, the leaves first; the last node of an odd level goes up as it is."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [below[place : place + 2] for place in range(0, len(below), 2)]
        levels.append([_node(*pair) if len(pair) == 2 else pair[0] for pair in pairs])
    return levels


def _path(levels: Sequence[Sequence[str]], place: int) -> list[list[str]]:
    """Return the nodes beside the way from a leaf to the root, each with its side."""
    path = []
    for level in levels[:-1]:
        # The other one of its pair: 0 and 1, 2 and 3, and so on.
        beside = place ^ 1
        if beside < len(level):
            path.append(["left" if beside < place else "right", level[beside]])
        place //= 2
    return path


def prove(sentences: Iterable[Bound], key: bytes, about: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the proof of a letter, signed, and the openings by which the team shows what a digest of it is of.

    Args:
        sentences: of the letter, in order.
        key: the secret of the inspection from which salts come.
        about: which letter it is: reference, status, version, and digests of its files.

    Returns:
        The proof, which holds the letter's own sentences and digests alone; and the openings, which hold the evidence.
    """
    rows, openings = [], []
    for number, sentence in enumerate(sentences, 1):
        digests = []
        for place, piece in enumerate(sentence.evidence, 1):
            # Salted: a digest of few words could be guessed from all that they may be.
            salt, digest = salted(key, "evidence", f"{number}/{place}", piece)
            digests.append(digest)
            openings.append({"sentence": number, "digest": digest, "salt": salt, "evidence": piece})
        salt, leaf = salted(key, "sentence", str(number), _leaf_of(number, sentence.paragraph, sentence.text, digests))
        rows.append((sentence, salt, digests, leaf))
    levels = _levels([leaf for *_, leaf in rows])
    root = levels[-1][0] if rows else ""
    body = {"format": FORMAT, **about, "sentences": len(rows), "root": root, "key": public_keys()[0].id}
    proof = body | {"signature": sign(canonical_json(body)).value}
    proof["proofs"] = [
        {
            "number": number,
            "paragraph": sentence.paragraph,
            "text": sentence.text,
            "salt": salt,
            "evidence": digests,
            "path": _path(levels, number - 1),
        }
        for number, (sentence, salt, digests, _) in enumerate(rows, 1)
    ]
    return proof, openings


def _leaf_of(number: object, paragraph: object, text: object, evidence: object) -> list[Any]:
    return [number, paragraph, text, evidence]


def faults_of(proof: dict[str, Any], keys: Iterable[PublicKey]) -> list[str]:
    """Return what is wrong with the proof of a letter, in sentences; empty where every sentence is bound as it says."""
    body = {name: value for name, value in proof.items() if name not in {"signature", "proofs"}}
    signature = Signature(str(proof.get("key")), str(proof.get("signature")))
    if proof.get("format") != FORMAT or not any(verify(canonical_json(body), signature, key) for key in keys):
        return ["The letter's proof is not signed by a key that is trusted here."]
    rows = proof.get("proofs")
    if not isinstance(rows, list) or len(rows) != proof.get("sentences"):
        return ["Sentences of the letter's proof are missing, or there are too many."]
    # After the signature: only then are the number of sentences and the root those that were published.
    wrong = (number for number, row in enumerate(rows, 1) if not _holds(number, row, proof["root"], len(rows)))
    return [f"Sentence {number} is not bound to the evidence that the proof names." for number in wrong]


def letter_faults(proof: object, files: Mapping[str, bytes], keys: Iterable[PublicKey]) -> list[str]:
    """Return what is wrong with a proof and with files that are to be its letter, in sentences.

    Args:
        proof: as it was read, whatever it is.
        files: format -> bytes, of those formats of the letter that are at hand.
        keys: public keys that are trusted, which neither proof nor letter brought.
    """
    if not isinstance(proof, dict):
        return ["proof.json is no proof of a letter."]
    faults = faults_of(proof, keys)
    named = proof.get("files")
    if faults or not isinstance(named, dict):
        return faults or ["The letter's proof names no file of the letter."]
    apart = (kind for kind, data in sorted(files.items()) if named.get(kind) != sha256(data))
    return [f"letter.{kind} is not the letter of which the proof is." for kind in apart]


def _holds(number: int, row: Any, root: object, leaves: int) -> bool:
    try:
        # Nothing beside these: what is not hashed could say anything.
        if row["number"] != number or set(row) != {"number", "paragraph", "text", "salt", "evidence", "path"}:
            return False
        hash_ = _leaf(row["salt"], _leaf_of(number, row["paragraph"], row["text"], row["evidence"]))
        sides = _sides(number - 1, leaves)
        # Sides follow from the place, else a sentence could be proved at a place that is not its own.
        if [side for side, _ in row["path"]] != sides:
            return False
        for side, beside in row["path"]:
            hash_ = _node(beside, hash_) if side == "left" else _node(hash_, beside)
    # Whatever somebody put there, it is no proof.
    except (KeyError, TypeError, ValueError):
        return False
    return hash_ == root


def _sides(place: int, width: int) -> list[str]:
    """Return on which sides the nodes beside a leaf's way stand, by its place alone."""
    sides = []
    while width > 1:
        if place ^ 1 < width:
            sides.append("left" if place & 1 else "right")
        place, width = place // 2, (width + 1) // 2
    return sides


def opens(opening: dict[str, Any], proof: dict[str, Any]) -> bool:
    """Return whether a piece of evidence is the one that a sentence of the proof names by a digest."""
    try:
        row = proof["proofs"][opening["sentence"] - 1]
        return opening["digest"] in row["evidence"] and _leaf(opening["salt"], opening["evidence"]) == opening["digest"]
    except (KeyError, TypeError, ValueError, IndexError):
        return False

"""A revealed seed is the one that was announced, read from the chain alone (L10)."""

from typing import Any

from models.tables import AuditEntry
from tasks.ground.keys import commit
from tasks.sampling.against_audit import announced_digests, revealed_wrongly

_SEEDS = ["one", "two", "three"]


def chain(*reveals: tuple[int, str], **announced: Any) -> list[AuditEntry]:
    """Make the entries of an announcement and of draws that reveal their seeds."""
    given = announced or {"seed_sha256": commit("one"), "seeds_sha256": [commit(seed) for seed in _SEEDS]}
    steps = [("inspection.announced", given), *(("sample.drawn", {"draw": n, "seed": seed}) for n, seed in reveals)]
    return [
        AuditEntry(
            inspection="x", number=n, at="", actor="a", action=action, subject="x", facts=facts, previous="", hash=""
        )
        for n, (action, facts) in enumerate(steps, 1)
    ]


def test_l10_seeds_that_were_announced_are_right_for_the_first_draw_and_for_redraws() -> None:
    assert revealed_wrongly(chain((1, "one"), (2, "two"), (3, "three"))) is None


def test_l10_another_seed_is_said_with_its_entry_and_its_draw() -> None:
    said = revealed_wrongly(chain((1, "one"), (2, "three")))
    assert said == "Entry 3 reveals a seed of draw 2 whose digest was not the one announced."


def test_l10_an_older_announcement_commits_to_its_first_draw_alone() -> None:
    older = {"seed_sha256": commit("one")}
    assert announced_digests(chain(**older)) == (commit("one"),)
    assert revealed_wrongly(chain((1, "one"), (2, "whatever"), **older)) is None
    assert revealed_wrongly(chain((1, "two"), **older)) is not None


def test_a_chain_without_an_announcement_has_announced_nothing() -> None:
    assert announced_digests([]) == ()

"""`make chaos`: an undisturbed inspection, one killed at every checkpoint, and more killed at random moments."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.chaos.rounds import Round, at_checkpoints, at_random, undisturbed
from tests.chaos.supervised import TARGETS

_MOST_IN_A_ROUND = 40
"""With many more, nothing lives long enough on a small machine to do what takes longest."""


def say(text: str) -> None:
    """Write a line to who watches."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


def judged(name: str, found: Round, wanted: Round | None) -> Round:
    """Compare a round with the undisturbed one and say what it came to."""
    if found.left and wanted and wanted.left:
        found.wrong += wanted.left.differences(found.left)
    verdict = "; ".join(found.wrong) or "as undisturbed"
    say(
        f"== {name}: {found.kills.total()} kills, {found.tries} tries, {found.receipts} receipts kept, "
        f"{found.backups} backups begun, "
        f"{found.again} pieces of work started again by hand, {found.seconds:.0f} s: {verdict}"
    )
    return found


def table(rounds: list[Round]) -> str:
    """Return all kills by target."""
    kills: Counter[str] = sum((one.kills for one in rounds), Counter())
    width = max(map(len, kills), default=5)
    lines = [f"{target:<{width}}  {number:>5}" for target, number in sorted(kills.items())]
    return "\n".join([*lines, f"{'in all':<{width}}  {kills.total():>5}"])


def main() -> int:
    """Run the rounds; 1 where any of them ended otherwise than the undisturbed one."""
    asked = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    asked.add_argument("--kills", type=int, default=200, help="how many kills at random moments")
    asked.add_argument("--seed", type=int, default=1, help="chooses moments and targets")
    asked.add_argument("--minutes", type=float, default=120, help="begin no further round after so long")
    asked.add_argument("--no-checkpoints", action="store_true", help="leave out the deaths at named checkpoints")
    asked.add_argument("--out", type=Path, help="write the outcome as JSON")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    end = time.monotonic() + given.minutes * 60
    wanted = judged("undisturbed", undisturbed(folder / "0", say), None)
    rounds = [wanted]
    if not given.no_checkpoints:
        rounds.append(judged("checkpoints", at_checkpoints(folder / "checkpoints", say), wanted))
    while (done := _random_kills(rounds)) < given.kills and time.monotonic() < end:
        number = len(rounds)
        most = min(given.kills - done, _MOST_IN_A_ROUND)
        found = at_random(folder / str(number), say, most, given.seed * 1000 + number)
        rounds.append(judged(f"random {number}", found, wanted))
    say("Kills by target:\n" + table(rounds))
    if given.out:
        facts = [{"kills": dict(one.kills), "wrong": one.wrong, "seconds": round(one.seconds)} for one in rounds]
        given.out.write_text(json.dumps(facts, indent=1))
    shutil.rmtree(folder)
    wrong = [one for found in rounds for one in found.wrong]
    say(f"{len(wrong)} differences." if wrong else "Every round ended as the undisturbed one.")
    return 1 if wrong else 0


def _random_kills(rounds: list[Round]) -> int:
    return sum(number for one in rounds for target, number in one.kills.items() if target in TARGETS)


if __name__ == "__main__":
    sys.exit(main())

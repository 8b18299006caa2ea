"""`make part`: an undisturbed history, then seeded ones; written to a folder, and continued where it was stopped."""

import argparse
import json
import pickle
import shutil
import sys
import time
from pathlib import Path

from tests.chaos.hosts.faults import plan
from tests.chaos.hosts.history import lived
from tests.chaos.hosts.switch import may_be_made
from tests.chaos.inspecting import Remains


def say(text: str) -> None:
    """Write a line to whoever watches."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


def undisturbed(folder: Path, until: str) -> Remains:
    """Return what an undisturbed history leaves behind, lived through once for a folder.

    Raises:
        RuntimeError: it did not come to its end.
    """
    kept = folder / "undisturbed.pickle"
    if kept.exists():
        # Of this folder's own earlier run.
        found: Remains = pickle.loads(kept.read_bytes())  # noqa: S301
        return found
    history = lived(folder / "undisturbed", None, say, until=until)
    say(f"== undisturbed: {history.seconds:.0f} s: {'; '.join(history.wrong) or 'well'}")
    if history.left is None or history.wrong:
        raise RuntimeError("The undisturbed history did not come to its end.")
    kept.write_bytes(pickle.dumps(history.left))
    return history.left


def main() -> int:
    """Live through the histories that are still to come; 1 where any ended otherwise than undisturbed."""
    parser = argparse.ArgumentParser("make part", description=__doc__)
    parser.add_argument("--histories", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the first; the others follow it")
    parser.add_argument("--folder", type=Path, default=Path(".jtai/part"))
    parser.add_argument("--minutes", type=float, default=600, help="begin no further history after so long")
    parser.add_argument("--until", default="", help="end before this step, such as 'One child replaced'")
    wanted = parser.parse_args()
    if why_not := may_be_made():
        say(f"No hosts can be made: {why_not}.")
        return 2
    wanted.folder.mkdir(parents=True, exist_ok=True)
    progress = wanted.folder / "histories.jsonl"
    done = (
        {each["seed"]: each for each in map(json.loads, progress.read_text().splitlines())} if progress.exists() else {}
    )
    end = time.monotonic() + 60 * wanted.minutes
    left = undisturbed(wanted.folder, wanted.until)
    seeds = range(wanted.seed, wanted.seed + wanted.histories)
    for seed in seeds:
        if seed in done or time.monotonic() > end:
            continue
        chosen = plan(seed)
        say(f"== history {seed}: clock {chosen.wrong_clock}, gone {chosen.gone}")
        own = wanted.folder / str(seed)
        history = lived(own, chosen, say, left, wanted.until)
        shutil.rmtree(own, ignore_errors=True)
        # So that it can be compared once more without being lived through again.
        (wanted.folder / f"{seed}.pickle").write_bytes(pickle.dumps(history.left))
        done[seed] = history.to_dict()
        with progress.open("a") as out:
            out.write(json.dumps(done[seed]) + "\n")
        faults = ", ".join(f"{number} {kind}" for kind, number in sorted(history.faults.items()))
        say(f"== history {seed}: {history.seconds:.0f} s, {faults}: {'; '.join(history.wrong) or 'as undisturbed'}")
    mine = [done[seed] for seed in seeds if seed in done]
    pairs = {tuple(pair) for each in mine for pair in each["pairs"]}
    wrong = sum(bool(each["wrong"]) for each in mine)
    say(f"{len(mine)} of {len(seeds)} histories, {len(pairs)} pairs parted in some way, {wrong} ended otherwise.")
    return 1 if wrong else 0 if len(mine) == len(seeds) else 130


if __name__ == "__main__":
    sys.exit(main())

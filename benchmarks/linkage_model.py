"""`make model`: trains anew the linkage model that the package ships, on made-up areas; its bytes repeat anywhere."""

from pathlib import Path

from benchmarks.linkage_data import area
from tasks.linkage import model, splinking
from tasks.linkage.linking import climbed
from tasks.linkage.profiles import profiles

_CHILDREN, _SEED, _DIRTY = 20_000, 71, 0.02
OUT = Path(model.__file__).with_name("model.json")


def trained() -> model.Model:
    """Return the model that a made-up area of 20,000 children teaches."""
    records, _ = area(_CHILDREN, _SEED, _DIRTY)
    people, _ = profiles(records)
    grown, _ = climbed(people)
    pairs, possible = sum(grown.joined.values()), people.height * (people.height - 1) // 2
    return model.Model("shipped-1", pairs, round(pairs / possible, 12), splinking.train(people, grown.roots()))


def main() -> None:
    """Write the model where the package finds it."""
    model = trained()
    OUT.write_bytes(model.data)
    print(f"{OUT}: trained on {model.pairs:,} pairs, SHA-256 {model.digest}")


if __name__ == "__main__":
    main()

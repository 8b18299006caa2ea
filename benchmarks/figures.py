"""What a figure is, and how time and memory are taken."""

import gc
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Figure:
    """One measured figure: its value, what it is to reach, and whether it does."""

    name: str
    value: float
    unit: str
    reach: float
    better: Literal["less", "more"] = "less"
    note: str = ""

    @property
    def reached(self) -> bool:
        """Return whether the figure is as good as it is to be."""
        return self.value <= self.reach if self.better == "less" else self.value >= self.reach

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as JSON values."""
        return {**asdict(self), "value": round(self.value, 3), "reached": self.reached}


@dataclass(frozen=True)
class Cost:
    """What a call cost: CPU seconds of all threads, seconds on the wall; medians over the rounds."""

    cpu: float
    wall: float


def cost(work: Callable[[], object], rounds: int = 3) -> Cost:
    """Run `work` so many times after one unmeasured round and return its median cost."""
    work()
    taken: list[tuple[float, float]] = []
    for _ in range(rounds):
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        taken.append((time.process_time() - cpu, time.perf_counter() - wall))
    return Cost(statistics.median(t[0] for t in taken), statistics.median(t[1] for t in taken))


def peak_of_children_mib() -> float:
    """Return the largest resident size that any ended child process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def table(figures: list[Figure]) -> str:
    """Return figures as aligned lines."""
    width = max(len(figure.name) for figure in figures)
    lines = [f"{'Figure'.ljust(width)}  {'value':>10}  {'reach':>10}  reached  note", "-" * (width + 60)]
    for figure in figures:
        sign = "<=" if figure.better == "less" else ">="
        value = f"{figure.value:.3g} {figure.unit}".strip()
        reach = f"{sign} {figure.reach:g} {figure.unit}".strip()
        sign = "yes" if figure.reached else "no"
        lines.append(f"{figure.name.ljust(width)}  {value:>10}  {reach:>10}  {sign:7}  {figure.note}")
    return "\n".join(lines)

"""How many made-up examples a property is tried on: a fifth of them in `make test`, all in `make test-long`.

Both try the same examples each time, so that the same code has the same result; `make search` tries others.
"""

from collections.abc import Collection

from hypothesis import HealthCheck, settings

QUICK, THOROUGH, SEARCH = "quick", "thorough", "search"
_PARTS = 5
_FEWEST = 2
# Where a test names no number of its own.
_USUAL = 100


def _number(full: int, profile: str) -> int:
    return max(full // _PARTS, _FEWEST) if profile == QUICK else full


def register_profiles() -> None:
    """Make the profiles known, and load the quick one; `--hypothesis-profile` with a name loads another."""
    for profile in (THOROUGH, SEARCH, QUICK):
        # Machines differ and are shared: no test is about time.
        settings.register_profile(
            profile, deadline=None, derandomize=profile != SEARCH, max_examples=_number(_USUAL, profile)
        )
    settings.load_profile(QUICK)


def examples(full: int, suppress_health_check: Collection[HealthCheck] = ()) -> settings:
    """Return how often a property is tried under the profile in force.

    Args:
        full: number of examples in the thorough profile.
        suppress_health_check: the checks of Hypothesis that do not suit the test.
    """
    number = _number(full, settings.get_current_profile_name())
    return settings(max_examples=number, suppress_health_check=suppress_health_check)

"""How many made-up examples a property is tried on: a fifth of them in `make test`, all in `make test-long`."""

from collections.abc import Collection

from hypothesis import HealthCheck, settings

QUICK, THOROUGH = "quick", "thorough"
_PARTS = 5
_FEWEST = 2
# Where a test names no number of its own.
_USUAL = 100


def _number(full: int, profile: str) -> int:
    return full if profile == THOROUGH else max(full // _PARTS, _FEWEST)


def register_profiles() -> None:
    """Make both profiles known, and load the quick one; `--hypothesis-profile thorough` loads the other."""
    for profile in (THOROUGH, QUICK):
        # Machines differ and are shared: no test is about time.
        settings.register_profile(profile, deadline=None, max_examples=_number(_USUAL, profile))
    settings.load_profile(QUICK)


def examples(full: int, suppress_health_check: Collection[HealthCheck] = ()) -> settings:
    """Return how often a property is tried under the profile in force.

    Args:
        full: number of examples in the thorough profile.
        suppress_health_check: the checks of Hypothesis that do not suit the test.
    """
    number = _number(full, settings.get_current_profile_name())
    return settings(max_examples=number, suppress_health_check=suppress_health_check)

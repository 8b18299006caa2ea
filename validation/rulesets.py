"""The rule set of a theme: which rules it switches off, and which weigh more or less than their contract says."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import cast, get_args

from models.themes import Theme
from validation.model import Rule, Severity


@dataclass(frozen=True)
class RuleSet:
    """What a theme version changes in the rules of the contracts.

    Attributes:
        name: under which reports and manifests record it, such as `domestic-abuse-2024@1`.
        off: ids of rules that do not apply.
        severities: rule id -> severity instead of the contract's.
    """

    name: str
    off: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)

    def severity(self, rule_id: str, usual: Severity) -> Severity:
        """Return the severity of a rule under this set."""
        return self.severities.get(rule_id, usual)

    def applied(self, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """Return the rules that apply, each with its severity under this set."""
        if not self.off and not self.severities:
            return rules
        kept = (rule for rule in rules if rule.id not in self.off)
        return tuple(replace(rule, severity=self.severity(rule.id, rule.severity)) for rule in kept)


class UnknownSeverityError(ValueError):
    """A theme gives a rule a severity that there is not."""

    def __init__(self, rule_id: str, given: str) -> None:
        super().__init__(f"The theme gives {rule_id} the severity {given!r}. It is one of error, query and info.")


def rule_set(theme: Theme) -> RuleSet:
    """Return the rule set of a theme version, from its keys `rules_off` and `severities` where it has them.

    Raises:
        UnknownSeverityError: a severity is none of error, query and info.
    """
    off: tuple[str, ...] = getattr(theme, "rules_off", ())
    severities: Mapping[str, str] = getattr(theme, "severities", {})
    return _made(theme.rule_set, tuple(off), tuple(sorted(severities.items())))


@lru_cache
def _made(name: str, off: tuple[str, ...], severities: tuple[tuple[str, str], ...]) -> RuleSet:
    for rule_id, given in severities:
        if given not in get_args(Severity):
            raise UnknownSeverityError(rule_id, given)
    return RuleSet(name, frozenset(off), {rule_id: cast(Severity, given) for rule_id, given in severities})

"""The rule set of a theme, as checks apply it: which rules hold, and how much each weighs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from models.refusals import Refusal
from models.themes import Theme
from validation.across.catalogue import rule_ids
from validation.contract.rules import Declared, Severity

# Whoever passes rules of one kind gets rules of that kind back.
_Any = TypeVar("_Any", bound=Declared)


@dataclass(frozen=True)
class RuleSet:
    """What a theme version changes in the rules of the contracts.

    Attributes:
        name: under which reports and manifests record it, such as `domestic-abuse-2024@1`.
        removes: ids of rules that do not hold.
        adds: ids of rules that hold here although they hold only where a theme asks.
        severities: rule id -> severity instead of the contract's.
    """

    name: str
    removes: frozenset[str] = frozenset()
    adds: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)

    def holds(self, rule: Declared) -> bool:
        """Return whether a rule holds under this set."""
        return rule.id in self.adds if rule.added else rule.id not in self.removes

    def applied(self, rules: Iterable[_Any]) -> tuple[_Any, ...]:
        """Return the rules that hold, each with its severity under this set."""
        return tuple(self._weighed(rule) for rule in rules if self.holds(rule))

    def _weighed(self, rule: _Any) -> _Any:
        severity = self.severities.get(rule.id, rule.severity)
        return rule if severity == rule.severity else rule.weighing(severity)


class UnknownRuleError(Refusal):
    """A rule set names rules that there are not."""

    def __init__(self, name: str, unknown: Iterable[str]) -> None:
        super().__init__(
            f"The rule set {name} names {', '.join(sorted(unknown))}, but there is no such rule. The ids of all rules "
            "are in docs/rules.md."
        )


def rule_set(theme: Theme) -> RuleSet:
    """Return the rule set of a theme version, whose inheritance was resolved when the theme was loaded.

    Raises:
        UnknownRuleError: it names a rule that there is not.
    """
    rules = theme.rules
    named = {*rules.adds, *rules.removes, *rules.severities}
    # Listing every rule reads all themes, so a rule set that changes nothing does not ask for it.
    if named and (unknown := named - rule_ids()):
        raise UnknownRuleError(theme.rule_set, unknown)
    return RuleSet(theme.rule_set, frozenset(rules.removes), frozenset(rules.adds), rules.severities)

"""Checks across returns: what one list says and another does not bear out, reported on each own file alone."""

from validation.across.area import AreaReturns, Found
from validation.across.rule import CrossRule
from validation.across.rules import CROSS_RULES

__all__ = ["CROSS_RULES", "AreaReturns", "CrossRule", "Found"]

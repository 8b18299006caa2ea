"""Record linkage between returns: deterministic tiers of evidence, guarded joins, pseudonyms (L4, L5)."""

from tasks.linkage.linking import link
from tasks.linkage.pseudonyms import pseudonym
from tasks.linkage.tiers import TIERS, Tier

__all__ = ["TIERS", "Tier", "link", "pseudonym"]

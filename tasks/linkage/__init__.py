"""Record linkage between returns: a ladder of evidence, a model for the rest, people for what is doubtful (L4, L5)."""

from models.answers import PairAnswer
from tasks.linkage.decisions import PairDecision
from tasks.linkage.linking import Linkage, link, linkage
from tasks.linkage.model import Model, read_model
from tasks.linkage.pseudonyms import pseudonym
from tasks.linkage.tiers import TIERS, Tier

__all__ = [
    "TIERS",
    "PairAnswer",
    "Linkage",
    "Model",
    "PairDecision",
    "Tier",
    "link",
    "linkage",
    "pseudonym",
    "read_model",
]

"""The frozen cohort: linked children in scope, identifiers kept apart, digests that say what it was made of (L4)."""

from tasks.cohort.building import build
from tasks.cohort.changes import changed_returns, changes, fates
from tasks.cohort.counting import counts
from tasks.cohort.expectations import expectations
from tasks.cohort.frame import Cohort, CohortFrame, InputVersion
from tasks.cohort.manifests import manifest, manifest_bytes
from tasks.cohort.reconciliation import combinations, perhaps, reconciliation

__all__ = [
    "Cohort",
    "CohortFrame",
    "InputVersion",
    "build",
    "changed_returns",
    "changes",
    "combinations",
    "counts",
    "expectations",
    "fates",
    "manifest",
    "manifest_bytes",
    "perhaps",
    "reconciliation",
]

"""Drawing children from a cohort: seeded, in strata, with reserves, decisions replayed from the record (L4, L10)."""

from tasks.sampling.allocation import allocate
from tasks.sampling.candidates import MissingColumnsError, RepeatedChildError, complete, needed
from tasks.sampling.coverage import again, coverage, coverage_bytes, public
from tasks.sampling.decision import LEAVING, REASON_LABELS, Decision, DecisionKind, Reason, apply
from tasks.sampling.decision_file import (
    NotDecisionsError,
    checked_decisions,
    decisions_bytes,
    decisions_record,
    in_force,
    new_label,
    replayed,
    states,
    taken_out,
    verify_decisions,
)
from tasks.sampling.drawing import draw
from tasks.sampling.groups import ethnicity_group
from tasks.sampling.manifests import NotAManifestError, checked, manifest, manifest_bytes, sample_of, verify
from tasks.sampling.ranks import new_seed, ranked
from tasks.sampling.replay import (
    AlreadyApprovedError,
    BelowMinimumError,
    Cohort,
    CohortNeededError,
    DecisionError,
    NobodyError,
    NobodyLeftError,
    NoReserveError,
    NothingToRedrawError,
    ReserveReplacedError,
    SecondApproverError,
    UnknownLabelError,
    is_sampled,
)
from tasks.sampling.sample import Row, Sample, Share

__all__ = [
    "LEAVING",
    "REASON_LABELS",
    "AlreadyApprovedError",
    "BelowMinimumError",
    "Cohort",
    "CohortNeededError",
    "Decision",
    "DecisionError",
    "DecisionKind",
    "MissingColumnsError",
    "NoReserveError",
    "NobodyError",
    "NobodyLeftError",
    "NotAManifestError",
    "NotDecisionsError",
    "NothingToRedrawError",
    "Reason",
    "RepeatedChildError",
    "ReserveReplacedError",
    "Row",
    "Sample",
    "SecondApproverError",
    "Share",
    "UnknownLabelError",
    "again",
    "allocate",
    "apply",
    "checked",
    "checked_decisions",
    "complete",
    "coverage",
    "coverage_bytes",
    "decisions_bytes",
    "decisions_record",
    "draw",
    "ethnicity_group",
    "in_force",
    "is_sampled",
    "manifest",
    "manifest_bytes",
    "needed",
    "new_label",
    "new_seed",
    "public",
    "ranked",
    "replayed",
    "sample_of",
    "states",
    "taken_out",
    "verify",
    "verify_decisions",
]

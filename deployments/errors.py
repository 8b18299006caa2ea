"""What can keep the stack from running, each with the sentence the operator reads."""

from dataclasses import dataclass
from pathlib import Path


class StackError(Exception):
    """The stack cannot run; `str()` is the sentence for the operator."""

    def __str__(self) -> str:
        return self.to_message()

    def to_message(self) -> str:
        """Return the sentence for the operator."""
        return Exception.__str__(self)


@dataclass
class AlreadyRunningError(StackError):
    """Another supervisor holds the state folder."""

    state: Path

    def to_message(self) -> str:
        """Name the folder that is in use."""
        return f"A stack is already running on {self.state}; stop that one first, or set JTAI_STATE to another folder."


@dataclass
class PartFailedError(StackError):
    """A part ended, or did not answer, while the stack was starting."""

    part: str
    what: str
    log: Path

    def to_message(self) -> str:
        """Name the part, what it did, its last words and where the others are."""
        words = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        last = f": {words[-1].strip()}" if words else "."
        return f"The part {self.part} {self.what}{last} (all of it: {self.log})"


@dataclass
class IncompletePartError(StackError):
    """An outside part was named only by half of its settings."""

    given: str
    missing: str

    def to_message(self) -> str:
        """Name the setting that is missing."""
        return f"{self.given} is set, so {self.missing} must be set too."


@dataclass
class UnsafeBucketError(StackError):
    """The bucket of an outside object store would not keep what it was given."""

    bucket: str
    lacks: str

    def to_message(self) -> str:
        """Return the sentence that names what the store must do, and does not."""
        return f"Bucket {self.bucket} {self.lacks}, because stored versions must never be lost."


@dataclass
class OutsideStoreError(StackError):
    """An object store of somebody else's does not answer, is not believed or refuses us."""

    address: str
    why: str

    def to_message(self) -> str:
        """Name the store, what is wrong, and the settings to look at."""
        return f"The object store at {self.address} {self.why}."


@dataclass
class DeploymentDiffersError(StackError):
    """A deployment read back from Prefect is not what `prefect.yaml` says."""

    deployment: str
    what: str

    def to_message(self) -> str:
        """Name the deployment and the difference."""
        return f"Deployment {self.deployment}: {self.what}."

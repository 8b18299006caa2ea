"""The errors that this room raises; each carries the sentence that a person reads, and never a value from a file."""

from models.refusals import OperatorError, Refusal
from validation.contract.file_rules import FileRule


class UnreadableError(Refusal):
    """The file cannot be read as a table; the sentence says why and what to do.

    Attributes:
        row: the line of the file at which it cannot; None where the whole file is meant.
        fault: the kind of error that stopped our reader, where one did; its text may quote the file (L5).
    """

    def __init__(self, why: FileRule, *, row: int | None = None, fault: str = "", **parts: object) -> None:
        super().__init__(why.about(row=row, fault=fault, **parts))
        self.row = row
        self.fault = fault


class OurFaultError(OperatorError):
    """Something of ours failed; the sender did nothing wrong and has nothing to mend."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"An internal fault ({what}) stopped the check. It is ours, not yours: keep the file as it is and try "
            "again later, or tell us the name in brackets."
        )
        self.what = what


class InternalFaultError(OurFaultError):
    """A rule of ours failed to run; the error carries its id alone, since the failing text may quote data (L5)."""


class ChildKilledError(OurFaultError):
    """Somebody killed the child amid a check, as a machine short of memory does; the file may have no part in it."""

    def __init__(self) -> None:
        super().__init__("the check was killed")


class NotAnnotatedError(Refusal):
    """A marked copy of a file could not be made; its report says all the same."""

    def __init__(self) -> None:
        super().__init__(
            "The marked copy could not be made: opening the file took more memory or time than a copy may take. The "
            "report lists the same places."
        )


class NotFilledError(Refusal):
    """Nothing could be filled from an extract; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="file")


class UnknownReturnError(Refusal):
    """No contract has this code."""

    def __init__(self, given: str, codes: tuple[str, ...]) -> None:
        super().__init__(f"There is no return {given!r}. The returns are {', '.join(codes)}.")

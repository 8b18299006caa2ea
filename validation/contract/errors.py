"""The errors that this room raises; each carries the sentence that a person reads, and never a value from a file."""


class Unreadable(Exception):  # noqa: N818 - the name of the verdict
    """The file cannot be read as a table; the sentence says why and what to do."""


class OurFault(Exception):  # noqa: N818 - the law's own word (L9)
    """Something of ours failed; the sender did nothing wrong and has nothing to mend."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"An internal fault ({what}) stopped the check. It is ours, not yours: keep the file as "
            "it is and try again "
            "later, or tell us the name in brackets."
        )
        self.what = what


class InternalFault(OurFault):
    """A rule of ours failed to run; only its id is told, since the failing text may quote data (L5)."""


class ChildKilled(OurFault):
    """Somebody killed the child amid a check, as a machine short of memory does; the file may have no part in it."""

    def __init__(self) -> None:
        super().__init__("the check was killed")


class NotAnnotated(Exception):  # noqa: N818 - reads as its sentence does
    """A marked copy of a file could not be made; its report says all the same."""

    def __init__(self) -> None:
        super().__init__(
            "The marked copy could not be made: opening the file took more memory or time than a copy may take. "
            "The report lists the same places."
        )


class UnknownReturn(ValueError):  # noqa: N818 - reads as its sentence does
    """No contract has this code."""

    def __init__(self, given: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no return {given!r}. The returns are {', '.join(known)}.")

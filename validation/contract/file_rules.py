"""What a rule about a file is: a sentence that can be said of the file as a file."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from validation.contract.outcome import Finding
from validation.contract.rules import Declared


@dataclass(eq=False, repr=False)
class FileRule(Declared):
    """One thing that a file holds to before, or besides, what its cells hold.

    Several sentences may have one id: they are one rule to whoever counts or waives.

    Attributes:
        message: the sentence, with the names of `example` in braces where it differs from file to file.
        example: what may stand in the braces, for the page of rules.
    """

    source: str = field(default="how files are read", kw_only=True)
    _: KW_ONLY
    example: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return the sentence about the example."""
        return self.about(**self.example)

    def about(self, **parts: object) -> str:
        """Return the sentence about a file.

        Raises:
            KeyError: a part of the sentence is not given.
        """
        return self.message.format(**parts)

    def at(
        self,
        sheet: str = "",
        row: int | None = None,
        column: str | None = None,
        cell: str | None = None,
        /,
        **parts: object,
    ) -> Finding:
        """Return the finding that a file breaks the rule.

        Args:
            sheet: as the file names it; empty where the whole file is meant.
            row: the line that a person sees.
            column: of the contract.
            cell: as the spreadsheet names it.
            parts: what stands in the braces of the sentence.
        """
        return Finding(self.id, self.severity, sheet, row, column, cell, self.about(**parts))

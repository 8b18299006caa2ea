"""What a marked copy adds to its sender's own, which is passed over when the copy is read as a return."""

from validation.files.readers.grid import heading

ABOUT, PLACES = "About the marks", "Places to fix"
"""The sheets in front."""

OURS = frozenset({heading(ABOUT), heading(PLACES)})
"""Their names, in the form of `heading`."""

MARKS = "Marked by the check"
"""Header of the column right of the sender's own."""

LINE = "Row in your file"
"""Header of the first column of a copy that holds the rows with marks alone, which is no return."""

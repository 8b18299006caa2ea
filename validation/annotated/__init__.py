"""A copy of the sender's own workbook with every place of a finding marked: coloured, bordered, a comment each."""

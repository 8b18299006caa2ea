"""The draft letter: writing, quantifiers, differences."""

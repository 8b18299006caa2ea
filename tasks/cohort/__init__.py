"""The frozen cohort: linked children in scope, identifiers kept apart, digests that say what it was made of (L4)."""

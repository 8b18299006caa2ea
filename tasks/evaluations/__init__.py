"""The agencies' evaluations: lists of children and who has read them."""

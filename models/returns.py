"""The codes of returns that other rooms name."""

EVALUATION = "EVAL"

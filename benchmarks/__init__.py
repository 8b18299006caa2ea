"""The figures that the design names, measured against peers in the same run, as ratios."""

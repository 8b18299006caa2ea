"""The evidence package: all that an inspection is defended by, in one folder that proves itself without us."""

"""Tests of the rehearsal that `make demo` runs."""

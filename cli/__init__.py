"""The command `jtai`: the same doors from a terminal."""

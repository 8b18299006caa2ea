"""A Python in which something of the engine hangs, for children that must be ended."""

import sys
from pathlib import Path

SLEEPING = "lambda *_: time.sleep(60)"
BUSY = "lambda *_: exec('while True: pass')"


def python_in_which(folder: Path, name: str, hangs: str) -> str:
    """Write a program that is Python with a function of `validation.engine.checking` replaced; return its path."""
    script, program = folder / "hanging.py", folder / "python"
    code = f"import runpy, time, validation.engine.checking as e; e.{name}; e.{name} = {hangs}"
    script.write_text(f'{code}\nrunpy.run_module("validation.engine.child", run_name="__main__")\n')
    program.write_text(f"#!/bin/sh\nexec {sys.executable} {script}\n")
    program.chmod(0o700)
    return str(program)

"""Runs many `jtai` commands in one process of the tree that is compared: `python batch.py LIST`, in the output folder.

A plain script, started by the interpreter of the other tree. It finds the command line by its entry point and the pages
that no command writes by the names of their files, so that it holds whatever the modules are called.
"""

import contextlib
import importlib
import importlib.metadata
import inspect
import io
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


def run(main: Callable[[], object], command: dict[str, Any]) -> None:
    """Run one command; what it prints goes to its file, with how it ended on the last line."""
    printed, complained, code = io.StringIO(), io.StringIO(), "0"
    sys.argv = ["jtai", *command["words"]]
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
        try:
            main()
        except SystemExit as end:
            code = str(end.code or 0)
        except Exception:
            code = "fault"
            traceback.print_exc(file=complained)
    if command["says"]:
        path = Path(command["says"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{printed.getvalue()}{complained.getvalue()}\nexit {code}\n", encoding="utf-8")


def module_called(tree: Path, name: str) -> Any:
    """Return the one module of `validation/` whose file has this name, in whichever folder it stands."""
    path = next((tree / "validation").rglob(f"{name}.py")).relative_to(tree)
    return importlib.import_module(".".join(path.with_suffix("").parts))


def write_pages(tree: Path) -> None:
    """Write the page of all rules, and the CSV-on-the-Web metadata of every sheet of every return."""
    rules = Path("rules/rules.md")
    rules.parent.mkdir(parents=True, exist_ok=True)
    rules.write_text(module_called(tree, "rulebook").page(), encoding="utf-8")
    metadata = module_called(tree, "csvw").metadata
    contracts = importlib.import_module("validation.returns").CONTRACTS
    folder = Path("csvw")
    folder.mkdir(parents=True, exist_ok=True)
    for code, contract in contracts.items():
        both = len(inspect.signature(metadata).parameters) > 1
        for sheet in contract.sheets:
            document = metadata(contract, sheet) if both else metadata(sheet)
            text = json.dumps(document, indent=1, ensure_ascii=False, default=str)
            (folder / f"{code} {sheet.name}.json").write_text(text, encoding="utf-8")


def main() -> None:
    """Run the commands of the list, one after another."""
    order = json.loads(Path(sys.argv[1]).read_text())
    (entry,) = importlib.metadata.entry_points(group="console_scripts", name="jtai")
    command_line = entry.load()
    for folder in order["folders"]:
        Path(folder).mkdir(parents=True, exist_ok=True)
    for command in order["commands"]:
        run(command_line, command)
    if order["pages"]:
        write_pages(Path(order["tree"]))


if __name__ == "__main__":
    main()

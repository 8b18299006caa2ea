"""Backups of an inspection under fire: made while parts die, put back into an empty stack, and held to the ledger."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from deployments.stack import Stack
from models.refusals import OperatorError
from tasks.backup.making import make
from tasks.backup.restoring import restore
from tests.chaos.inspecting import FAULTS, Receipts, Remains, faults_of_law, remains
from tests.stacks import no_addresses, pointed_at

_EVERY_SECONDS = 20.0
_SECRET = "a drill, and no secret of anybody"
_BY = "operator: drill"


@dataclass
class Drill:
    """Makes backups of a stack in which parts die, and keeps the newest that is whole.

    Attributes:
        folder: in which its backups and the stack to put them into lie.
        tries: how many backups were begun.
        whole: the newest that was made to its end, and the moment that it shows.
    """

    folder: Path
    tries: int = 0
    whole: tuple[Path, datetime] | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Make backups for as long as the block takes."""
        making = threading.Thread(target=self._make_again_and_again, name="drill", daemon=True)
        making.start()
        try:
            yield
        finally:
            self._over.set()
            making.join()

    def make(self) -> None:
        """Make a backup of now, in the place of the one before.

        Raises:
            OperatorError: it could not be made to its end; so do the faults of a part that died.
        """
        self.tries += 1
        folder = self.folder / f"backup-{self.tries}"
        made = make(folder, _SECRET, _BY)
        if self.whole:
            shutil.rmtree(self.whole[0])
        self.whole = folder, made.at

    def put_back(self, keys_file: Path, receipts: Receipts, wanted: Remains | None = None) -> list[str]:
        """Put the newest backup into an empty stack and return what is wrong there.

        Args:
            keys_file: the keys outside of the stack that it was made of.
            receipts: what had been acknowledged by its moment.
            wanted: what the inspection had left behind by then; not compared where it was still going on.
        """
        if self.whole is None:
            return ["no backup was made to its end"]
        with no_addresses():
            empty = Stack(self.folder / f"restored-{self.tries}", prefect=False)
            shutil.copy(keys_file, empty.state.keys_file)
            try:
                with empty, pointed_at(empty):
                    # Nothing is destroyed in a drill; all that the ledger of that moment names is to be there.
                    restore(self.whole[0], _SECRET, _BY, outside=None)
                    wrong = faults_of_law(receipts)
                    wrong += wanted.differences(remains()) if wanted else []
            except (OperatorError, *FAULTS) as fault:
                wrong = [f"{type(fault).__name__}: {fault}"]
            finally:
                empty.destroy()
        return [f"put back: {each}" for each in wrong]

    def _make_again_and_again(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            try:
                self.make()
            except (OperatorError, OSError, *FAULTS):
                # The part that it read from died: what was written is no backup, and the next try makes one.
                continue

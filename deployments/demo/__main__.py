"""`python -m deployments.demo`: start the stack, rehearse one whole inspection, print what happened."""

import os
import sys
import time

from deployments.errors import StackError
from deployments.stack import Stack
from models.frames import CELLS, DEPTH
from models.settings import reread


def say(text: str) -> None:
    """Write a line to the person who watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def rehearse() -> None:
    """Run the whole inspection on a stack of its own and end the stack."""
    began = time.monotonic()
    # Every part of the stack inherits it.
    os.environ.setdefault(DEPTH, CELLS)
    say("Starting PostgreSQL, the object store, Prefect, its worker and the portal.")
    with Stack() as stack:
        os.environ.update(stack.addresses)
        reread()
        say(f"The stack is ready ({time.monotonic() - began:.1f} s).")
        from deployments.demo.story import Story
        from deployments.demo.table import summary

        folder = stack.state.folder / "demo"
        story = Story(stack.addresses["JTAI_PORTAL_URL"], folder, say)
        story.run()
        say(summary(story, stack, folder))


def main() -> int:
    """Run the command; returns its exit code."""
    try:
        rehearse()
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        say("Stopped. Run it again to go on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

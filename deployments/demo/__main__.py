"""`python -m deployments.demo`: start the stack, rehearse one whole inspection, print what happened."""

import argparse
import os
import sys
import time

from deployments.demo.cast import AREA, THEME, Setting
from deployments.demo.watch import StoryError
from deployments.demo.web import PageError
from deployments.errors import StackError
from deployments.stack import Stack
from models.frames import CELLS, DEPTH
from models.refusals import Refusal
from models.settings import reread


def say(text: str) -> None:
    """Write a line to the person who watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def rehearse(setting: Setting) -> None:
    """Run the whole inspection on a stack of its own and end the stack."""
    began = time.monotonic()
    say(f"Rehearsing {setting.theme.id} in {setting.area.name}: {setting.ref}.")
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
        # What another theme or area makes lies beside it.
        folder = folder if setting.is_usual else folder / setting.ref
        story = Story(stack.addresses["JTAI_PORTAL_URL"], folder, say, setting=setting)
        story.run()
        say(summary(story, stack, folder))


def main() -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser("make demo", description="Rehearse one whole inspection on made-up data.")
    parser.add_argument("--theme", default=THEME, help="a theme, such as front-door-2024")
    parser.add_argument("--area", default=AREA, help="the GSS code of an area, such as E06000042")
    wanted = parser.parse_args()
    try:
        setting = Setting.of(wanted.theme, wanted.area)
    except Refusal as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    try:
        rehearse(setting)
    except (StackError, StoryError, PageError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        say("Stopped. Run it again to go on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

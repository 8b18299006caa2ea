"""`python -m deployments.up`: the stack in the foreground, until Ctrl-C."""

import signal
import sys
import time
from types import FrameType

from deployments.errors import StackError
from deployments.stack import Stack
from models.settings import reread, settings
from tasks.people.sign_in_links import outbox_key
from tasks.watch.guards import lacking

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(text: str) -> None:
    """Write a line to the person who started the stack."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def welcome(stack: Stack) -> str:
    """Return what the operator wants to know once the stack is ready."""
    lines = ["Ready."]
    if "portal" in stack.parts:
        portal = stack.addresses["JTAI_PORTAL_URL"]
        # The stack's addresses are settings of this process as well, from now on.
        reread()
        key = outbox_key()
        lines += [
            f"  Portal      {portal}",
            f"  Operator    {portal}/operator   (key {key}: notices, people)",
        ]
    if "prefect" in stack.parts:
        url = stack.addresses["JTAI_PREFECT_API_URL"].removesuffix("/api")
        lines.append(f"  Prefect UI  {url}   (sign in on the portal first; boards are at {url}/v2/artifacts)")
    lines += [f"  Note        {sentence}" for sentence in lacking()]
    lines.append(f"  Themes      {settings().themes_folder}   (a file of your own put here can be announced by)")
    lines += [f"  Logs        {stack.state.logs}", "Ctrl-C stops everything; what was stored stays."]
    return "\n".join(lines)


def serve() -> None:
    """Keep the stack up until a signal interrupts."""
    stack = Stack()
    say("Starting." if stack.state.read("identity") else "Starting; the first time takes about half a minute.")
    with stack:
        say(welcome(stack))
        while True:
            time.sleep(3600)


def on_signal(_number: int, _frame: FrameType | None) -> None:
    """Stop once: later signals are ignored, so that nothing is left half ended."""
    for each in STOP_SIGNALS:
        # A second Ctrl-C would interrupt the very stopping and leave parts behind.
        signal.signal(each, signal.SIG_IGN)
    say("Stopping.")
    raise KeyboardInterrupt


def main() -> int:
    """Run the command; returns its exit code."""
    for each in STOP_SIGNALS:
        signal.signal(each, on_signal)
    try:
        serve()
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

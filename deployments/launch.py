"""Turns itself into one part of the stack: drops to its user, ties its life to the supervisor's, then becomes it.

Run as a plain script in a bare interpreter, `launch.py PARENT SIGNAL USER COMMAND...`: doing this between fork and exec
inside a threaded supervisor could deadlock.
"""

import ctypes
import os
import pwd
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(user: str) -> None:
    """Drop root for good: groups first, as they cannot be changed afterwards."""
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def tie(parent: int, number: int) -> None:
    """Ask the kernel to send a signal when the supervisor's spawning thread ends; leave if it already has."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    # The parent may have died before the kernel was asked, and then no signal would ever come.
    if os.getppid() != parent:
        sys.exit(0)


def main() -> None:
    """Read the arguments and replace this process by the command."""
    parent, number, user, *command = sys.argv[1:]
    if user:
        become(user)
    tie(int(parent), int(number))
    # A background job of a shell inherits SIGINT ignored; a Prefect worker then survives SIGTERM as well.
    for inherited in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(inherited, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    # Whatever a part writes may hold personal data.
    os.umask(0o077)
    # So does its memory, which no crash may leave on a disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted here


if __name__ == "__main__":
    main()

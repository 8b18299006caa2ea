"""What the kernel can take from this process for good: network, files, users, core dumps; each alone, each told apart.

Called before anything starts a thread: some of it holds for the calling thread and those that it starts.
"""

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Sequence
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE, _SET_KEEP_CAPABILITIES = 1, 4, 8
_SET_SECCOMP, _SET_CHILD_SUBREAPER, _SET_NO_NEW_PRIVILEGES = 22, 36, 38
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_READ_AND_SEARCH = 2  # CAP_DAC_READ_SEARCH

# Landlock, from linux/landlock.h. Each release of its interface (ABI) knows more rights than the one before.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIRECTORY = (1 << bit for bit in range(4))
_FIRST_RIGHTS = (1 << 13) - 1
_REFER, _TRUNCATE, _DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
_READ = _EXECUTE | _READ_FILE | _READ_DIRECTORY
_TCP = 0b11
_SCOPES = 0b11  # abstract sockets and signals of processes outside

# Of linux/seccomp.h, linux/bpf_common.h and linux/audit.h.
_FILTER_MODE, _ALLOW, _REFUSE = 2, 0x7FFF0000, 0x00050000 | 1  # refused with EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
_OTHER_ABI = 0x40000000  # the same calls once more, under other numbers, on x86-64 alone
_MACHINES = {
    # socket, connect, socketpair, ptrace, process_vm_readv and _writev, mount, unshare, setns, the keyring, bpf,
    # perf_event_open, io_uring, pidfd_getfd; then memory that outlives a process or that no limit counts: shmget,
    # semget, msgget, mq_open, memfd_create and memfd_secret
    "x86_64": (
        0xC000003E,
        (41, 42, 53, 101, 310, 311, 165, 272, 308, 248, 249, 250, 321, 298, 425, 426, 427, 438)
        + (29, 64, 68, 240, 319, 447),
    ),
    "aarch64": (
        0xC00000B7,
        (198, 203, 199, 117, 270, 271, 40, 97, 268, 217, 218, 219, 280, 241, 425, 426, 427, 438)
        + (194, 190, 186, 180, 279, 447),
    ),
}


def leave_no_dump() -> None:
    """See that no crash writes the memory of this process to a disk, and no other process of its user reads it.

    Every process that holds a file's bytes or a secret calls it once, at its start. What it starts begins anew.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The limit alone does not hold where the kernel hands a dump to a program.
    _libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def write_at_most(size: int) -> None:
    """Let no file that this process writes grow beyond a size in bytes: files in memory count as nobody's memory."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def end_with(parent: int) -> bool:
    """Let the kernel end this process with the one that started it; return whether that one is still there."""
    _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    # It may have ended before the kernel was asked, and then nothing ends this process.
    return os.getppid() == parent


def adopt_strays() -> None:
    """Have the kernel make children of this process of what its children leave running, so that it can end them."""
    _libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def without_network() -> bool:
    """Move to a network of one's own, in which nothing can be reached; return whether the kernel allowed it."""
    if _libc.unshare(_NEW_NETWORK) == 0:
        return True
    user, group = os.geteuid(), os.getegid()
    # Who is not root may do so as the root of users of their own.
    if _libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    return True


def _write(path: str, text: str) -> None:
    """Write a line to the kernel; a map that it does not take leaves us nobody, which is no less confined."""
    try:
        Path(path).write_text(text)
    except OSError:
        return


def as_user(number: int) -> bool:
    """Become an ordinary user where this is root, and keep the right to read alone; return whether it is so."""
    if os.geteuid() != 0:
        return True
    try:
        _libc.prctl(_SET_KEEP_CAPABILITIES, 1, 0, 0, 0)
        # Groups first: an ordinary user may not change them any more.
        os.setgroups([])
        os.setresgid(number, number, number)
        os.setresuid(number, number, number)
    except OSError:
        return False
    # Python itself may lie where root alone can look. What may be read is for `within` to say.
    kept = 1 << _READ_AND_SEARCH
    header, data = struct.pack("Ii", 0x20080522, 0), struct.pack("6I", kept, kept, 0, 0, 0, 0)
    return bool(_libc.capset(header, data) == 0)


def no_new_rights() -> None:
    """Give up that a program which is started has more rights than this one; the next two ask for it."""
    _libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def within(reads: Sequence[Path], lists: Sequence[Path], writes: Sequence[Path]) -> bool:
    """Let this process reach no file but these; return whether the kernel can.

    Args:
        reads: files, and folders with all in them, that may be read.
        lists: folders in which the names may be read.
        writes: files and folders in which all is allowed.
    """
    release = _libc.syscall(_CREATE_RULESET, None, 0, 1)
    if release < 1:
        return False
    rights = _FIRST_RIGHTS
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _DEVICE_CONTROL)):
        # A right that the kernel does not know would make it refuse the whole set.
        rights |= right if release >= since else 0
    numbers = (rights, _TCP if release >= 4 else 0, _SCOPES if release >= 6 else 0)
    attributes = struct.pack("3Q", *numbers)[: 24 if release >= 6 else 16 if release >= 4 else 8]
    ruleset = _libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    # What is written is never executed: a file that breaks the parser cannot leave a program behind and start it.
    for paths, right in ((reads, _READ), (lists, _READ_DIRECTORY), (writes, rights & ~_EXECUTE)):
        for path in paths:
            _allow(ruleset, path, right)
    done = _libc.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return bool(done == 0)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    allowed = rights if path.is_dir() else rights & _OF_FILES
    _libc.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", allowed, handle), 0)
    os.close(handle)


def without_calls() -> bool:
    """Give up the system calls that open sockets, look into other processes or loosen what is tied; return whether."""
    numbers = _MACHINES.get(os.uname().machine)
    if numbers is None:
        return False
    machine, refused = numbers
    # Each refused call jumps to the last line; the jumps count the lines between.
    lines = [(_LOAD, 0, 0, _MACHINE_AT), (_EQUAL, 0, len(refused) + 3, machine), (_LOAD, 0, 0, _NUMBER_AT)]
    lines += [(_AT_LEAST, len(refused) + 1, 0, _OTHER_ABI)]
    lines += [(_EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    program = struct.pack("HxxxxxxP", len(lines), ctypes.addressof(code))
    return bool(_libc.prctl(_SET_SECCOMP, _FILTER_MODE, program, 0, 0) == 0)

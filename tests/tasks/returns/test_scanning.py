"""The scanner: a real clamd's answers, and every way in which none of them is a clear one."""

import socket
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from models.events import Owed
from models.settings import Settings
from models.tables import Work
from tasks.ledger.work import HeldError
from tasks.returns.scanning import ScannerAwayError, is_on, is_scanner_away, scan
from tests.examples import examples
from tests.scanning import EICAR, Behaviour, clamd, misbehaving, swallow, using

pytestmark = pytest.mark.parts


def test_files_are_not_scanned_unless_a_scanner_is_set() -> None:
    assert not is_on()
    with using("/run/x"):
        assert is_on()


def test_a_clean_file_is_clean_and_the_scanner_is_named(scanner: str) -> None:
    with using(scanner):
        found = scan([b"incident_ref\n", b"1\n"])
    assert found.malware == ""
    assert found.engine.startswith("ClamAV ")


def test_an_empty_stream_is_clean(scanner: str) -> None:
    with using(scanner):
        assert scan([]).malware == ""


@pytest.mark.parametrize("cut", [1, 20, 67])
def test_the_test_virus_is_found_however_it_is_cut(scanner: str, cut: int) -> None:
    with using(scanner):
        found = scan([EICAR[:cut], EICAR[cut:]])
    assert found.malware.startswith("Eicar-Test-Signature")


def test_a_file_larger_than_one_frame_is_scanned_to_its_end(scanner: str) -> None:
    with using(scanner):
        assert scan([b"x" * 200_000, b"y" * 1_000_000]).malware == ""
        assert scan([b"x" * 200_000, b"\n" + EICAR]).malware.startswith("Eicar")


def test_a_scanner_at_a_port_is_asked_there(scanner: str) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def pass_on() -> None:
            for _ in range(2):
                here, _address = listening.accept()
                with here, socket.socket(socket.AF_UNIX) as there:
                    there.connect(scanner)
                    _between(here, there)

        thread = threading.Thread(target=pass_on, daemon=True)
        thread.start()
        with using(f"127.0.0.1:{listening.getsockname()[1]}"):
            assert scan([EICAR]).malware.startswith("Eicar")
        thread.join(5)


def _between(here: socket.socket, there: socket.socket) -> None:
    there.settimeout(0.1)
    here.settimeout(0.1)
    while True:
        for source, target in ((here, there), (there, here)):
            try:
                data = source.recv(65536)
            except TimeoutError:
                continue
            if not data:
                return
            target.sendall(data)


@pytest.mark.parametrize("limit", ["most", "deep"])
def test_what_a_real_clamd_finds_too_large_is_never_clean(limit: str, tmp_path: Path) -> None:
    with clamd(tmp_path, **{limit: "100K"}) as address, using(address), pytest.raises(ScannerAwayError):
        scan([b"x" * 65_536] * 8)


def test_a_file_beyond_our_own_limit_is_not_sent(scanner: str) -> None:
    with using(scanner, scanner_max_bytes=10), pytest.raises(ScannerAwayError, match="too large"):
        scan([b"x" * 11])


@pytest.mark.parametrize("address", ["/nowhere/clamd.sock", "127.0.0.1:1"])
def test_a_scanner_that_is_down_holds_the_file(address: str) -> None:
    with using(address), pytest.raises(HeldError, match="kept and scanned later"):
        scan([b"x"])


@pytest.mark.parametrize("fault", [ValueError(), HeldError("The work waits."), None])
def test_work_waits_for_the_scanner_after_its_error_alone(fault: Exception | None) -> None:
    assert is_scanner_away(_work_after(ScannerAwayError("no version")))
    assert not is_scanner_away(_work_after(fault))


def _work_after(fault: Exception | None) -> Work:
    """Return work as the ledger stores it after a fault."""
    return Work(kind=Owed.VALIDATE, subject="a", inspection="b", fault=type(fault).__name__ if fault else None)


def _says(*said: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        swallow(connection)
        for one in said:
            connection.sendall(one)

    return behave


def _early(connection: socket.socket) -> None:
    connection.sendall(b"stream: OK\0")
    time.sleep(1)


def _at_once(connection: socket.socket) -> None:
    """Answer before the file, and take all of it as if it mattered."""
    connection.sendall(b"stream: OK\0")
    swallow(connection)


def _cut(connection: socket.socket) -> None:
    connection.recv(4)


def _slow(connection: socket.socket) -> None:
    swallow(connection)
    time.sleep(3)
    connection.sendall(b"stream: OK\0")


def _dripping(connection: socket.socket) -> None:
    swallow(connection)
    for byte in b"stream: OK":
        connection.sendall(bytes([byte]))
        time.sleep(0.4)


_BAD = {
    "cut while sending": _cut,
    "OK, then cut": _says(b"stream: OK"),
    "nothing": _says(),
    "OK before the end": _early,
    "OK at once": _at_once,
    "slow": _slow,
    "dripping": _dripping,
    "error": _says(b"INSTREAM size limit exceeded. ERROR\0"),
    "limits": _says(b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"),
    "other words": _says(b"stream: fine\0"),
    "OK and more": _says(b"stream: OK\0stream: OK\0"),
    "two answers": _says(b"stream: OK stream: X FOUND\0"),
    "endless": _says(b"x" * 100_000),
}


@pytest.mark.parametrize("how", list(_BAD))
def test_no_clear_answer_is_never_clean(how: str, tmp_path: Path) -> None:
    began = time.monotonic()
    with (
        misbehaving(tmp_path, _BAD[how]) as address,
        using(address, scanner_seconds=1),
        pytest.raises(ScannerAwayError),
    ):
        scan(b"x" * 50_000 for _ in range(40))
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("version", [b"\0", b"hello\0", b"", b"ClamAV 1.0"])
def test_a_scanner_that_does_not_say_what_it_is_is_not_believed(version: bytes, tmp_path: Path) -> None:
    with (
        misbehaving(tmp_path, _says(b"stream: OK\0"), version) as address,
        using(address, scanner_seconds=1),
        pytest.raises(ScannerAwayError),
    ):
        scan([b"x"])


@given(said=st.binary(max_size=60))
@examples(40, suppress_health_check=list(HealthCheck))
def test_only_the_one_answer_is_clean(said: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any")
    with misbehaving(folder, _says(said, b"\0")) as address, using(address, scanner_seconds=2):
        try:
            clean = scan([b"x"]).malware == ""
        except ScannerAwayError:
            clean = False
    assert clean == (said.strip() == b"stream: OK")


@pytest.mark.parametrize("address", ["clamd", "clamd:", "clamd:http"])
def test_an_address_that_is_none_is_refused_at_start(address: str) -> None:
    with pytest.raises(ValueError, match="scanner"):
        Settings(scanner=address)

"""Files that are opened at once: scanned for malware before anything of them is stored or read."""

from models.refusals import Refusal
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger import audit
from tasks.returns.scanning import ScannerAwayError, is_on, scan


class ScreenedOutError(Refusal):
    """The scanner found malware in a file, or gave no clear answer about it: it is neither stored nor read."""


def screen(data: bytes, inspection: str, *, by: str) -> None:
    """Refuse a file in which the scanner finds something, or of which it says nothing clear; without one, nothing.

    Args:
        data: the file.
        inspection: for which it is sent; malware goes into its audit.
        by: who sends it.

    Raises:
        ScreenedOutError: with what to do.
    """
    if not is_on():
        return
    try:
        result = scan([data])
    except ScannerAwayError as away:
        log().warning("scanner.away", why=away.why, inspection=inspection)
        raise ScreenedOutError(
            "Our malware scanner does not answer, so we have not taken your file. Send it again in a few minutes."
        ) from None
    if not result.malware:
        return
    with transaction() as session:
        facts = {"found": result.malware, "engine": result.engine}
        audit.append(session, inspection, actor=by, action="malware.found", subject=inspection, facts=facts)
    raise ScreenedOutError(
        f"Our malware scanner found {result.malware} in the selected file, so we have not opened or kept it. "
        "Tell your IT support, and send a clean copy."
    )

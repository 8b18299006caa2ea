"""A statement stands beside each row of its correction, and beside no row of another version."""

import pytest

from tasks.ground.database import transaction
from tasks.ledger.disputed import statements
from tasks.persons_requests.correcting import answer, ask_agency, put_beside
from tests.tasks.persons_requests.test_correcting import WORDS, wanted
from tests.tasks.persons_requests.test_recording import BY
from tests.tasks.persons_requests.test_searching import number_in
from tests.tasks.wrong_files.conftest import SENDER, good, sent, wrong

pytestmark = pytest.mark.parts
__all__ = ["good", "sent", "wrong"]


def test_it_stands_beside_the_rows_of_its_version(area: str, sent: str, good: bytes) -> None:
    number, line = number_in(good)
    request = wanted(number)
    identity = ask_agency(request, sent, WORDS, by=BY)
    answer(identity, "refused", "law", by=SENDER, agency_id=f"{area}/police")
    with transaction() as session:
        assert statements(session, area, [sent]) == {}
    put_beside(identity, WORDS, by=BY, request=request)
    with transaction() as session:
        assert statements(session, area, [sent])[sent, "POL-1", line] == (WORDS,)
        assert statements(session, area, [f"{area}-pol-1-v1"]) == {}

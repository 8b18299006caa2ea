"""Says which state of its request follows from the verdict on its newest version."""

from models.lifecycle import RequestState
from models.states import ReturnVerdict

STATE_FOR = {
    ReturnVerdict.ACCEPTED: RequestState.ACCEPTED,
    ReturnVerdict.QUERIED: RequestState.QUERIED,
    ReturnVerdict.REJECTED: RequestState.REJECTED,
    ReturnVerdict.UNREADABLE: RequestState.REJECTED,
}
"""The state of a request by the verdict on its newest version."""

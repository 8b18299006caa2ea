"""Send notices: hand what waits to the channel that is set, and ask it what became of what it took."""

from prefect import flow

from flows.run import Done, Failure, Run, State, ended
from models.words import plural
from tasks.people.channels import ChannelRefusedError
from tasks.people.chosen_channel import channel
from tasks.people.delivery import deliver, tell_operator
from tasks.people.receipts import collect, send_to_corrected


@flow(name="send-notices", flow_run_name="send-notices", persist_result=False)
def send_notices() -> State:
    """Send the notices that wait. Woken by the sweep. Without a channel they stay in the outbox."""

    def body(run: Run) -> str:
        try:
            return _send(run)
        except ChannelRefusedError as refused:
            tell_operator(refused)
            raise

    return ended("send-notices", body)


def _send(run: Run) -> str:
    chosen = channel()
    if chosen is None:
        return "Nothing was sent: no channel is set, so the outbox keeps every notice."
    send_to_corrected()
    sent = deliver(chosen)
    receipts = 0 if sent.stopped else collect(chosen)
    for ref, words in sent.rows():
        if ref:
            run.did(Done(ref, ref, words))
    if sent.stopped:
        run.failures[chosen.name] = Failure("the notices that are left", sent.stopped, sent.again)
    programme = [f"the programme: {words}" for ref, words in sent.rows() if not ref]
    returned = [f"{plural(receipts, 'receipt')} came back"] if receipts else []
    return "; ".join(filter(None, [run.summary(), *programme, *returned]))

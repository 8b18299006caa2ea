"""When it is done: one file a stage; a flow reads like that stage's checklist."""

from prefect.flow_engine import BaseFlowRunEngine

# Prefect's own heartbeat makes each run wait up to a second for its thread to end, a third of what a short run takes.
# Ours says the same to the sweep, which gives silent runs up: see tasks/ledger/heartbeats.py.
BaseFlowRunEngine.heartbeat_seconds = property(lambda _: None)  # type: ignore[assignment, method-assign]

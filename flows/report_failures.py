"""Report failures: the operator is told of work that failed, once for each piece and day."""

from prefect import flow

from flows.run import Done, Run, State, ended
from tasks.watch.failures import report_failures as report


@flow(name="report-failures", flow_run_name="report-failures", persist_result=False)
def report_failures() -> State:
    """Write the notices that are due. Woken by every run that fails. Its own failure wakes nothing."""

    def body(run: Run) -> str:
        for failure in report():
            outcome = "put aside. The operator is told" if failure.dead else "the operator is told"
            run.did(Done(failure.inspection, f"{failure.kind} {failure.subject}", outcome))
        return "" if run.done else "Nothing new. The operator was told today of all work that failed."

    return ended("report-failures", body)

"""What the ledger shows of the service's health, as Prometheus reads it: counts and waits, no reference to anybody."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlmodel import Session

from tasks.ground.database import transaction
from tasks.ledger.counts import DEAD, LEASE_LOST, RETRIED, SWEEP, tallies

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_UPLOADS = text(
    """
    SELECT r.return_code, s.late, count(*) FROM submission s JOIN request r ON r.id = s.request_id
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)
_VERDICTS = text(
    """
    SELECT r.return_code, c.verdict, count(*)
    FROM checkresult c JOIN submission s ON s.id = c.submission_id JOIN request r ON r.id = s.request_id
    WHERE c.verdict IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
    """
)
_WORK = text("SELECT kind, state, count(*) FROM work GROUP BY 1, 2 ORDER BY 1, 2")
_WAITS = text(
    """
    SELECT kind, extract(epoch FROM now() - min(owed_at)) FROM work WHERE state IN ('owed', 'claimed')
    GROUP BY 1 ORDER BY 1
    """
)
# Of the last hour alone: over all time, a slow day would be drowned by the months before it.
_TOOK = text(
    """
    SELECT kind, percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.95) WITHIN GROUP (ORDER BY took)
    FROM (SELECT kind, extract(epoch FROM done_at - owed_at) AS took FROM work
          WHERE done_at > now() - interval '1 hour') lately
    GROUP BY 1 ORDER BY 1
    """
)
_UNSENT = text(
    """
    SELECT (SELECT count(*) FROM outboxevent WHERE sent_at IS NULL),
           (SELECT count(*) FROM notice WHERE delivery IN ('waiting', 'sending'))
    """
)


class Ledger:
    """Collects every metric anew for each scrape, so that all portals give the same numbers."""

    def collect(self) -> Iterator["Metric"]:
        """Yield the metrics."""
        with transaction() as session:
            yield from _counts(session)
            yield from _gauges(session)


def _counts(session: Session) -> Iterator["Metric"]:
    from prometheus_client.metrics_core import CounterMetricFamily

    uploads = CounterMetricFamily("jtai_uploads", "Files received.", labels=["return", "late"])
    for code, late, number in session.execute(_UPLOADS):
        uploads.add_metric([code, str(late).lower()], number)
    verdicts = CounterMetricFamily("jtai_verdicts", "Verdicts given.", labels=["return", "verdict"])
    for code, verdict, number in session.execute(_VERDICTS):
        verdicts.add_metric([code, verdict], number)
    yield uploads
    yield verdicts
    for name, metric, help_text in (
        (RETRIED, "jtai_work_retries", "Pieces of work given back after a fault of ours."),
        (DEAD, "jtai_work_dead_letters", "Pieces of work put aside after too many faults of ours."),
        (LEASE_LOST, "jtai_leases_lost", "Results refused because another worker had taken over."),
        (SWEEP, "jtai_sweep_found", "What sweeps found that nobody had done."),
    ):
        family = CounterMetricFamily(metric, help_text, labels=["kind"])
        for label, number in sorted(tallies(session, name).items()):
            family.add_metric([label], number)
        yield family


def _gauges(session: Session) -> Iterator["Metric"]:
    from prometheus_client.metrics_core import GaugeMetricFamily

    work = GaugeMetricFamily("jtai_work", "Pieces of work by kind and state.", labels=["kind", "state"])
    for kind, state, number in session.execute(_WORK):
        work.add_metric([kind, state], number)
    waits = GaugeMetricFamily("jtai_work_oldest_seconds", "Age of the oldest work that is not done.", labels=["kind"])
    for kind, seconds in session.execute(_WAITS):
        waits.add_metric([kind], float(seconds))
    took = GaugeMetricFamily(
        "jtai_work_took_seconds", "From owed to done, of the last hour.", labels=["kind", "quantile"]
    )
    for kind, half, most in session.execute(_TOOK):
        took.add_metric([kind, "0.5"], float(half))
        took.add_metric([kind, "0.95"], float(most))
    events, notices = session.execute(_UNSENT).one()
    yield from (work, waits, took)
    yield GaugeMetricFamily("jtai_events_unsent", "Events that wait in the outbox.", value=events)
    yield GaugeMetricFamily("jtai_notices_unsent", "Notices that wait.", value=notices)


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, generate_latest

    # Not the library's own registry: its numbers of this process differ from one portal to the next.
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Ledger())
    return generate_latest(registry)

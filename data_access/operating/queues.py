"""What the queues of messages hold, for Prometheus: numbers that jobs of other processes wrote down."""

from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select

from data_access.queued import QueuedRow, unsettled
from data_access.state import transaction
from data_access.subscriptions.deliveries import DeliveryRow
from data_access.watch.outbox import MessageRow
from data_access.watch.runs import last_run
from metrics.errors import ServiceQualityError

QUEUES: dict[str, type[QueuedRow]] = {"alerts": MessageRow, "reports": DeliveryRow}


class Queues(Collector):
    """Read at every scrape, from the state store; where that does not answer nothing is told of them."""

    def __init__(self, state: Callable[[], Engine]) -> None:
        self._state = state

    def describe(self) -> list[Metric]:
        """None beforehand: registering must not ask the state store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Messages sent, messages whose last attempt failed, and the last look at the alerts."""
        try:
            yield from self._collected()
        except ServiceQualityError:
            return

    def _collected(self) -> Iterator[Metric]:
        engine = self._state()
        sent = CounterMetricFamily("twinwing_messages_sent", "messages that a receiver took", labels=["queue"])
        failing = GaugeMetricFamily(
            "twinwing_messages_failing", "messages whose last attempt failed, to be tried again", labels=["queue"]
        )
        for name, table in QUEUES.items():
            counted = select(
                func.count(table.sent_at), func.count().filter(unsettled(table), table.failure.is_not(None))
            )
            with transaction(engine) as session:
                taken, waiting = session.execute(counted.select_from(table)).one()
            sent.add_metric([name], taken)
            failing.add_metric([name], waiting)
        yield from (sent, failing)
        run = last_run(engine)
        if run is not None and run.ended_at is not None:
            ended = run.ended_at.timestamp()
            yield GaugeMetricFamily(
                "twinwing_alerts_evaluated_timestamp_seconds", "when alerts were looked at last", ended
            )
            told = "1 where that look did not come to its end"
            yield GaugeMetricFamily("twinwing_alerts_evaluation_failed", told, float(run.failure is not None))

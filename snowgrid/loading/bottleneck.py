"""Who set the pace: where work piled up, and whose processor was full."""

from devices.load.histogram import Histogram
from snowgrid.loading.result import RunReport
from snowgrid.loading.service import ServiceFigures

FULL = 0.85  # of a processor
MUCH_S = 1.0  # of work at the rate of the load; less than that is no pile
LATE_S = 0.05


def bottleneck_of(report: RunReport, ended: ServiceFigures | None) -> str:
    """Name the part that was slowest, and the figures that say so; empty where nothing piled up.

    A queue grows in front of the part that does not keep up, and what is behind that part idles.
    So the queues tell, from the last to the first, and the processors only explain.

    Args:
        report: Of the run.
        ended: What the service had done when the publishers were done; None if it was not asked.
    """
    load = report.load
    per_s = load.readings / max(1.0, load.elapsed_s)
    much = MUCH_S * per_s
    if ended is not None:
        if ended.spooled > much:
            return f"store: {ended.spooled:,} readings waited in the spool"
        untaken = load.readings - ended.received
        if ended.in_flight > much or untaken > much:
            return (
                f"ingest: {max(0, untaken):,} readings waited at the broker and "
                f"{ended.in_flight:,} in the service{_cores(report, 'ingest')}"
            )
    late_s = Histogram.of(load.lateness).percentile_s(99)
    waited_s = Histogram.of(load.latency).percentile_s(99)
    if load.unsent or late_s > LATE_S:
        if _share(report, "publisher") / report.order.processes >= FULL:
            return (
                f"publisher: messages left {late_s * 1e3:,.0f} ms late (p99)"
                f"{_cores(report, 'publisher')}; give it more --processes"
            )
        return (
            f"broker: {late_s * 1e3:,.0f} ms (p99) until a message could be sent, as the broker "
            f"allows only so many unacknowledged{_cores(report, 'broker')}"
        )
    if waited_s > LATE_S:
        acknowledged = f"{waited_s * 1e3:,.0f} ms (p99) to an acknowledgement"
        return f"broker: {acknowledged}{_cores(report, 'broker')}"
    return ""


def _share(report: RunReport, role: str) -> float:
    return report.usage.by_role.get(role, 0.0) if report.usage else 0.0


def _cores(report: RunReport, role: str) -> str:
    usage = report.usage
    if usage is None or role not in usage.by_role:
        return ""
    shared = usage.busy > FULL * usage.processors
    crowd = f"; all {usage.processors} of this machine were busy" if shared else ""
    return f"; it kept {usage.by_role[role]:.2f} processors busy{crowd}"

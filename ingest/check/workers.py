"""Whether the stream can be shared among the workers that are asked for."""

from collections.abc import Sequence

from ingest.check.finding import Finding, doubtful, good, wrong
from ingest.core.filters import covers
from ingest.core.topics import TELEMETRY
from ingest.errors import ConfigError
from ingest.settings import Settings
from ingest.workers.members import Plan, RecordFile, plan_of
from ingest.workers.partition import load_of

ABOUT = "workers"
EVERYTHING = f"{TELEMETRY}/#"
UNEVEN = 1.3  # times its even share that the busiest worker has


def check_workers(settings: Settings, kinds: Sequence[str]) -> list[Finding]:
    """Look at how the stream would be dealt out; nothing for a service that runs alone.

    Args:
        settings: What the service would run with.
        kinds: Names of the device kinds.
    """
    if settings.service.workers == 1:
        return []
    try:
        record = RecordFile(settings.store.spool.dir).read(settings)
        plan = plan_of(settings, kinds, record)
    except ConfigError as error:
        return [wrong(ABOUT, str(error))]
    return [_evenness(plan, kinds), *_holes(settings)]


def _evenness(plan: Plan, kinds: Sequence[str]) -> Finding:
    workers = len(plan.workers)
    readings = {kind: plan.readings.get(kind, 0.0) for kind in kinds}
    if not any(readings.values()):
        what = f"{workers} workers; how even their parts are is known after the first run"
        return good(ABOUT, what)
    loads = [load_of(member.part, kinds, readings) for member in plan.workers]
    busiest = max(loads) / sum(loads)
    what = f"{workers} workers, of which the busiest has {busiest:.0%} of the work"
    if busiest > UNEVEN / workers:
        fix = "list filters in mqtt.topics, one a site for example: one kind has one worker"
        return doubtful(ABOUT, what, fix)
    return good(ABOUT, what)


def _holes(settings: Settings) -> list[Finding]:
    topics = settings.mqtt.topics
    if any(covers(pattern, EVERYTHING) for pattern in topics):
        return []
    return [
        doubtful(
            ABOUT,
            f"nobody reads telemetry that matches none of {', '.join(topics)}",
            f"add {EVERYTHING} to mqtt.topics, if there may be more than these bring",
        )
    ]

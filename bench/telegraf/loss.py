"""What is missing after a contestant was killed in the middle of a steady stream."""

import time
from dataclasses import dataclass

from bench.service import finish, send, start
from bench.telegraf.configuration import Output
from bench.telegraf.contestants import FIELD, KIND, Entrant
from bench.telegraf.speed import Course

KILL_AT = 0.4  # of the stream
DOWN_S = 1.0
POLL_S = 0.5
QUIET_S = 10.0  # without another reading it is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What became of a stream.

    Attributes:
        name: Of the contestant.
        published: Readings that the broker acknowledged.
        stored: Readings that the store has.
    """

    name: str
    published: int
    stored: int

    @property
    def missing(self) -> int:
        """Readings that are nowhere."""
        return self.published - self.stored


def run(course: Course, entrant: Entrant, site: str, rate: float) -> Loss:
    """Publish evenly at QoS 1, kill the contestant on the way, start it again, and count."""
    output = Output.into(course.store)
    with entrant(course.folder / site, course.broker, output) as contestant:
        traffic = ["--messages", course.messages, "--fields", course.fields, "--seed", course.seed]
        to = ["--port", course.broker.port, "--site", site, "--rate", rate]
        publisher = start("bench.publisher", *to, *traffic)
        send(publisher)
        time.sleep(course.messages / rate * KILL_AT)
        contestant.process.kill()
        time.sleep(DOWN_S)
        contestant.restart()
        finish(publisher)
        stored = _settled(course, site)
        return Loss(name=contestant.name, published=course.messages, stored=stored)


def _settled(course: Course, site: str) -> int:
    """Return how many readings are there when all are, or no more come."""
    stored, quiet_since = -1, time.monotonic()
    while stored < course.messages and time.monotonic() - quiet_since < QUIET_S:
        found = course.store.count(KIND, FIELD, site=site)
        if found != stored:
            stored, quiet_since = found, time.monotonic()
        time.sleep(POLL_S)
    return stored

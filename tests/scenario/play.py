"""Plays the cold front through the default rules: `python -m tests.scenario.play` renews the golden
file, which is then to be read by a person before it is committed."""

from collections.abc import Iterator

from devices.encode import ReadingEncoder, telemetry_topic
from devices.registry import kinds
from devices.simulator import simulation
from devices.simulator.simulation import EPOCH, MILLISECOND
from ingest.alerts.forms import WHOLE_SITE
from ingest.parts import make_decoder
from ingest.rules.alert import Alert
from ingest.rules.engine import Engine
from ingest.rules.files import load_rules
from ingest.settings import ValidationSettings
from snowgrid.scenarios.alert_story import ToldAlert, story
from snowgrid.scenarios.files import load_scenario
from snowgrid.scenarios.scenario import Simulation
from tests.ingest.core.examples import Publish

SCENARIO = load_scenario("cold-front")
assert isinstance(SCENARIO.publishes, Simulation)
PLAYED = SCENARIO.publishes
GOLDEN = SCENARIO.path.with_suffix(".alerts")
START_MS = (PLAYED.start - EPOCH) // MILLISECOND
END_MS = START_MS + round(PLAYED.length_s * 1_000)


def transitions() -> Iterator[Alert]:
    """Yield what the default rules say, in the order in which they say it."""
    fleet = PLAYED.fleet
    encoders = {group.kind.name: ReadingEncoder(group.kind) for group in fleet.groups}
    decoder = make_decoder(kinds(), ValidationSettings())
    engine = Engine(load_rules((), kinds()), kinds())
    for turn in simulation.Simulation(fleet, seed=PLAYED.seed, start=PLAYED.start).turns():
        if turn.ts_ms >= END_MS:
            break
        group = fleet.groups[turn.group]
        payloads = encoders[group.kind.name].encode(turn.ts_ms, turn.seq, turn.values)
        messages = [
            Publish(payload, telemetry_topic(group.site, group.kind.name, group.names[device]))
            for device, payload in zip(turn.devices.tolist(), payloads, strict=True)
        ]
        decoded = decoder.decode(messages, turn.ts_ms)
        assert not decoded.dead_letters
        yield from engine.take(decoded.frames, turn.ts_ms)
    yield from engine.advance(END_MS)


def played() -> str:
    """The whole golden file, as it should be."""
    told = (
        ToldAlert(
            ts_ms=alert.changed_ms,
            state=alert.state,
            severity=alert.severity,
            rule=alert.rule,
            site=alert.site,
            device=alert.device or WHOLE_SITE,
            summary=alert.summary,
        )
        for alert in transitions()
    )
    return story(told, START_MS, END_MS)


if __name__ == "__main__":
    GOLDEN.write_text(played(), encoding="utf-8")

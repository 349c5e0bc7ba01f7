"""Plays the eventful morning through the default rules: `python -m tests.scenario.play` renews the
golden file, which is then to be read by a person before it is committed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from devices.encode import ReadingEncoder, telemetry_topic
from devices.environment.localtime import CHINA_STANDARD_TIME
from devices.fleets.file import load_fleet
from devices.registry import kinds
from devices.simulator.simulation import EPOCH, MILLISECOND, Simulation
from ingest.alerts.forms import WHOLE_SITE
from ingest.parts import make_decoder
from ingest.rules.alert import Alert
from ingest.rules.engine import Engine
from ingest.rules.files import load_rules
from ingest.settings import ValidationSettings
from tests.ingest.core.examples import Publish

FOLDER = Path(__file__).parent
FLEET = FOLDER / "eventful.toml"
GOLDEN = FOLDER / "alerts.golden"
START = datetime(2025, 11, 6, 9, 30, tzinfo=CHINA_STANDARD_TIME)
START_MS = (START - EPOCH) // MILLISECOND
END_MS = START_MS + 180 * 60_000
SEED = 1


def transitions() -> Iterator[Alert]:
    """Yield what the default rules say, in the order in which they say it."""
    fleet = load_fleet(FLEET)
    encoders = {group.kind.name: ReadingEncoder(group.kind) for group in fleet.groups}
    decoder = make_decoder(kinds(), ValidationSettings())
    engine = Engine(load_rules((), kinds()), kinds())
    for turn in Simulation(fleet, seed=SEED, start=START).turns():
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


def line_of(
    *, ts_ms: int, state: str, severity: str, rule: str, site: str, device: str, summary: str
) -> str:
    """An alert as it stands in the golden file: minutes and seconds since the start, and what."""
    minutes, seconds = divmod((ts_ms - START_MS) // 1000, 60)
    what = f"{state:<8}  {severity:<8}  {rule:<40}  {site}/{device:<7}"
    return f"{minutes:4}:{seconds:02}  {what}  {summary}\n"


def story(lines: list[str]) -> str:
    """A whole file; what happens in the same second is in alphabetic order."""
    return "".join(sorted(lines))


def played() -> str:
    """The whole golden file, as it should be."""
    return story(
        [
            line_of(
                ts_ms=alert.changed_ms,
                state=alert.state,
                severity=alert.severity,
                rule=alert.rule,
                site=alert.site,
                device=alert.device or WHOLE_SITE,
                summary=alert.summary,
            )
            for alert in transitions()
        ]
    )


if __name__ == "__main__":
    GOLDEN.write_text(played(), encoding="utf-8")

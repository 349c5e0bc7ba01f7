"""What may stand in a file of tests of rules."""

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from ingest.rules.alert import AlertState
from ingest.rules.entries import A_DURATION, SEVERITIES, Duration, Entry, Level


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _series(value: object) -> object:
    """A single number is a series of one."""
    return f"{value:g}" if isinstance(value, int | float) else value


Names = Annotated[
    list[str],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Series = Annotated[str, BeforeValidator(_series), WithJsonSchema({"type": ["string", "number"]})]
SERIES = "a series such as 22x10 28x5 _x3 22+0.5x10"


class InputEntry(Entry):
    """What devices of one kind report."""

    kind: str = Field(description="a device kind (`snowgrid kinds` lists them)")
    site: str = Field(default="here", description="the name of a site")
    device: Names = Field(description="the name of a device, or a list of names")
    fields: dict[str, Series] = Field(min_length=1, description=f"a mapping of fields to {SERIES}")


class AlertEntry(Entry):
    """An alert that is expected."""

    rule: str = Field(description="the name of a rule")
    site: str = Field(default="here", description="the name of a site")
    device: str = Field(default="", description="the name of a device; none for a whole site")
    state: Annotated[AlertState, Field(strict=False)] = Field(
        default=AlertState.FIRING, description="pending or firing"
    )
    severity: Level | None = Field(default=None, description=SEVERITIES)
    summary: str | None = Field(default=None, description="the alert's sentence")


class ExpectEntry(Entry):
    """What must fire at a moment, and nothing else."""

    at: Duration = Field(description=A_DURATION)
    alerts: list[AlertEntry] = Field(
        default_factory=list, description="a list of alerts, empty where all is quiet"
    )


class TestEntry(Entry):
    """One test."""

    __test__ = False  # for pytest, which looks for classes of such a name

    name: str = Field(description="what the test shows, in a few words")
    interval: Duration = Field(default=60.0, gt=0, description=A_DURATION)
    input: list[InputEntry] = Field(description="a list of inputs")
    expect: list[ExpectEntry] = Field(min_length=1, description="a list of moments")


class TestFileEntry(Entry):
    """A whole file of tests."""

    __test__ = False

    rules: Names = Field(description="a file of rules, or a list of them, relative to this one")
    defaults: bool = Field(
        default=False, description="true to test with the generated rules and those of seeds, too"
    )
    only: list[str] = Field(
        default_factory=list, description="a list of rules; the others are left out"
    )
    tests: list[TestEntry] = Field(min_length=1, description="a list of tests")

"""What may stand in a file of rules.

The description of each key says what is expected there; complaints and the JSON Schema quote it.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from devices.schema import NAME, Severity
from ingest.rules import durations
from ingest.rules.plan import BOOLEANS
from ingest.rules.rule import Function


def _seconds(value: object) -> float:
    if not isinstance(value, str):
        raise ValueError("no duration")  # noqa: TRY004 - pydantic collects value errors
    return durations.seconds(value)


def _words(value: object) -> tuple[str, ...]:
    """Turn a word or a list of words into words; booleans are words too."""
    listed = value if isinstance(value, list) else [value]
    words = [BOOLEANS[each] if isinstance(each, bool) else each for each in listed]
    told = tuple(word for word in words if isinstance(word, str))
    if not told or len(told) < len(words):
        raise ValueError("no words")
    return told


def _topic_level(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError("no name")
    return text


def _no_flap(value: object) -> object:
    return None if value is False else value


WORD_SCHEMA = {"type": ["string", "boolean"]}
Duration: TypeAlias = Annotated[
    float,
    BeforeValidator(_seconds),
    WithJsonSchema({"type": "string", "pattern": f"^{durations.PATTERN}$"}),
]
Words: TypeAlias = Annotated[
    tuple[str, ...],
    BeforeValidator(_words),
    WithJsonSchema({"anyOf": [WORD_SCHEMA, {"type": "array", "items": WORD_SCHEMA}]}),
]
Name: TypeAlias = Annotated[
    str,
    AfterValidator(_topic_level),
    WithJsonSchema({"type": "string", "pattern": f"^{NAME.pattern}$"}),
]
Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
Level: TypeAlias = Annotated[Severity, Field(strict=False)]

A_DURATION = "a duration such as 90s, 2m, 1h30m or 1d"
A_NUMBER = "a number, in the field's unit"
GLOBS = "a list of names, with * and ? for any characters"
SEVERITIES = "info, warning or critical"
A_STATE = "a state of the field, true or false, or a list of them"


class Entry(BaseModel):
    """Base of the mappings: frozen, nothing converted, and a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class QuestionEntry(Entry):
    """What is asked of a field; exactly one of the keys that ask, with those that belong to it."""

    above: Number | None = Field(default=None, description=f"{A_NUMBER}; holds above it")
    below: Number | None = Field(default=None, description=f"{A_NUMBER}; holds below it")
    clear_below: Number | None = Field(
        default=None, description=f"{A_NUMBER}; what is `above` clears only below this"
    )
    clear_above: Number | None = Field(
        default=None, description=f"{A_NUMBER}; what is `below` clears only above this"
    )
    equals: Words | None = Field(default=None, description=A_STATE)
    not_equals: Words | None = Field(default=None, description=A_STATE)
    contains: str | None = Field(
        default=None,
        description="a word of a state that consists of words, such as OB of OB DISCHRG",
    )
    rate_above: Number | None = Field(
        default=None, description="a number: the change over `rate_over`, holds above it"
    )
    rate_below: Number | None = Field(
        default=None, description="a number: the change over `rate_over`, holds below it"
    )
    rate_over: Duration | None = Field(default=None, description=A_DURATION)
    unchanged_for: Duration | None = Field(
        default=None, description=f"{A_DURATION}; holds while the field stays as it is for longer"
    )


class ConditionEntry(QuestionEntry):
    """One of several conditions."""

    field: str = Field(description="a field of the kind")


class AskingEntry(QuestionEntry):
    """What can ask several questions at once, or only one."""

    any_of: list[ConditionEntry] | None = Field(
        default=None, alias="any", min_length=1, description="a list of conditions, one is enough"
    )
    all_of: list[ConditionEntry] | None = Field(
        default=None, alias="all", min_length=1, description="a list of conditions, all must hold"
    )


class LevelEntry(AskingEntry):
    """A level of a ladder; what it does not say is as the rule says."""

    severity: Level = Field(description=SEVERITIES)
    for_s: Duration | None = Field(default=None, alias="for", description=A_DURATION)
    no_data_for: Duration | None = Field(default=None, description=A_DURATION)


class AggregateEntry(Entry):
    """A number over the devices of a site."""

    function: Annotated[Function, Field(strict=False)] = Field(description=", ".join(Function))
    field: str | None = Field(default=None, description="a field of the kind")
    by: Literal["site"] = Field(default="site", description="site")
    window: Duration = Field(description=f"{A_DURATION}: how old a device's reading may be")
    above: Number | None = Field(default=None, description="count devices above this")
    below: Number | None = Field(default=None, description="count devices below this")
    equals: Words | None = Field(
        default=None, description=f"count devices for which it is {A_STATE}"
    )
    not_equals: Words | None = Field(default=None, description=A_STATE)
    contains: str | None = Field(
        default=None, description="count devices whose state has this word"
    )


class FlapEntry(Entry):
    """When an alert that comes and goes is held until it is quiet."""

    changes: int = Field(default=6, ge=2, le=100, description="a whole number, 2 … 100")
    within: Duration = Field(default=900.0, description=A_DURATION)


class RuleEntry(AskingEntry):
    """One rule."""

    name: Name = Field(description="a name of a-z, 0-9, - and _, at most 64 characters")
    kind: str = Field(description="a device kind (`snowgrid kinds` lists them)")
    field: str | None = Field(default=None, description="a field of the kind")
    no_data_for: Duration | None = Field(
        default=None, description=f"{A_DURATION}; holds for a device that is silent for so long"
    )
    aggregate: AggregateEntry | None = Field(
        default=None, description="a mapping: function, field, window"
    )
    levels: list[LevelEntry] | None = Field(
        default=None, min_length=1, description="a list of levels, severities rising"
    )
    for_s: Duration = Field(default=0.0, alias="for", description=A_DURATION)
    keep_firing_for: Duration = Field(default=0.0, description=A_DURATION)
    severity: Level = Field(default=Severity.WARNING, description=SEVERITIES)
    sites: list[str] = Field(default_factory=list, description=GLOBS)
    devices: list[str] = Field(default_factory=list, description=GLOBS)
    flap: Annotated[FlapEntry | None, BeforeValidator(_no_flap)] = Field(
        default=FlapEntry(), description="false, or a mapping: changes, within"
    )
    replaces: list[str] = Field(
        default_factory=list, description="a list of rules that this one stands for"
    )
    summary: str = Field(default="", description="a text with {device}, {value:.1f} and the like")
    labels: dict[str, str] = Field(default_factory=dict, description="a mapping of texts")
    annotations: dict[str, str] = Field(default_factory=dict, description="a mapping of texts")


class OverrideEntry(Entry):
    """Another threshold for some devices."""

    rule: str = Field(description="the name of a rule")
    sites: list[str] = Field(default_factory=list, description=GLOBS)
    devices: list[str] = Field(default_factory=list, description=GLOBS)
    enabled: bool = Field(default=True, description="false, and the rule does not watch them")
    severity: Level | None = Field(default=None, description=f"which level: {SEVERITIES}")
    above: Number | None = Field(default=None, description=A_NUMBER)
    below: Number | None = Field(default=None, description=A_NUMBER)
    clear_below: Number | None = Field(default=None, description=A_NUMBER)
    clear_above: Number | None = Field(default=None, description=A_NUMBER)


class FileEntry(Entry):
    """A whole file of rules."""

    rules: list[RuleEntry] = Field(default_factory=list, description="a list of rules")
    overrides: list[OverrideEntry] = Field(
        default_factory=list, description="a list of other thresholds for some devices"
    )

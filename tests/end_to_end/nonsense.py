"""Every kind of nonsense, each with what is to become of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.core.rejection import Reason
from tests.end_to_end.meters import FIELD, Meters

DAY_MS = 86_400_000
TOO_LARGE_BYTES = 10 * 1024 * 1024
MOST_KEPT_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A dead letter that is to be.

    Attributes:
        reason: As counted.
        place: Where in the payload.
        payload: What is kept of it.
    """

    reason: Reason
    place: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonsense:
    """A message with something wrong in it.

    Attributes:
        name: What is wrong.
        topic: Where it is published.
        payload: What is published.
        rejected: The dead letters it becomes.
        good: Numbers of the meters' readings that are in it all the same.
        unknown_fields: Fields in it that the kind does not have.
    """

    name: str
    topic: str
    payload: bytes
    rejected: tuple[Rejected, ...] = ()
    good: tuple[int, ...] = ()
    unknown_fields: int = 0


def nonsense(meters: Meters, numbers: Iterator[int]) -> Iterator[Nonsense]:
    """Yield one of each kind.

    Args:
        meters: Whose readings are good.
        numbers: Of readings to hide between the nonsense.
    """
    topic = meters.topic("m-bad")
    for name, payload, reason, place in _payloads(meters.start_ms):
        kept = payload[:MOST_KEPT_BYTES]
        rejected = Rejected(reason=reason, place=place, payload=kept)
        yield Nonsense(name=name, topic=topic, payload=payload, rejected=(rejected,))
    for name, wrong_topic, reason in _topics(meters.site):
        payload = meters.payload(0)
        rejected = Rejected(reason=reason, place="", payload=payload)
        yield Nonsense(name=name, topic=wrong_topic, payload=payload, rejected=(rejected,))
    yield from _half_good(meters, numbers)
    yield from _unknown(meters, numbers)


def _payloads(now_ms: int) -> Iterator[tuple[str, bytes, Reason, str]]:
    value = f"$.{FIELD}"
    yield "empty", b"", "json", ""
    yield "blank", b" \n\t ", "json", ""
    yield "no JSON", b"voltage=230", "json", ""
    yield "truncated", f'{{"ts":{now_ms},"{FIELD}":23'.encode(), "json", ""
    yield "truncated array", f'[{{"ts":{now_ms},"{FIELD}":230}},{{"ts":'.encode(), "json", ""
    yield "two objects", f'{{"{FIELD}":1}}{{"{FIELD}":2}}'.encode(), "json", ""
    yield "a byte order mark", b'\xef\xbb\xbf{"ts":1}', "json", ""
    yield "UTF-16", f'{{"{FIELD}":1}}'.encode("utf-16"), "json", ""
    yield "bad UTF-8 in a key", b'{"volt\xff":1}', "json", ""
    yield "bad UTF-8 in a value", b'{"switch_state":"clo\xc3sed"}', "json", ""
    yield "zero bytes", bytes(1_000), "json", ""
    yield "100,000 nested arrays", b"[" * 100_000 + b"]" * 100_000, "size", ""
    yield "30,000 nested arrays", b"[" * 30_000 + b"]" * 30_000, "json", ""
    yield "10,000 nested objects", b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "json", ""
    yield "10 MB", b'{"note":"' + b"x" * TOO_LARGE_BYTES + b'"}', "size", ""
    yield "1,001 elements", b"[" + b",".join([b'{"ts":1}'] * 1_001) + b"]", "size", "$"
    yield "NaN", f'{{"{FIELD}":NaN}}'.encode(), "json", ""
    yield "Infinity", f'{{"{FIELD}":-Infinity}}'.encode(), "json", ""
    yield "1e999", f'{{"{FIELD}":1e999}}'.encode(), "range", value
    yield "a huge integer", f'{{"{FIELD}":1{"0" * 400}}}'.encode(), "range", value
    yield "a huge timestamp", f'{{"ts":1{"0" * 30},"{FIELD}":1}}'.encode(), "schema", "$.ts"
    yield "a negative number", f'{{"seq":-1,"{FIELD}":1}}'.encode(), "schema", "$.seq"
    yield "a number as text", f'{{"{FIELD}":"230"}}'.encode(), "schema", value
    yield "a boolean as number", f'{{"{FIELD}":true}}'.encode(), "schema", value
    yield "a number as boolean", b'{"cover_open":1}', "schema", "$.cover_open"
    yield "an object as number", f'{{"{FIELD}":{{"value":1}}}}'.encode(), "schema", value
    yield "an array as number", f'{{"{FIELD}":[1]}}'.encode(), "schema", value
    yield "no such state", b'{"switch_state":"ajar"}', "schema", "$.switch_state"
    yield "a fraction of a millisecond", f'{{"ts":1.5,"{FIELD}":1}}'.encode(), "schema", "$.ts"
    yield "a date", f'{{"ts":"2026-01-01","{FIELD}":1}}'.encode(), "schema", "$.ts"
    yield "a bare number", b"230", "schema", "$"
    yield "a bare text", b'"230"', "schema", "$"
    yield "null", b"null", "schema", "$"
    yield "an empty object", b"{}", "schema", "$"
    yield "an empty array", b"[]", "schema", "$"
    yield "nothing but a time", f'{{"ts":{now_ms}}}'.encode(), "schema", "$"
    yield "more volts than any grid", f'{{"{FIELD}":500.1}}'.encode(), "range", value
    tomorrow = now_ms + DAY_MS
    yield "tomorrow", f'{{"ts":{tomorrow},"{FIELD}":1}}'.encode(), "future", "$.ts"
    yield "nanoseconds", f'{{"ts":{now_ms}000000,"{FIELD}":1}}'.encode(), "future", "$.ts"
    yield "seconds", f'{{"ts":{now_ms // 1000},"{FIELD}":1}}'.encode(), "stale", "$.ts"
    yield "before 1970", f'{{"ts":-1,"{FIELD}":1}}'.encode(), "stale", "$.ts"
    old = now_ms - 31 * DAY_MS
    yield "older than raw data", f'{{"ts":{old},"{FIELD}":1}}'.encode(), "stale", "$.ts"


def _topics(site: str) -> Iterator[tuple[str, str, Reason]]:
    meter = f"telemetry/{site}/smart_meter"
    yield "too few levels", meter, "topic"
    yield "too many levels", f"{meter}/m-1/voltage", "topic"
    yield "an empty level", f"telemetry//smart_meter/{site}", "topic"
    yield "a trailing slash", f"{meter}/", "topic"
    yield "a space", f"{meter}/m 1", "topic"
    yield "a comma", f"{meter}/m,site=elsewhere", "topic"
    yield "an equals sign", f"{meter}/m=1", "topic"
    yield "a quotation mark", f'{meter}/m"1', "topic"
    yield "a backslash", f"{meter}/m\\n1", "topic"
    yield "an upper-case letter", f"{meter}/M-1", "topic"
    yield "a letter beyond ASCII", f"{meter}/电表", "topic"
    yield "an invisible character", f"{meter}/m\u200b1", "topic"
    yield "a leading dash", f"{meter}/-1", "topic"
    yield "a level of 65 characters", f"{meter}/{'m' * 65}", "topic"
    yield "a level of 60,000 characters", f"{meter}/{'m' * 60_000}", "topic"
    yield "150 levels", f"telemetry{'/x' * 150}", "topic"
    yield "a site with a comma", "telemetry/a,b/smart_meter/m-1", "topic"
    yield "an unknown kind", f"telemetry/{site}/smart_metre/m-1", "kind"
    yield "a kind by the name of a table", f"telemetry/{site}/pg_catalog/m-1", "kind"


def _half_good(meters: Meters, numbers: Iterator[int]) -> Iterator[Nonsense]:
    wrong = {
        "a wrong element": (f'{{"{FIELD}":"230"}}'.encode(), "schema", f".{FIELD}"),
        "an impossible element": (f'{{"{FIELD}":-1}}'.encode(), "range", f".{FIELD}"),
        "an element from tomorrow": (
            f'{{"ts":{meters.start_ms + DAY_MS},"{FIELD}":1}}'.encode(),
            "future",
            ".ts",
        ),
        "an element that is none": (b"null", "schema", ""),
    }
    for name, (element, reason, place) in wrong.items():
        first = next(n for n in numbers if n % meters.devices == 0)
        second = next(n for n in numbers if n % meters.devices == 0)
        payload = b"[%b, %b ,%b]" % (meters.payload(first), element, meters.payload(second))
        yield Nonsense(
            name=name,
            topic=meters.topic("m-0"),
            payload=payload,
            rejected=(Rejected(reason=reason, place=f"$[1]{place}", payload=element),),  # type: ignore[arg-type]
            good=(first, second),
        )
    number = next(n for n in numbers if n % meters.devices == 0)
    repeated = f'{{"{FIELD}":1,'.encode() + meters.payload(number).removeprefix(b"{")
    yield Nonsense(
        name="a repeated key", topic=meters.topic("m-0"), payload=repeated, good=(number,)
    )
    yield Nonsense(
        name="1,000 wrong elements",
        topic=meters.topic("m-0"),
        payload=b"[" + b",".join([b"0"] * 1_000) + b"]",
        rejected=tuple(
            Rejected(reason="schema", place=f"$[{position}]", payload=b"0")
            for position in range(1_000)
        ),
    )


def _unknown(meters: Meters, numbers: Iterator[int]) -> Iterator[Nonsense]:
    alien = b'{"colour":"red"}'
    yield Nonsense(
        name="no field of the kind",
        topic=meters.topic("m-0"),
        payload=alien,
        rejected=(Rejected(reason="schema", place="$", payload=alien),),
        unknown_fields=1,
    )
    number = next(n for n in numbers if n % meters.devices == 0)
    fields = b',"firmware":"2.1","nested":{"deep":[1,2,{"x":null}]}}'
    yield Nonsense(
        name="unknown fields",
        topic=meters.topic("m-0"),
        payload=meters.payload(number).removesuffix(b"}") + fields,
        good=(number,),
        unknown_fields=2,
    )

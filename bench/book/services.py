"""Chapters about the service between a broker and a database, and about the load tester."""

from bench import end_to_end, latency, load, memory, replay, start_spooled, workers
from bench.book.findings import Curve, Findings, Picture, Row
from bench.book.scale import Scale
from devices.load.plan import LoadPlan


def of_end_to_end(scale: Scale) -> Findings:
    """A real broker's stream into a real database."""
    figures = end_to_end.measure(
        scale.choose(300_000, 10_000), scale.choose(3, 1), 7, scale.folder, seed=scale.seed
    )
    bare, rate = "a bare subscriber", figures["messages_per_s"]
    return Findings(
        [
            Row(
                "publish to acknowledged, rollups and rules on",
                rate,
                "messages/s",
                figures["ratio"],
                bare,
            ),
            Row(
                "a subscriber that only acknowledges", figures["bare_messages_per_s"], "messages/s"
            ),
            Row(
                "publish to stored",
                figures["stored_per_s"],
                "messages/s",
                figures["stored_per_s"] / figures["bare_messages_per_s"],
                bare,
            ),
            Row(
                "processor time of a message, shipping included",
                figures["ingest_cpu_us"],
                "µs",
                figures["ingest_cpu_us"] * figures["bare_messages_per_s"] / 1e6,
                "the bare subscriber's time for a message",
            ),
            Row("readings missing in the database", figures["missing"], ""),
        ]
    )


def of_latency(scale: Scale) -> Findings:
    """Publish to stored by the load."""
    parts = scale.choose(latency.PARTS, (0.3, 0.7))
    figures = latency.measure(parts, scale.choose(6.0, 1.5), scale.folder, seed=scale.seed)
    saturation = figures["saturation_per_s"]
    names = [f"load_{round(part * 100)}" for part in parts]
    half, slow, puback, achieved = (
        [figures[f"{name}_{unit}"] for name in names]
        for unit in ("p50_ms", "p99_ms", "puback_p99_ms", "achieved_per_s")
    )
    rows = [Row("stored when more is published than can be taken", saturation, "readings/s")]
    rows += [
        Row(
            f"p99 from due to stored, at {part:.0%} of that",
            ms,
            "ms",
            ms / slow[0],
            f"the same at {parts[0]:.0%}",
        )
        for part, ms in zip(parts, slow, strict=True)
    ]
    picture = Picture(
        name="latency",
        title="From when a reading was due, by the load",
        x="messages/s",
        y="ms",
        curves=[
            Curve("to stored, p99", achieved, slow),
            Curve("to stored, p50", achieved, half),
            Curve("to the broker's PUBACK, p99", achieved, puback),
        ],
        y_log=True,
        bound=1_000,
    )
    return Findings(rows, [picture])


def of_replay(scale: Scale) -> Findings:
    """What was kept while the database was away."""
    figures = replay.measure(scale.choose(600_000, 20_000), scale.folder, seed=scale.seed)
    alone, mib = figures["store_alone_per_s"], figures["spool_mib"]
    return Findings(
        [
            Row(
                f"shipping {figures['readings']:,} readings, {mib:.0f} MiB",
                figures["shipped_per_s"],
                "readings/s",
                figures["ratio"],
                "the store alone",
            ),
            Row("the store alone, fed by a program that does nothing else", alone, "readings/s"),
            Row(
                "processor time of a reading",
                figures["ship_cpu_us"],
                "µs",
                figures["ship_cpu_us"] * alone / 1e6,
                "the store's time for a reading",
            ),
            Row("from the store's return to the first reading stored", figures["noticed_s"], "s"),
            Row("readings missing in the database", figures["missing"], ""),
        ]
    )


def of_memory(scale: Scale) -> Findings:
    """What the whole service weighs with many devices."""
    devices, rounds = scale.choose(100_000, 2_000), scale.choose(4, 2)
    figures = memory.measure("influxdb", devices, rounds, scale.folder)
    empty = figures["empty_mib"]
    return Findings(
        [
            Row("before the first reading", empty, "MiB"),
            Row(
                f"{devices:,} devices known, all fields, rollups and rules on",
                figures["known_mib"],
                "MiB",
                figures["known_mib"] / empty,
                "the empty service",
            ),
            Row(
                "the most after any round",
                figures["most_mib"],
                "MiB",
                figures["most_mib"] / figures["known_mib"],
                "after the first",
            ),
            Row("a device, buffers included", figures["bytes_per_device"], "bytes"),
        ]
    )


def of_start(scale: Scale) -> Findings:
    """Start with a large spool."""
    sizes = scale.choose([200_000, 2_000_000, 10_000_000], [20_000])
    figures = start_spooled.measure(sizes, scale.choose(3, 1), scale.folder, seed=scale.seed)
    empty = figures["empty_s"]
    rows = [Row("start to the first durable reading, empty spool", empty, "s")]
    for size in sizes:
        name, mib = f"spooled_{size}", figures[f"spooled_{size}_spool_mib"]
        rows += [
            Row(
                f"… {size:,} readings in it, {mib:,.0f} MiB",
                figures[f"{name}_s"],
                "s",
                figures[f"{name}_s"] / empty,
                "an empty spool",
            ),
            Row(
                "… memory then",
                figures[f"{name}_mib"],
                "MiB",
                figures[f"{name}_mib"] / figures["empty_mib"],
                "an empty spool",
            ),
        ]
    return Findings(rows)


def of_workers(scale: Scale) -> Findings:
    """Two processes that share a stream."""
    messages, rounds = scale.choose(200_000, 10_000), scale.choose(2, 1)
    figures = workers.measure(messages, 1, rounds, scale.folder)
    one, busier = figures["one_cpu_us"], "the busier of the two"
    return Findings(
        [
            Row("processor time of one service", one, "µs", figures["cpu_ratio"], busier),
            Row("… when one of the two has the rest", one, "µs", figures["rest_cpu_ratio"], busier),
            Row(
                "two workers together",
                figures["two_cpu_us"],
                "µs",
                figures["two_cpu_us"] / one,
                "one service",
            ),
            Row("one service, by the clock", figures["one_messages_per_s"], "messages/s"),
            Row(
                "two workers, by the clock",
                figures["two_messages_per_s"],
                "messages/s",
                figures["wall_ratio"],
                "one service",
            ),
        ]
    )


def of_load(scale: Scale) -> Findings:
    """The load tester."""
    rate, crowd = scale.choose(100_000.0, 10_000.0), scale.choose(1_000_000, 20_000)
    plan = LoadPlan(
        rate_per_s=rate, duration_s=scale.choose(5.0, 1.0), connections=4, seed=scale.seed
    )
    figures = load.measure("smart_meter", 10_000, plan, crowd)
    makes = 1e6 / figures["make_cpu_us"]
    return Findings(
        [
            Row(
                "published at QoS 1 into the embedded broker",
                figures["messages_per_s"],
                "messages/s",
                figures["messages_per_s"] / rate,
                "what was asked",
            ),
            Row(
                "what one core could publish at that",
                figures["messages_per_core_s"],
                "messages/s",
                figures["messages_per_core_s"] / makes,
                "making them only",
            ),
            Row("made and not sent", makes, "messages/s"),
            Row("p99 from due to acknowledged", figures["p99_ms"], "ms"),
            Row(f"memory of {crowd:,} devices in one process", figures["crowd_mib"], "MiB"),
        ]
    )

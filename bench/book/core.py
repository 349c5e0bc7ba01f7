"""Chapters about one process without broker and database: what a message costs on one core."""

from bench import device_count, hot_path, payload, rules, windows
from bench.book.findings import Curve, Findings, Picture, Row
from bench.book.scale import Scale
from bench.traffic import chunks_of, now, payloads

KIND = "smart_meter"
CODEC = "the MQTT codec alone"
STAGES = {
    "codec_us": "of that the MQTT codec",
    "decode_us": "of that decoding and validating",
    "encode_us": "of that line protocol",
    "spool_us": "append and fsync, in a thread beside the others",
}


def of_hot_path(scale: Scale) -> Findings:
    """Packets to acknowledged, durable lines."""
    rows = []
    for fields, name in ((7, "7 fields"), (0, "all 16 fields")):
        messages = scale.choose(200_000, 10_000)
        traffic = payloads(KIND, 1_000, messages, now(), fields=fields, seed=scale.seed)
        pairs, place = list(traffic), scale.folder / f"{fields}"
        figures = hot_path.measure(pairs, scale.choose(5, 1), place)
        rate, values = figures["messages_per_s"], figures["values_per_s"]
        rows += [
            Row(
                f"packets to acknowledged, durable lines, {name}",
                rate,
                "messages/s",
                figures["ratio"],
                CODEC,
            ),
            Row("… the same in values", values, "values/s"),
            Row(f"{CODEC}, {name}", figures["codec_messages_per_s"], "messages/s"),
        ]
        rows += [
            Row(
                f"{text}, {name}",
                figures[key],
                "µs",
                figures[key] / figures["whole_us"],
                "the whole path",
            )
            for key, text in STAGES.items()
        ]
    return Findings(rows)


def of_windows(scale: Scale) -> Findings:
    """What rollups add."""
    messages = scale.choose(200_000, 10_000)
    small, large = (
        windows.Fleet(KIND, many, messages, seed=scale.seed)
        for many in (1_000, scale.choose(100_000, 5_000))
    )
    figures = windows.measure(small, large, scale.choose(3, 1), scale.folder)
    weights = windows.memory(KIND)
    bare, share = "the path without rollups", "windows_share"
    state = weights["window_bytes"] + weights["carry_bytes"]
    return Findings(
        [
            Row(
                "with rollups, small fleet",
                figures["messages_per_s"],
                "messages/s",
                figures["messages_per_s"] / figures["messages_per_s_bare"],
                bare,
            ),
            Row(
                "with rollups, large fleet",
                figures["messages_per_s_large"],
                "messages/s",
                figures["large_to_small"],
                "the small fleet",
            ),
            Row("rollups add, small fleet", 100 * figures[share], "%", figures[share], bare),
            Row(
                "rollups add, large fleet",
                100 * figures[f"{share}_large"],
                "%",
                figures[f"{share}_large"],
                bare,
            ),
            Row("folding a reading, small fleet", figures["fold_us"], "µs"),
            Row(
                "folding a reading, large fleet",
                figures["fold_us_large"],
                "µs",
                figures["fold_us_large"] / figures["fold_us"],
                "the small fleet",
            ),
            Row("closing a device's window, small fleet", figures["close_us"], "µs"),
            Row(
                "closing a device's window, large fleet",
                figures["close_us_large"],
                "µs",
                figures["close_us_large"] / figures["close_us"],
                "the small fleet",
            ),
            Row("memory of a device's open window and last values", state, "bytes"),
        ]
    )


def of_rules(scale: Scale) -> Findings:
    """What alert rules add."""
    messages = scale.choose(100_000, 10_000)
    traffic = payloads(KIND, 1_000, messages, now(), fields=7, seed=scale.seed)
    figures = rules.measure(KIND, chunks_of(traffic), scale.choose(3, 1), 100, scale.folder)
    path, firing = "the path without rules", figures["firing_us"] / figures["hot_path_us"]
    return Findings(
        [
            Row("the path without rules", figures["hot_path_us"], "µs"),
            Row(
                "100 rules spread over all kinds add",
                figures["rules_us"],
                "µs",
                figures["share"],
                path,
            ),
            Row(
                "… while one device in fifty is in alarm", figures["firing_us"], "µs", firing, path
            ),
            Row(
                "100 rules about the one kind that is sent add",
                figures["same_kind_us"],
                "µs",
                figures["same_kind_share"],
                path,
            ),
        ]
    )


def of_payload(scale: Scale) -> Findings:
    """Cost by fields of a reading, and by readings of a message."""
    size = scale.choose(100_000, 6_000), scale.choose(3, 1), scale.folder
    fields = payload.by_fields(*size, seed=scale.seed)
    batch = payload.by_batch(*size, seed=scale.seed)
    whole = [fields[f"fields_{many}_us"] for many in payload.FIELDS]
    codec = [fields[f"fields_{many}_codec_us"] for many in payload.FIELDS]
    rates = [batch[f"batch_{many}_per_s"] for many in payload.BATCHES]
    rows = [
        Row(
            f"a message of one reading with {many} field{'s' * (many > 1)}",
            us,
            "µs",
            us / codec_us,
            CODEC,
        )
        for many, us, codec_us in zip(payload.FIELDS, whole, codec, strict=True)
    ]
    rows += [
        Row(f"readings, {many} a message", rate, "readings/s", rate / rates[0], "one a message")
        for many, rate in zip(payload.BATCHES, rates, strict=True)
    ]
    by_fields = Picture(
        name="fields",
        title="Cost of a message by the fields of its reading",
        x="fields",
        y="µs of a core",
        curves=[
            Curve("whole path", [*map(float, payload.FIELDS)], whole),
            Curve(CODEC, [*map(float, payload.FIELDS)], codec),
        ],
    )
    by_batch = Picture(
        name="batch",
        title="Readings a second on one core by the readings of a message",
        x="readings a message",
        y="readings/s",
        curves=[Curve("whole path", [*map(float, payload.BATCHES)], rates)],
        x_log=True,
        bound=250_000,
    )
    return Findings(rows, [by_fields, by_batch])


def of_devices(scale: Scale) -> Findings:
    """Cost and memory by the number of devices."""
    fleets = scale.choose(device_count.FLEETS, (1_000, 5_000))
    messages = scale.choose(200_000, 10_000)
    figures = device_count.measure(fleets, messages, scale.folder, seed=scale.seed)
    cost = [figures[f"devices_{many}_cpu_us"] for many in fleets]
    codec = [figures[f"devices_{many}_codec_us"] for many in fleets]
    weight = [figures[f"devices_{many}_bytes"] for many in fleets]
    rows = [
        Row(f"a message, {many:,} devices", us, "µs", us / cost[0], f"{fleets[0]:,} devices")
        for many, us in zip(fleets, cost, strict=True)
    ]
    # What the process needs for itself would be most of the weight of a few devices.
    rows += [
        Row(
            f"memory of a device, {many:,} devices",
            weight[number],
            "bytes",
            weight[number] / weight[-1],
            f"{fleets[-1]:,} devices",
        )
        for number, many in enumerate(fleets)
        if number >= len(fleets) // 2
    ]
    picture = Picture(
        name="devices",
        title="Cost of a message by the number of devices, rollups and rules on",
        x="devices",
        y="µs of a core",
        curves=[
            Curve("whole path", [*map(float, fleets)], cost),
            Curve(CODEC, [*map(float, fleets)], codec),
        ],
        x_log=True,
    )
    return Findings(rows, [picture])

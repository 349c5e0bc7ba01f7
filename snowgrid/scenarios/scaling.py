"""A scenario made smaller or larger, shorter or longer than its file says."""

from dataclasses import replace

import msgspec

from ingest.errors import ConfigError
from snowgrid.loading.order import LoadOrder
from snowgrid.scenarios.scenario import Scenario, Simulation


def scaled(scenario: Scenario, scale: float, duration_s: float | None) -> Scenario:
    """Return a scenario with other figures.

    Rate, devices, connections and the rate at which these are opened change together, so that each
    device goes on doing what it did.

    Args:
        scenario: As its file says.
        scale: Times as many devices.
        duration_s: How long is measured; None for as long as the file says.

    Raises:
        ConfigError: It cannot be changed like that.
        LoadInvalid: Rate and devices do not go together any more.
    """
    publishes = scenario.publishes
    if isinstance(publishes, Simulation):
        if scale != 1:
            raise ConfigError(
                f"--scale: {scenario.name} plays the devices of its fleet, and no others; "
                "leave --scale out"
            )
        return replace(
            scenario,
            publishes=replace(publishes, duration_s=duration_s or publishes.duration_s),
        )
    order = _scaled(publishes, scale, scenario.name)
    if duration_s is not None:
        order = msgspec.structs.replace(order, duration_s=duration_s)
    if order.span_s is not None:  # then every message needs a device of its own
        uploads = order.plan().schedule(1.0).total
        order = msgspec.structs.replace(order, devices=max(order.devices, uploads))
    order.plan().spacing_ms(order.make_fleet().device_count)
    expect = tuple(each.scaled(scale) for each in scenario.expect)
    return replace(scenario, publishes=order, expect=expect)


def _scaled(order: LoadOrder, scale: float, name: str) -> LoadOrder:
    if scale == 1:
        return order
    if order.fleet is not None:
        raise ConfigError(
            f"--scale: {name} has the devices of a fleet, and no others; leave --scale out"
        )
    return msgspec.structs.replace(
        order,
        devices=max(1, round(order.devices * scale)),
        rate_per_s=order.rate_per_s * scale,
        connections=max(1, round(order.connections * scale)),
        connects_per_s=max(1.0, order.connects_per_s * scale),
    )

"""What befalls everything around the service."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.servers.faults import Answer, Disconnect
from tests.torture.clock import HOUR_S
from tests.torture.lab import Lab
from tests.torture.schedule import Part, Trouble
from tests.torture.service_troubles import befall_service

SLOW_LINK_S = 0.05
SLOW_STORE_S = 0.3
SMALL_BODY_BYTES = 20_000
RETRY_AFTER_S = 1.0


async def befall(lab: Lab, trouble: Trouble) -> None:
    """Do it, and return when it is over; the part must not be in trouble already."""
    if trouble.part == "service":
        await befall_service(lab, trouble)
        return
    await _AROUND[trouble.part](lab, trouble)
    lab.survived[f"{trouble.part}: {trouble.name}"] += 1


async def _broker(lab: Lab, trouble: Trouble) -> None:
    if trouble.name == "restarted":
        await asyncio.to_thread(lab.broker.stop)
    else:
        lab.broker_killed_at.append(time.monotonic())
        await asyncio.to_thread(lab.broker.kill)
    await asyncio.sleep(trouble.for_s)
    await asyncio.to_thread(lab.broker.start)


async def _link(lab: Lab, trouble: Trouble) -> None:
    link = lab.link
    match trouble.name:
        case "slow":
            link.latency_s = SLOW_LINK_S
            await asyncio.sleep(trouble.for_s)
            link.latency_s = 0.0
        case "publishes held back":
            async with link.held("answer"):
                await asyncio.sleep(trouble.for_s)
        case "acknowledgements held back":
            async with link.held("ask"):
                await asyncio.sleep(trouble.for_s)
        case "half open":
            link.half_open()
        case "reset":
            link.reset()
        case "cut inside a publish":
            link.cut("answer")
        case "cut inside an acknowledgement":
            link.cut("ask")
        case _:
            raise ValueError(trouble.name)


async def _store(lab: Lab, trouble: Trouble) -> None:
    link = lab.store_link
    match trouble.name:
        case "stopped":
            await asyncio.to_thread(lab.facade.stop)
            await asyncio.sleep(trouble.for_s)
            await asyncio.to_thread(lab.facade.start)
        case "killed":
            await asyncio.to_thread(lab.influxd.kill)
            await asyncio.sleep(trouble.for_s)
            await asyncio.to_thread(lab.influxd.start)
        case "slow":
            link.latency_s = SLOW_STORE_S
            await asyncio.sleep(trouble.for_s)
            link.latency_s = 0.0
        case "hanging":
            async with link.held("answer"):
                await asyncio.sleep(trouble.for_s)
        case "hanging up inside an answer":
            link.cut("answer")
        case "hanging up after a write":
            lab.facade.faults.next(Disconnect(after_write=True))
        case _:
            await _answering(lab, trouble)


async def _answering(lab: Lab, trouble: Trouble) -> None:
    status = int(trouble.name.removeprefix("answering "))
    if status == 413:
        lab.facade.faults.max_body_bytes = SMALL_BODY_BYTES
    else:
        lab.facade.faults.always(Answer(status, RETRY_AFTER_S if status == 429 else None))
    await asyncio.sleep(trouble.for_s)
    lab.facade.faults.clear()


async def _disk(lab: Lab, trouble: Trouble) -> None:
    if lab.disk is None:
        raise ValueError("there is no small disk")
    await asyncio.to_thread(lab.disk.fill)
    await asyncio.sleep(trouble.for_s)
    lab.disk.free()


async def _clock(lab: Lab, trouble: Trouble) -> None:
    lab.clock.set(HOUR_S if trouble.name == "an hour ahead" else -HOUR_S)
    await asyncio.sleep(trouble.for_s)
    lab.clock.set(0)


_AROUND: dict[Part, Callable[[Lab, Trouble], Awaitable[None]]] = {
    "broker": _broker,
    "link": _link,
    "store": _store,
    "disk": _disk,
    "clock": _clock,
}

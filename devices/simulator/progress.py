"""How far a simulator has come; plain figures that a screen can read at any time."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class SimulatorProgress:
    """Figures of one run, kept up to date by the simulator.

    Attributes:
        devices: Devices of the fleet.
        gateways: Gateways of the fleet.
        gateways_online: Those connected now, their online status acknowledged.
        connections: Connections made so far, the first ones included.
        start_ms: Simulated time at the beginning, Unix milliseconds.
        simulated_ms: Simulated time, Unix milliseconds.
        late_s: How far the simulator is behind its own schedule, in seconds of real time.
        made: Readings that devices made, by kind.
        faulty: Messages that showed a fault, or connections that a storm broke, by the fault's
            name.
        published: Readings that the broker has, by kind: acknowledged at QoS 1, written to the
            connection at QoS 0.
        acknowledged: Readings that the broker acknowledged; 0 at QoS 0.
        refused: Readings that the broker refused to forward.
        dropped: Readings that gave way in a full backlog.
        waiting: Readings in backlogs and in flight.
        complaint: Why gateways are not connected, for a person; empty while all are.
        refusal: Topic that the broker last refused a message to, and why; empty if none.
    """

    devices: int = 0
    gateways: int = 0
    gateways_online: int = 0
    connections: int = 0
    start_ms: int = 0
    simulated_ms: int = 0
    late_s: float = 0.0
    made: Counter[str] = field(default_factory=Counter)
    faulty: Counter[str] = field(default_factory=Counter)
    published: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    refused: int = 0
    dropped: int = 0
    waiting: int = 0
    complaint: str = ""
    refusal: str = ""

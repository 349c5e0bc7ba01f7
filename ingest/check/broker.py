"""Whether the broker lets us in and lets us read, asked by a client of a moment."""

import asyncio
import logging
import secrets

import aiomqtt
import mqtt5
from aiomqtt.exceptions import MqttConnectError
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.gateways.confirming_client import ConfirmingClient
from devices.mqtt.reason_codes import FIRST_FAILURE
from devices.mqtt.trouble import explain_failure
from ingest.check.finding import Finding, doubtful, good, wrong
from ingest.errors import ConfigError
from ingest.mqtt.advice import CONNECT_ADVICE, SUBSCRIBE_ADVICE
from ingest.mqtt.tls import WORDS, make_context
from ingest.settings_mqtt import MqttSettings
from ingest.text import printable

ABOUT = "broker"
NO_RETAINED = 2
SILENT = logging.getLogger(f"{__name__}.paho")
SILENT.setLevel(logging.CRITICAL)  # what goes wrong is a finding, told once
LOG = "the broker's log says more"


async def check_broker(settings: MqttSettings, timeout_s: float) -> list[Finding]:
    """Connect and subscribe as the service would, with a client id of its own.

    Args:
        settings: How the service connects.
        timeout_s: Longest the broker may take for any answer.
    """
    try:
        client = _client(settings, timeout_s)
    except ConfigError as error:
        return [wrong(ABOUT, str(error))]
    try:
        async with asyncio.timeout(3 * timeout_s), client:
            who = f"as {settings.username!r}" if settings.username else "anonymously"
            connected = good(ABOUT, f"{_address(settings)}: connected {who}")
            return [connected, *[await _subscribe(client, topic) for topic in settings.topics]]
    except MqttConnectError as error:
        return [_refused(settings, error)]
    except (aiomqtt.MqttError, TimeoutError) as error:
        return [_unreachable(settings, error)]


def _client(settings: MqttSettings, timeout_s: float) -> ConfirmingClient:
    return ConfirmingClient(
        settings.host,
        settings.port,
        # An id of our own leaves the service's session alone; its beginning is the service's,
        # for brokers that tie users to prefixes.
        identifier=f"{settings.client_id}-check-{secrets.token_hex(4)}",
        username=settings.username,
        password=settings.read_password(),
        protocol=aiomqtt.ProtocolVersion.V5,
        keepalive=settings.keep_alive_s,
        tls_context=make_context(settings.tls),
        timeout=timeout_s,
        logger=SILENT,
    )


async def _subscribe(client: aiomqtt.Client, pattern: str) -> Finding:
    options = SubscribeOptions(qos=1, retainHandling=NO_RETAINED)
    # In the service's own group we would be dealt messages that it then never sees.
    probe = pattern
    if pattern.startswith("$share/"):
        _, group, shared = pattern.split("/", 2)
        probe = f"$share/{group}-check-{secrets.token_hex(4)}/{shared}"
    answer = (await client.subscribe(probe, options=options))[0]
    code = answer.value if isinstance(answer, ReasonCode) else answer
    if code >= FIRST_FAILURE:
        name = mqtt5.SubAckReasonCode(code).name
        what = f"subscription to {pattern} refused: {name} ({code})"
        return wrong(ABOUT, what, SUBSCRIBE_ADVICE.get(name, LOG))
    if code == 0:
        what = f"subscription to {pattern} granted at QoS 0 only: messages can be lost"
        return doubtful(ABOUT, what, "raise the broker's maximum QoS to 1")
    return good(ABOUT, f"may read {pattern}")


def _refused(settings: MqttSettings, error: MqttConnectError) -> Finding:
    if not isinstance(error.rc, ReasonCode):
        return wrong(ABOUT, f"{_address(settings)}: {error}", "the broker must speak MQTT 5")
    name = mqtt5.ConnAckReasonCode(error.rc.value).name
    who = f"user {settings.username!r}" if settings.username else "an anonymous user"
    what = f"{_address(settings)} refused {who}: {name} ({error.rc.value})"
    return wrong(ABOUT, what, CONNECT_ADVICE.get(name, LOG))


def _unreachable(settings: MqttSettings, error: Exception) -> Finding:
    advice = explain_failure(error, WORDS, tls=settings.tls.enabled)
    return wrong(ABOUT, f"{_address(settings)}: {printable(advice.what)}", advice.fix)


def _address(settings: MqttSettings) -> str:
    return f"{settings.host}:{settings.port}" + (" (TLS)" if settings.tls.enabled else "")

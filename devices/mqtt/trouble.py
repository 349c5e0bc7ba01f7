"""Why there is no connection to a broker, and what to do about it."""

import re

from devices.tls import NO_ANSWER, Advice, TlsWords, explain_silence, explain_tls


def explain_failure(error: BaseException | str, words: TlsWords, *, tls: bool) -> Advice:
    """Say what an attempt to connect failed with, whichever client made it.

    Args:
        error: Of the socket, of TLS, or of the client.
        words: What the settings are called.
        tls: Whether it was made with TLS.
    """
    said = re.sub(r"^\[Errno -?\d+\] ", "", str(error))
    if advice := explain_tls(said, words):
        return advice
    silent = not said or "timed out" in said
    if advice := explain_silence(NO_ANSWER if silent else said, words, tls=tls):
        if silent:
            return Advice(
                "no answer in time", f"check {words.address}, and firewalls; {advice.fix}"
            )
        return Advice(advice.what, f"{advice.fix} it must speak MQTT 5")
    if isinstance(error, ConnectionRefusedError) or "refused" in said.lower():
        said = "Connection refused"  # in asyncio's words, "Connect call failed"
    return Advice(said, f"is it running? check {words.address}")

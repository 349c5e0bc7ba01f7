"""Why there is no connection to a broker, and what to do about it."""

import re

from devices.tls import Advice, TlsWords, explain_silence, explain_tls

NO_ANSWER = "closed without an answer"
HUNG_UP = (NO_ANSWER, "reset by peer", "EOF occurred", "Broken pipe", "Connection lost")


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
    silence = explain_silence(words, tls=tls)
    if any(sign in said for sign in HUNG_UP):
        return Advice(silence.what, f"{silence.fix} it must speak MQTT 5")
    if not said or "timed out" in said:
        return Advice("no answer in time", f"check {words.address}, and firewalls; {silence.fix}")
    if isinstance(error, ConnectionRefusedError) or "refused" in said.lower():
        said = "Connection refused"  # in asyncio's words, "Connect call failed"
    return Advice(said, f"is it running? check {words.address}")

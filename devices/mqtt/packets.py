"""Bytes to packets, whatever pieces the network cuts them into."""

from collections.abc import Iterator

import mqtt5

MAX_LENGTH_BYTES = 4


class MalformedStream(Exception):
    """What the peer sends is not MQTT 5; the connection is of no use any more."""


class PacketReader:
    """Cuts a stream of bytes into packets.

    Pieces of a packet are kept until it is whole and joined once, so a large packet that trickles
    in costs no more than its size.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._missing_bytes = 0

    def feed(self, data: bytes) -> Iterator[mqtt5.Packet]:
        """Yield the packets that `data` completes.

        Raises:
            MalformedStream: The bytes are not MQTT 5; nothing can be read after them.
        """
        if self._pieces:
            self._pieces.append(data)
            self._missing_bytes -= len(data)
            if self._missing_bytes > 0:
                return
            data = b"".join(self._pieces)
            self._pieces.clear()
        view, offset, end, read = memoryview(data), 0, len(data), mqtt5.read
        while offset < end:
            try:
                packet, size = read(view[offset:])
            except IndexError:
                rest = data[offset:]
                self._pieces.append(rest)
                self._missing_bytes = missing_bytes(rest)
                return
            except Exception as error:
                raise MalformedStream(f"cannot read a packet: {error}") from error
            except BaseException as error:  # the codec panics on a topic that is not UTF-8
                if type(error).__name__ == "PanicException":
                    raise MalformedStream("cannot read a packet: text is not UTF-8") from error
                raise
            offset += size
            yield packet


def missing_bytes(start: bytes) -> int:
    """Return how many bytes the packet that begins with `start` lacks, at least 1."""
    length, shift = 0, 0
    for position, byte in enumerate(start[1 : 1 + MAX_LENGTH_BYTES], start=2):
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return max(1, position + length - len(start))
    return 1

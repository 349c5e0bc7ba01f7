"""The embedded broker's process: `python -m snowgrid.demo.broker_process CONFIG`.

It ends when its standard input does, so it never outlives the program that started it.
"""

import logging
import os
import sys
import threading

from iotcore import Broker


def main() -> None:
    """Serve until standard input ends."""
    # rumqttd logs every packet as an error.
    logging.disable(logging.CRITICAL)
    threading.Thread(target=_end_with_input, daemon=True).start()
    Broker(config_path=sys.argv[1]).run_forever()


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()

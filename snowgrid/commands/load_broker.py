"""The broker of a load, out of the options that name it."""

import os
from pathlib import Path

from snowgrid.cli.options import PASSWORD_VARIABLE
from snowgrid.loading.order import BrokerOrder


def broker_order(
    url: str | None, username: str | None, files: tuple[Path | None, Path | None, Path | None]
) -> BrokerOrder | None:
    """Return the broker that options name, or None where they name none.

    Args:
        url: `mqtt://host:port` or `mqtts://…`.
        username: User; the password is in the environment.
        files: Certificates to trust, certificate of ours, its private key.

    Raises:
        BrokerInvalid: Something of it cannot be used.
    """
    if url is None:
        return None
    ca_file, cert_file, key_file = (str(file) if file else None for file in files)
    order = BrokerOrder(
        url=url,
        username=username,
        password=os.environ.get(PASSWORD_VARIABLE),
        ca_file=ca_file,
        cert_file=cert_file,
        key_file=key_file,
    )
    order.address()  # complain before anything starts
    return order

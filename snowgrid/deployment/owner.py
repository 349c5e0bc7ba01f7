"""Who owns the secrets."""

import os

from snowgrid.deployment.folder import Owner

UID_IF_ROOT = 10_001
"""The user of the image, for containers must not run as root."""


def current_owner() -> Owner:
    """Return the person who runs this command, also through sudo, and never root."""
    uid = os.geteuid() or int(os.environ.get("SUDO_UID", "0")) or UID_IF_ROOT
    gid = (os.getegid() if os.geteuid() else int(os.environ.get("SUDO_GID", "0"))) or uid
    return Owner(uid=uid, gid=gid)

"""How many files and connections a process may have open."""

import resource
import sys


def allow_files() -> int:
    """Allow as many as the system lets us have, here and in children yet to come; return it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return sys.maxsize if most == resource.RLIM_INFINITY else most

"""What goes wrong with boards, for the person who looks at them.

DashboardError
├─ CannotRead      the store does not answer; the message says what to do
└─ CannotListen    the address is taken or is not ours; choose another one
"""


class DashboardError(Exception):
    """Anything that keeps boards from being shown; the message is for a person."""


class CannotRead(DashboardError):
    """The store does not answer, or not to us."""


class CannotListen(DashboardError):
    """The address cannot be listened on."""

"""Everything `devices` raises on purpose; each message is for a person and names the fix.

DeviceError
├─ FleetError     a fleet file is wrong, or there is no such fleet: stop, exit code 2
├─ BrokerInvalid  a broker's address or credentials cannot be used: stop, exit code 2
├─ LoadInvalid    a load cannot be made as asked for: stop, exit code 2
├─ FaultInvalid   the faults that were asked for are none, or cannot be: stop, exit code 2
└─ TlsInvalid     a certificate or key cannot be used: stop, exit code 2
"""


class DeviceError(Exception):
    """Base of what is wrong with the simulated field."""


class FleetError(DeviceError):
    """A fleet file is wrong; every line of the message names file, key, and what is expected."""


class BrokerInvalid(DeviceError):
    """An address, a password file or a certificate cannot be used; the message says which."""


class LoadInvalid(DeviceError):
    """A load cannot be made as it was asked for; the message names the option and the fix."""


class FaultInvalid(DeviceError):
    """Faults cannot be made as they were asked for; the message names fault, key and fix."""


class TlsInvalid(DeviceError):
    """A certificate or key cannot be used; the message names the setting and the file."""

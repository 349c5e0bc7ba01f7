"""One file per device kind; the registry finds them by looking into this folder."""

"""Load for a broker and what is behind it: open loop, reproducible, every message accounted for."""

"""What exists in the field: device kinds, the environment they share, fleets, simulated gateways."""

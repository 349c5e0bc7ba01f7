"""What exists in the field: device kinds, their environment, fleets, simulated gateways."""

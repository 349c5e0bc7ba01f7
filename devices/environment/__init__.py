"""What surrounds the devices: weather, grid, hall; pure functions of seed and time."""

"""Rollups: windows of event time over readings, per device and per site, without I/O or clock."""

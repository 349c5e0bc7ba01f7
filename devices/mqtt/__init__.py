"""MQTT 5 as both ends of a connection read it."""

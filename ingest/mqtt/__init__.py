"""The MQTT 5 subscriber: bytes in, batches of publishes out, acknowledgements back."""

"""What a broker answers, in a byte (MQTT 5, section 2.4)."""

FIRST_FAILURE = 0x80  # this code and all above it say no

"""What to check when the broker says no, by the name of the reason it gives."""

_CREDENTIALS = "check mqtt.username and mqtt.password (or mqtt.password_file)"

CONNECT_ADVICE = {
    "BAD_USER_NAME_OR_PASSWORD": _CREDENTIALS,
    "NOT_AUTHORIZED": _CREDENTIALS,
    "CLIENT_ID_NOT_VALID": "choose another mqtt.client_id",
    "UNSUPPORTED_PROTOCOL_VERSION": "the broker must speak MQTT 5",
    "BANNED": "this client is banned at the broker",
    "USE_ANOTHER_SERVER": "set mqtt.host to the broker it names",
    "SERVER_MOVED": "set mqtt.host to the broker it names",
    "PACKET_TOO_LARGE": "raise the broker's packet size limit",
    "QUOTA_EXCEEDED": "raise the broker's connection limit",
    "CONNECTION_RATE_EXCEEDED": "it takes no more connections just now",
    "SERVER_BUSY": "it is busy; trying again",
    "SERVER_UNAVAILABLE": "it is not available; trying again",
}
SUBSCRIBE_ADVICE = {
    "NOT_AUTHORIZED": "let this user read the filter in the broker's ACL",
    "TOPIC_FILTER_INVALID": "correct the filter in mqtt.topics",
    "SHARED_SUBSCRIPTIONS_NOT_SUPPORTED": "take $share/… out of mqtt.topics",
    "WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED": "the broker allows no wildcards",
    "QUOTA_EXCEEDED": "raise the broker's subscription limit",
}
HANG_UP_ADVICE = {
    "SESSION_TAKEN_OVER": (
        "another client connected with our mqtt.client_id; give each service its own"
    ),
    "NOT_AUTHORIZED": _CREDENTIALS,
    "KEEP_ALIVE_TIMEOUT": "this machine was stopped or overloaded",
    "SERVER_SHUTTING_DOWN": "it is shutting down",
}

"""Where and when a kind is looked at unless somebody says otherwise."""

from datetime import datetime

from devices.environment.localtime import CHINA_STANDARD_TIME

FLEET = "jing-jin-ji"
START = datetime(2025, 12, 5, tzinfo=CHINA_STANDARD_TIME)  # a Friday

"""Dates in English: the day before the month, in words, and 24 hours.

05/06/2026 is June to some and May to others; so it is neither shown nor taken.
"""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
MONTH_DAY_FORMAT = "j F"
FIRST_DAY_OF_WEEK = 1

_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
DATE_INPUT_FORMATS = [*_DAYS]
DATETIME_INPUT_FORMATS = [f"{day} {time}" for time in ("%H:%M:%S", "%H:%M") for day in _DAYS]

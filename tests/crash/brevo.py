"""Brevo as Anymail posts to it, one mail in a call.

For the engine any backend it has no batch carrier for is one that takes one recipient at a time.
"""

from anymail.backends import brevo


class EmailBackend(brevo.EmailBackend):
    """Anymail's own, under a name that no batch carrier goes by."""

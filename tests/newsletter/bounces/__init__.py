"""Reports as mail servers write them, each in its own style, about one mail to ada.

``@ID@`` stands for the id of the mail, ``@TO@`` for whom it was written to.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
# File -> what it says: kind, reason.
SAMPLES = {
    "postfix-unknown-user": ("bounced", "bounced"),
    "postfix-mailbox-full": ("bounced", "soft"),
    "postfix-delayed": ("deferred", ""),
    "postfix-delivered": ("delivered", ""),
    "exim-unrouteable": ("bounced", "bounced"),
    "exchange-not-found": ("bounced", "bounced"),
    "exchange-policy": ("bounced", "soft"),
    "gmail-no-such-user": ("bounced", "bounced"),
    "sendmail-expired": ("bounced", "soft"),
    "qmail-like-headers-only": ("bounced", "bounced"),
    "arf-abuse": ("complained", ""),
    "arf-opt-out": ("unsubscribed", ""),
}
# What is no report about a mail that came back.
OTHERS = ["out-of-office", "reader-writes", "arf-not-spam", "mdn-read", "report-without-original"]


def sample(name: str, *, message_id: str, to: str) -> bytes:
    text = (HERE / f"{name}.eml").read_text()
    text = text.replace("@ID@", message_id).replace("@TO@", to)
    return text.replace("\n", "\r\n").encode()

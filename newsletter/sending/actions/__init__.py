"""What is done with a dispatch: start, go on, pause, resume, cancel; and the test mail."""

from newsletter.sending.actions.operating import (
    SecondPersonError,
    WrongCountError,
    adopt_server,
    cancel,
    pause,
    release,
    resend_unknown,
    resume,
    retry_failed,
)
from newsletter.sending.actions.running import (
    continue_dispatch,
    freeze,
    left_alone,
    may_send,
    reap,
    release_due,
    settle,
)
from newsletter.sending.actions.starting import (
    AlreadyStartedError,
    NothingToSendError,
    TestMailError,
    begin_scheduled,
    follow_up,
    hold,
    send_test,
    start,
)

__all__ = [
    "AlreadyStartedError",
    "NothingToSendError",
    "SecondPersonError",
    "TestMailError",
    "WrongCountError",
    "adopt_server",
    "begin_scheduled",
    "cancel",
    "continue_dispatch",
    "follow_up",
    "freeze",
    "hold",
    "left_alone",
    "may_send",
    "pause",
    "reap",
    "release",
    "release_due",
    "resend_unknown",
    "resume",
    "retry_failed",
    "send_test",
    "settle",
    "start",
]

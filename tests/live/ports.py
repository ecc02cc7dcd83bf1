"""Free ports of this machine."""

from __future__ import annotations

import random
import socket

# Below the ports a system lends to outgoing connections, so that none of those takes it first.
PORTS = range(20000, 32000)


def free_port() -> int:
    """Return a port nobody listens on."""
    while True:
        # Not the seeded generator: two test processes must not look at the same ports.
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

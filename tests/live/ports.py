"""Free ports of this machine."""

from __future__ import annotations

import random
import socket
import time

# Below the ports a system lends to outgoing connections, so that none of those takes it first.
PORTS = range(20000, 32000)
PATIENCE = 20


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


def wait_for_port(port: int, patience: float = PATIENCE) -> None:
    """Return when somebody listens there."""
    deadline = time.monotonic() + patience
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, f"nothing on port {port} after {patience:.0f} s"
            time.sleep(0.05)
        else:
            return

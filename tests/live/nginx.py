"""nginx, which gives away files: what a web server can do at most."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.live import debian
from tests.live.ports import free_port
from tests.live.serving import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# One process, as fast as its handbook knows to make it; it writes into its own folder alone.
CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {folder}/pid;
events {{ worker_connections 512; }}
http {{
    access_log off; keepalive_requests 1000000000;
    sendfile on; tcp_nopush on; open_file_cache max=100;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


@contextmanager
def giving_away(files: dict[str, bytes], folder: Path) -> Iterator[Server]:
    """Serve files by their names, on a port of its own."""
    program, port = debian.program("nginx", "nginx"), free_port()
    (folder / "files").mkdir(parents=True)
    for name, content in files.items():
        (folder / "files" / name).write_bytes(content)
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    command = [program.path, "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
    process, answering = subprocess.Popen(command, env=program.environment()), Server(port)
    try:
        answering.wait()
        yield answering
    finally:
        answering.connection.close()
        process.terminate()
        process.wait()

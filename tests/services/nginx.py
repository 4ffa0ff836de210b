"""A throwaway nginx on loopback, its configuration and logs in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from .process import free_port, private_folder, program

_CONFIG = """\
daemon off; pid {folder}/pid; error_log {folder}/logs/error.log; worker_processes 1;
{user}
events {{ worker_connections 64; }}
http {{
  access_log {folder}/logs/access.log; {http}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /status {{ stub_status; }}
    location /broken {{ return 502; }}
    location /dead {{ proxy_pass http://127.0.0.1:{dead}; }}
    location / {{ return 200 "ok"; }}
  }}
}}
"""


class Nginx:
    """The server; `http` is what else stands in its http block."""

    def __init__(self, http: str = "server_tokens off; ssl_protocols TLSv1.2 TLSv1.3;") -> None:
        self._http = http
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path()
        self.port = 0

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def start(self) -> Nginx:
        server = program("nginx", "nginx-light")
        self.folder, self.port = private_folder("nginx", None), free_port()
        self.logs.mkdir()
        self.write(self._http)
        with (self.folder / "out").open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own server, no shell
                [server, "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        limit = time.monotonic() + 20
        while self.get("/") != 200:
            if time.monotonic() > limit:
                raise RuntimeError((self.folder / "out").read_text(errors="replace")[-2000:])
            time.sleep(0.03)
        return self

    def write(self, http: str) -> None:
        """The configuration, as somebody edited it."""
        text = _CONFIG.format(folder=self.folder, port=self.port, http=http, dead=free_port(), user="")
        (self.folder / "nginx.conf").write_text(text, encoding="utf-8")

    def get(self, path: str) -> int:
        """Ask for a page: its status, 0 where nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)

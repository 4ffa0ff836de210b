"""A web service on loopback that takes webhooks and answers as it is told, and a proxy that passes them on."""

from __future__ import annotations

import http.server
import json
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.services.web import listening


@dataclass
class Call:
    """One webhook as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Hooks:
    """Answers every POST with `status` and `answer`; `calls` are what came in."""

    certificate: Path | None = None
    status: int = 200
    answer: bytes = b'{"errcode":0,"errmsg":"ok"}'
    location: str = ""
    calls: list[Call] = field(default_factory=list)

    def start(self) -> Hooks:
        """Listen; `url()` then says where."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is no error
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._server = server
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def url(self, path: str = "/hook") -> str:
        return f"http{'s' if self.certificate else ''}://127.0.0.1:{self.port}{path}"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        hooks = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                hooks.calls.append(Call(parts.path, query, dict(self.headers), body))
                self.send_response(hooks.status)
                if hooks.location:
                    self.send_header("Location", hooks.location)
                self.send_header("Content-Length", str(len(hooks.answer)))
                self.end_headers()
                self.wfile.write(hooks.answer)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        return Handler


def proxy(asked: list[str], status: str = "200 Connection established") -> socket.socket:
    """A proxy that notes what it is asked to connect to, and passes on in both directions."""

    def serve(link: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += link.recv(1)
        place = head.split()[1].decode()
        asked.append(place)
        link.sendall(f"HTTP/1.1 {status}\r\n\r\n".encode())
        if not status.startswith("200"):
            link.close()
            return
        host, _, port = place.rpartition(":")
        far = socket.create_connection((host, int(port)))
        back = threading.Thread(target=_pass, args=(far, link), daemon=True)
        back.start()
        _pass(link, far)
        back.join()
        far.close()
        link.close()

    return listening(serve)


def _pass(one: socket.socket, other: socket.socket) -> None:
    try:
        while block := one.recv(65536):
            other.sendall(block)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return

"""A throwaway web server on loopback, plain or with a certificate, and the certificates themselves."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Authority:
    """A certificate authority of the tests' own."""

    def __init__(self, folder: Path, name: str = "测试 CA") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.file = folder / f"authority-{id(self)}.pem"
        certificate = self._sign(self._name, self._key, days=3650, authority=True)
        self.file.write_bytes(certificate.public_bytes(Encoding.PEM))

    def _sign(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        days: float,
        authority: bool = False,
        names: tuple[str, ...] = (),
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30) if days < 4000 else now + timedelta(days=1))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_name(n) for n in names]), critical=False
            )
        return builder.sign(self._key, hashes.SHA256())

    def issue(self, subject: str, *names: str, days: float = 90.5) -> Path:
        """Make a PEM file with a key and its certificate, which ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
        certificate = self._sign(name, key, days=days, names=names)
        path = self._folder / f"{subject}-{days}-{len(names)}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        return path


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Web:
    """A web server; `pages` maps paths to (status, content type, body). `start()`, then `url()`, `port`, `seen`."""

    def __init__(
        self, pages: dict[str, tuple[int, str, bytes]] | None = None, certificate: Path | None = None
    ) -> None:
        self._pages = pages or {"/": (200, "text/html", b"<html>ok</html>")}
        self._certificate = certificate
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.port = 0

    def start(self) -> Web:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is no error
        if self._certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._server = server
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.seen.append((self.path, dict(self.headers)))
                status, kind, body = web._pages.get(self.path, (404, "text/plain", b"none"))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if status in range(300, 400):
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        return Handler

    def url(self, path: str = "/") -> str:
        return f"http{'s' if self._certificate else ''}://127.0.0.1:{self.port}{path}"

    def stop(self) -> None:
        if self.port:
            self._server.shutdown()
            self._server.server_close()


def listening(behave: object) -> socket.socket:
    """A listening socket whose connections a function of the test's serves, one thread each."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        held = []
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                break
            held.append(link)
            threading.Thread(target=_quietly, args=(behave, link), daemon=True).start()
        for link in held:
            link.close()

    threading.Thread(target=serve, daemon=True).start()
    return listener


def _quietly(behave: object, link: socket.socket) -> None:
    try:
        behave(link)  # type: ignore[operator]  # a function of one socket
    except OSError:
        return

"""Private keys of the operator, each read and decrypted once a run and shared by every host."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)
from paramiko import ECDSAKey, Ed25519Key, PKey, RSAKey

from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen

_MOST = 65_536  # bytes of a private key file: anything larger is another file


class KeyRing:
    """Loaded keys by path; may be asked from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, PKey] = {}

    def key(self, path: str, passphrase: Callable[[], str | None]) -> PKey:
        """Load the key in that file (`~` is the home folder); asks for a passphrase only where it is needed.

        Raises CouldNotLook `denied` with a reason that names the file and never the passphrase.
        """
        with self._lock:
            if path not in self._keys:
                self._keys[path] = _load(path, passphrase)
            return self._keys[path]


def _load(path: str, passphrase: Callable[[], str | None]) -> PKey:
    data = _read(path)
    try:
        return _decoded(data, None)
    except TypeError:  # the libraries' way to say that it is encrypted
        secret = passphrase()
    except (ValueError, UnsupportedAlgorithm):
        raise CouldNotLook(Seen.DENIED, f"无法识别私钥 {path}{_hint(data)}") from None
    if secret is None:
        raise CouldNotLook(Seen.DENIED, f"私钥 {path} 有口令保护，未提供 key_passphrase")
    try:
        return _decoded(data, secret.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CouldNotLook(Seen.DENIED, f"私钥 {path} 的口令不正确") from None


def _read(path: str) -> bytes:
    try:
        with Path(path).expanduser().open("rb") as file:
            return file.read(_MOST)
    except FileNotFoundError:
        raise CouldNotLook(Seen.DENIED, f"私钥文件不存在：{path}") from None
    except (OSError, RuntimeError) as failure:
        raise CouldNotLook(Seen.DENIED, f"无法读取私钥 {path}：{failure}") from None


def _hint(data: bytes) -> str:
    if data.startswith(b"PuTTY-User-Key-File"):
        return "：是 PuTTY 格式，请用 puttygen 导出为 OpenSSH 格式"
    if b" PUBLIC KEY" in data or data.startswith((b"ssh-", b"ecdsa-")):
        return "：这是公钥，请改为私钥文件"
    return "（需为 OpenSSH 或 PEM 格式的 RSA、ECDSA、Ed25519 私钥）"


def _decoded(data: bytes, secret: bytes | None) -> PKey:
    load = load_ssh_private_key if b"BEGIN OPENSSH PRIVATE KEY" in data else load_pem_private_key
    key = load(data, secret)
    # The SSH library reads fewer formats than this one, so every key is handed to it in the one both know.
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey):
        raise UnsupportedAlgorithm(type(key).__name__)
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    kind = RSAKey if isinstance(key, RSAPrivateKey) else _CURVES[isinstance(key, Ed25519PrivateKey)]
    return kind.from_private_key(io.StringIO(plain))


_CURVES: dict[bool, type[PKey]] = {True: Ed25519Key, False: ECDSAKey}

"""An age file with a passphrase, made by the format's description, whose scrypt costs next to nothing.

hmaint's own files cost a second to open, as they should; tests of what is done with them need not pay it each.
That the product opens these too shows that its format is the one described at age-encryption.org/v1.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"age-encryption.org/v1"
_WORK = 4
"""Binary logarithm of the rounds; age itself takes what lasts a second, 18 or so."""
_LAST_CHUNK = b"\x00" * 11 + b"\x01"


def quick_age(content: bytes, passphrase: str) -> bytes:
    """Encrypt at most 64 KB, one chunk of the format."""
    key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrap = hashlib.scrypt(
        passphrase.encode(), salt=_VERSION + b"/scrypt" + salt, n=1 << _WORK, r=8, p=1, dklen=32
    )
    wrapped = ChaCha20Poly1305(wrap).encrypt(b"\x00" * 12, key, None)
    stanza = b"-> scrypt %s %d\n%s\n" % (_text(salt), _WORK, _text(wrapped))
    header = _VERSION + b"\n" + stanza + b"---"
    proof = hmac.new(_derived(key, b"", b"header"), header, "sha256").digest()
    payload = ChaCha20Poly1305(_derived(key, nonce, b"payload")).encrypt(_LAST_CHUNK, content, None)
    return header + b" " + _text(proof) + b"\n" + nonce + payload


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def _text(value: bytes) -> bytes:
    return base64.b64encode(value).rstrip(b"=")

"""The certificate a service shows, read even where it is not valid, and what is wrong with it."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Scalar
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget
from hmaint.transport.starttls import dial_for_tls

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Name

Way = Callable[[Budget], socket.socket]

_NO_CHECK_TIME = 0x20_0000  # X509_V_FLAG_NO_CHECK_TIME of openssl/x509_vfy.h

# Codes of openssl/x509_vfy.h, X509_V_ERR_*.
_PROBLEMS = {
    9: "证书链中有尚未生效的证书",
    10: "证书链中有已过期的证书",
    18: "自签名证书",
    19: "证书链的根证书不受本机信任",
    20: "找不到签发者（服务器未发送中间证书，或由内部 CA 签发）",
    21: "找不到签发者（服务器只发送了一张证书）",
    23: "证书已被吊销",
    66: "密钥强度不足",
    68: "签名算法过弱",
}


def ask_tls(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Read the certificate at `address` and `port`, then let the laptop's trust store judge it.

    `starttls` names a protocol that changes to TLS first. Gives subject, issuer, not_before and not_after (UTC,
    ISO 8601), protocol, key, key_bits, signature, hostname_ok, chain_ok and problem (Chinese, empty when there is
    none). Raises CouldNotLook.
    """
    address = str(settings["address"])
    way = partial(dial_for_tls, address, int(settings["port"] or 0), str(settings.get("starttls") or ""))
    certificate, protocol = _shown(way, address, budget)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    in_time = begins <= datetime.now(UTC) <= ends
    # A date that is over is told by its own column; here the question is whom the chain leads to.
    problem = _chain_problem(way, address, budget, whatever_the_time=not in_time)
    named = _names(certificate, address)
    faults = [problem, "" if named else "证书不是签给这个地址的"]
    return {
        "subject": _label(certificate.subject),
        "issuer": _label(certificate.issuer),
        "not_before": begins.isoformat(),
        "not_after": ends.isoformat(),
        "protocol": protocol,
        **_strength(certificate),
        "hostname_ok": named,
        "chain_ok": not problem,
        "problem": "；".join(fault for fault in faults if fault),
    }


def relaxed_context(*, verify: bool) -> ssl.SSLContext:
    """Build a context that talks to servers of any age; what it accepts of certificates is for `verify` to say.

    Looking sends nothing worth protecting, and a server that only speaks old TLS must be seen to be reported.
    """
    context = ssl.create_default_context() if verify else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def chain_words(failure: ssl.SSLCertVerificationError) -> str:
    """Say in Chinese why a certificate was not accepted."""
    return _PROBLEMS.get(failure.verify_code) or one_line(failure.verify_message or str(failure), 80)


def _shown(way: Way, address: str, budget: Budget) -> tuple[Certificate, str]:
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - only where TLS is looked at

    with budget.secure(way(budget), relaxed_context(verify=False), address) as link:
        der, protocol = link.getpeercert(binary_form=True), link.version() or ""
    if der is None:
        raise CouldNotLook(Seen.GARBLED, "服务器没有出示证书")
    try:
        return load_der_x509_certificate(der), protocol
    except ValueError as failure:
        raise CouldNotLook(Seen.GARBLED, f"证书无法解析：{one_line(str(failure), 80)}") from None


def _strength(certificate: Certificate) -> dict[str, Scalar]:
    """The certificate's key and what it is signed with; empty where the kind of key is not known."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - as above

    try:
        key = certificate.public_key()
        signature = certificate.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError):
        return {"key": "", "key_bits": None, "signature": ""}
    kind = type(key).__name__.lstrip("_").removesuffix("PublicKey")
    bits = getattr(key, "key_size", None)
    return {"key": kind, "key_bits": bits or 256, "signature": signature.name if signature else kind.lower()}


def _chain_problem(way: Way, address: str, budget: Budget, *, whatever_the_time: bool) -> str:
    context = relaxed_context(verify=True)
    if whatever_the_time:
        context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    try:
        budget.secure(way(budget), context, address).close()
    except ssl.SSLCertVerificationError as failure:
        return chain_words(failure)
    return ""


def _names(certificate: Certificate, address: str) -> bool:
    """Whether the certificate was issued to this address, by RFC 6125: alternative names only, one wild label."""
    from cryptography.x509 import (  # noqa: PLC0415 - as above
        DNSName,
        ExtensionNotFound,
        IPAddress,
        SubjectAlternativeName,
    )

    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except (ExtensionNotFound, ValueError):
        return False
    try:
        return ipaddress.ip_address(address) in names.get_values_for_type(IPAddress)
    except ValueError:
        return any(_covers(name.lower(), address.lower()) for name in names.get_values_for_type(DNSName))


def _covers(pattern: str, name: str) -> bool:
    if pattern.startswith("*."):
        return name.partition(".")[2] == pattern[2:] and bool(name.partition(".")[0])
    return pattern == name.rstrip(".")


def _label(name: Name) -> str:
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - as above

    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := name.get_attributes_for_oid(kind):
            return one_line(str(found[0].value), 120)
    return one_line(name.rfc4514_string(), 120)

"""Who asks a device: the inventory's words for a user or a community as the SNMP library wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    OctetString,
    UsmUserData,
    usm3DESEDEPrivProtocol,
    usmAesBlumenthalCfb192Protocol,
    usmAesBlumenthalCfb256Protocol,
    usmAesCfb128Protocol,
    usmAesCfb192Protocol,
    usmAesCfb256Protocol,
    usmDESPrivProtocol,
    usmHMAC128SHA224AuthProtocol,
    usmHMAC192SHA256AuthProtocol,
    usmHMAC256SHA384AuthProtocol,
    usmHMAC384SHA512AuthProtocol,
    usmHMACMD5AuthProtocol,
    usmHMACSHAAuthProtocol,
    usmNoAuthProtocol,
    usmNoPrivProtocol,
)

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Secret, Snmp
from hmaint.model.look import Seen

Oid = tuple[int, ...]
SHORTEST = 8
"""Characters of a password; RFC 3414 allows no fewer, and devices answer a shorter one with silence."""

_AUTH: Mapping[str | None, Oid] = {
    None: usmNoAuthProtocol,
    "md5": usmHMACMD5AuthProtocol,
    "sha": usmHMACSHAAuthProtocol,
    "sha224": usmHMAC128SHA224AuthProtocol,
    "sha256": usmHMAC192SHA256AuthProtocol,
    "sha384": usmHMAC256SHA384AuthProtocol,
    "sha512": usmHMAC384SHA512AuthProtocol,
}
_PRIVACY: Mapping[str | None, Oid] = {
    None: usmNoPrivProtocol,
    "des": usmDESPrivProtocol,
    "3des": usm3DESEDEPrivProtocol,
    "aes128": usmAesCfb128Protocol,
    "aes192": usmAesBlumenthalCfb192Protocol,
    "aes256": usmAesBlumenthalCfb256Protocol,
    "aes192-cisco": usmAesCfb192Protocol,
    "aes256-cisco": usmAesCfb256Protocol,
}


def credentials(snmp: Snmp, secret_of: Callable[[Secret], str]) -> object:
    """Resolve the secrets and make what the library signs its questions with; CouldNotLook `denied`."""
    if snmp.version != "3":
        community = _resolved(snmp.community, secret_of, "团体名")
        return CommunityData(
            "hmaint", OctetString(community.encode()), mpModel=0 if snmp.version == "1" else 1
        )
    return UsmUserData(
        snmp.user,
        _key(snmp.auth, snmp.auth_password, secret_of, "认证口令"),
        _key(snmp.privacy, snmp.privacy_password, secret_of, "加密口令"),
        authProtocol=_AUTH[snmp.auth],
        privProtocol=_PRIVACY[snmp.privacy],
    )


def _key(
    protocol: str | None, secret: Secret | None, secret_of: Callable[[Secret], str], what: str
) -> OctetString | None:
    if protocol is None:
        return None
    key = _resolved(secret, secret_of, what)
    if len(key) < SHORTEST:
        raise CouldNotLook(Seen.DENIED, f"SNMP {what}少于 {SHORTEST} 个字符，设备不会接受")
    return OctetString(key.encode())


def _resolved(secret: Secret | None, secret_of: Callable[[Secret], str], what: str) -> str:
    if secret is None:
        raise CouldNotLook(Seen.DENIED, f"清单中没有 SNMP {what}")
    return secret_of(secret)

"""Which servers are trusted: known_hosts files as OpenSSH writes them, and as people leave them."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from hmaint.errors import BadFile
from hmaint.transport.hostkeys import HostKey, HostKeys, Verdict, fingerprint, forget, remember
from tests.services.process import program

ONE = HostKey("ssh-ed25519", b"\0\0\0\x0bssh-ed25519\0\0\0 " + b"1" * 32)
TWO = HostKey("ssh-ed25519", b"\0\0\0\x0bssh-ed25519\0\0\0 " + b"2" * 32)
RSA = HostKey("ssh-rsa", b"\0\0\0\x07ssh-rsa" + b"r" * 64)


def known(tmp_path: Path, *texts: str) -> HostKeys:
    paths = []
    for number, text in enumerate(texts):
        path = tmp_path / f"known_hosts{number}"
        path.write_text(text)
        paths.append(path)
    return HostKeys(paths)


def keygen(*words: str) -> str:
    tool = program("ssh-keygen", "openssh-client")
    return subprocess.run([tool, *words], check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words


def test_a_server_is_known_by_name_and_port(tmp_path: Path) -> None:
    keys = known(tmp_path, f"10.1.2.12,icu-db {ONE} somebody@laptop\n[10.1.2.12]:2222 {TWO}\n")
    assert keys.verdict("10.1.2.12", 22, ONE) is Verdict.KNOWN
    assert keys.verdict("ICU-DB", 22, ONE) is Verdict.KNOWN
    assert keys.verdict("10.1.2.12", 2222, TWO) is Verdict.KNOWN
    assert keys.verdict("10.1.2.12", 2222, ONE) is Verdict.CHANGED
    assert keys.verdict("10.1.2.1", 22, ONE) is Verdict.UNKNOWN
    assert keys.verdict("10.1.2.12", 2223, ONE) is Verdict.UNKNOWN


def test_a_server_known_by_a_key_of_another_kind_has_changed(tmp_path: Path) -> None:
    assert known(tmp_path, f"icu {RSA}\n").verdict("icu", 22, ONE) is Verdict.CHANGED


def test_several_keys_of_a_server_are_all_known(tmp_path: Path) -> None:
    keys = known(tmp_path, f"icu {RSA}\nicu {ONE}\n")
    assert keys.expected("icu", 22) == (RSA, ONE)
    assert keys.verdict("icu", 22, ONE) is keys.verdict("icu", 22, RSA) is Verdict.KNOWN


def test_keys_keep_the_order_of_the_file_however_their_lines_name_the_server(tmp_path: Path) -> None:
    third = HostKey("ssh-ed25519", ONE.blob[:-1] + b"3")
    lines = (f"*.his,!old.his {TWO}", f"app.his,10.1.2.3,app.his {ONE}", f"APP.his {RSA}", f"app.?is {third}")
    keys = known(tmp_path, "\n".join(lines))
    assert keys.expected("app.his", 22) == (TWO, ONE, RSA, third)
    assert keys.expected("10.1.2.3", 22) == (ONE,)
    assert keys.expected("old.his", 22) == ()


def test_the_first_file_that_speaks_of_a_server_decides(tmp_path: Path) -> None:
    keys = known(tmp_path, f"icu {TWO}\n", f"icu {ONE}\nlis {ONE}\n")
    assert keys.verdict("icu", 22, ONE) is Verdict.CHANGED
    assert keys.verdict("icu", 22, TWO) is Verdict.KNOWN
    assert keys.verdict("lis", 22, ONE) is Verdict.KNOWN


def test_a_key_revoked_in_any_file_is_refused(tmp_path: Path) -> None:
    keys = known(tmp_path, f"icu {ONE}\n", f"@revoked * {ONE}\n")
    assert keys.verdict("icu", 22, ONE) is Verdict.REVOKED
    assert keys.verdict("icu", 22, TWO) is Verdict.CHANGED


def test_names_hashed_by_ssh_keygen_are_found(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"icu.hospital {ONE}\n[10.1.2.12]:2222 {TWO}\n")
    keygen("-H", "-f", str(path))
    assert "icu" not in path.read_text()
    keys = HostKeys([path])
    assert keys.verdict("icu.hospital", 22, ONE) is Verdict.KNOWN
    assert keys.verdict("10.1.2.12", 2222, TWO) is Verdict.KNOWN
    assert keys.verdict("lis.hospital", 22, ONE) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("names", "name", "port", "verdict"),
    [
        ("*.icu", "a.icu", 22, Verdict.KNOWN),
        ("*.icu,!b.icu", "a.icu", 22, Verdict.KNOWN),
        ("*.icu,!b.icu", "b.icu", 22, Verdict.UNKNOWN),
        ("10.1.2.?", "10.1.2.3", 22, Verdict.KNOWN),
        ("10.1.2.?", "10.1.2.33", 22, Verdict.UNKNOWN),
        ("[10.1.2.*]:2222", "10.1.2.3", 2222, Verdict.KNOWN),
        ("[10.1.2.*]:2222", "10.1.2.3", 22, Verdict.UNKNOWN),
        ("fe80::1", "fe80::1", 22, Verdict.KNOWN),
        ("[fe80::1]:2222", "fe80::1", 2222, Verdict.KNOWN),
    ],
)
def test_patterns_speak_of_what_they_match(
    tmp_path: Path, names: str, name: str, port: int, verdict: Verdict
) -> None:
    assert known(tmp_path, f"{names} {ONE}\n").verdict(name, port, ONE) is verdict


def test_what_is_no_entry_is_passed_over(tmp_path: Path) -> None:
    text = f"# a comment\n\nicu\nicu ssh-ed25519\nicu ssh-ed25519 %%%\n@cert-authority * {TWO}\n|1|x {TWO}\nicu {ONE}\n"
    keys = known(tmp_path, text)
    assert keys.expected("icu", 22) == (ONE,)


def test_a_missing_file_knows_nobody_and_an_unreadable_one_is_a_fault(tmp_path: Path) -> None:
    assert HostKeys([tmp_path / "none"]).verdict("icu", 22, ONE) is Verdict.UNKNOWN
    with pytest.raises(BadFile) as caught:
        HostKeys([tmp_path])
    assert str(tmp_path) in str(caught.value)


def test_fingerprints_are_those_of_ssh_keygen(tmp_path: Path) -> None:
    keygen("-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "k"))
    told = keygen("-lf", str(tmp_path / "k.pub"))
    kind, blob = (tmp_path / "k.pub").read_text().split()[:2]
    assert fingerprint(HostKey(kind, base64.b64decode(blob))) == told.split()[1]


def test_what_is_remembered_is_known_and_private_and_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "known_hosts"
    remember(path, "10.1.2.12", 22, ONE)
    remember(path, "10.1.2.12", 22, ONE)
    remember(path, "10.1.2.12", 2222, TWO)
    assert path.read_text() == f"10.1.2.12 {ONE}\n[10.1.2.12]:2222 {TWO}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["known_hosts"]


def test_remembering_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"# ours\nicu {ONE}")  # as an editor leaves it, without a newline
    remember(path, "lis", 22, TWO)
    assert path.read_text() == f"# ours\nicu {ONE}\nlis {TWO}\n"


def test_forgetting_takes_a_servers_lines_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"# ours\nicu {ONE}\nicu {RSA}\nlis {ONE}\n@revoked icu {TWO}\n")
    assert forget(path, "icu", 22) == (ONE, RSA)
    assert path.read_text() == f"# ours\nlis {ONE}\n@revoked icu {TWO}\n"
    assert forget(path, "icu", 22) == ()
    assert forget(tmp_path / "none", "icu", 22) == ()

"""Secrets: where they come from, that they survive, and that they stay where they are."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from hmaint.errors import BadFile, CouldNotLook, Refused, WrongUsage
from hmaint.load.agefile import read_age, write_age
from hmaint.load.keychain import Keychain
from hmaint.load.secrets import SecretStore
from hmaint.model.inventory import Secret
from tests.load.quick_age import quick_age

PASSPHRASE = "过 关 密 语 "
KEPT = {
    "icu-main": "p@ss'\"$`!#&;空格 中文 ",
    "long": "密" * 200,
    "bytes": "a\x00b\udcff\n\t",
    "blank": "   ",
}
posix = pytest.mark.skipif(os.name != "posix", reason="Windows keeps permissions in its own way")


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "secrets.age"
    write_age(path, PASSPHRASE, KEPT)
    return path


@pytest.fixture
def kept(here: Path) -> Path:
    """A folder with these secrets, cheap to open until something is written to them."""
    content = json.dumps({"schema": "hmaint.secrets/1", "secrets": KEPT})
    (here / "secrets.age").write_bytes(quick_age(content.encode("ascii"), PASSPHRASE))
    return here


@pytest.fixture
def sealed_here(here: Path, sealed: Path) -> Path:
    """A folder with the same secrets as hmaint itself seals them."""
    shutil.copy(sealed, here / "secrets.age")
    return here


@pytest.fixture
def cron(here: Path) -> dict[str, str]:
    path = here / "passphrase"
    path.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    path.chmod(0o600)
    return {"HMAINT_PASSPHRASE_FILE": str(path)}


def secret(name: str) -> Secret:
    return Secret("secret", name)


def denied(store: SecretStore, wanted: Secret) -> str:
    with pytest.raises(CouldNotLook) as caught:
        store.resolve(wanted)
    assert caught.value.seen == "denied"
    return caught.value.reason


def typed(*answers: str) -> Callable[[], str]:
    waiting = iter(answers)
    return lambda: next(waiting)


def test_any_value_survives_and_nothing_of_it_stands_in_the_file(sealed: Path) -> None:
    assert read_age(sealed, PASSPHRASE) == KEPT
    assert b"icu-main" not in sealed.read_bytes()


def test_what_another_program_encrypted_as_age_describes_it_is_read(kept: Path) -> None:
    assert read_age(kept / "secrets.age", PASSPHRASE) == KEPT


@posix
def test_only_its_owner_can_read_the_file(sealed: Path) -> None:
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600


def test_the_passphrase_is_asked_for_once_and_only_when_it_is_needed(kept: Path) -> None:
    store = SecretStore(kept, {"HMAINT_SECRET_HIS_VIEW": "from here"}, typed(PASSPHRASE))
    assert store.resolve(secret("his-view")) == "from here"
    assert store.resolve(secret("icu-main")) == KEPT["icu-main"]
    assert store.resolve(secret("long")) == KEPT["long"]


def test_the_environment_wins_over_the_file(kept: Path, cron: dict[str, str]) -> None:
    store = SecretStore(kept, {**cron, "HMAINT_SECRET_ICU_MAIN": "new"})
    assert store.resolve(secret("icu-main")) == "new"


def test_environment_references_and_plain_values_need_no_file(here: Path) -> None:
    store = SecretStore(here, {"HIS_PASSWORD": "x "})
    assert store.resolve(Secret("env", "HIS_PASSWORD")) == "x "
    assert store.resolve(Secret("plain", "hunter2")) == "hunter2"
    assert denied(store, Secret("env", "OTHER")) == "环境变量 OTHER 没有设置"


def test_a_missing_secret_says_both_ways_to_set_it(kept: Path, cron: dict[str, str]) -> None:
    reason = denied(SecretStore(kept, cron), secret("his-view"))
    assert reason == "找不到口令 his-view：设置 HMAINT_SECRET_HIS_VIEW 或运行 hmaint secret set his-view"


def test_a_wrong_passphrase_is_told_of_a_file_that_hmaint_sealed(sealed_here: Path) -> None:
    assert (
        denied(SecretStore(sealed_here, {}, typed("wrong")), secret("icu-main")) == "secrets.age 的口令不对"
    )


def test_a_wrong_passphrase_and_a_damaged_file_are_told_apart(kept: Path) -> None:
    assert denied(SecretStore(kept, {}, typed("wrong")), secret("icu-main")) == "secrets.age 的口令不对"
    with pytest.raises(Refused, match="口令不对"):
        SecretStore(kept, {}, typed("wrong")).list()
    data = (kept / "secrets.age").read_bytes()
    for damaged in (b"", data[:40], data[:-1], b"x" + data, data[:-9] + b"A" + data[-8:]):
        (kept / "secrets.age").write_bytes(damaged)
        with pytest.raises(BadFile, match="已损坏"):
            read_age(kept / "secrets.age", PASSPHRASE)
    assert "已损坏" in denied(SecretStore(kept, {}, typed(PASSPHRASE)), secret("icu-main"))


def test_a_passphrase_that_was_wrong_once_is_not_asked_for_again_by_every_host(kept: Path) -> None:
    store = SecretStore(kept, {}, typed("wrong"))
    reasons = {denied(store, secret("icu-main")) for _ in range(3)}
    assert reasons == {"secrets.age 的口令不对"}


def test_many_threads_cost_one_passphrase(sealed_here: Path) -> None:
    store = SecretStore(sealed_here, {}, typed(PASSPHRASE))
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(store.resolve(secret("long")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [KEPT["long"]] * 8


def test_without_a_terminal_and_without_a_passphrase_file_nothing_hangs(kept: Path) -> None:
    reason = denied(SecretStore(kept, {}), secret("icu-main"))
    assert "HMAINT_PASSPHRASE_FILE" in reason


@pytest.mark.usefixtures("kept")
def test_a_cron_job_reads_its_passphrase_from_a_file(cron: dict[str, str]) -> None:
    code = (
        "import os; from pathlib import Path; from hmaint.load.secrets import SecretStore;"
        "from hmaint.model.inventory import Secret;"
        "print(ascii(SecretStore(Path('.'), os.environ).resolve(Secret('secret', 'icu-main'))))"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], **cron},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
        timeout=60,
    )
    assert ran.stdout.strip() == ascii(KEPT["icu-main"])


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_a_passphrase_file_others_can_read_is_refused(here: Path, sealed: Path, mode: int) -> None:
    shutil.copy(sealed, here / "secrets.age")
    path = here / "passphrase"
    path.write_text("hunter2\n", encoding="utf-8")
    path.chmod(mode)
    reason = denied(SecretStore(here, {"HMAINT_PASSPHRASE_FILE": str(path)}), secret("icu-main"))
    assert "chmod 600" in reason
    assert "hunter2" not in reason


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "口令是空的"), (b"\n", "口令是空的"), (b"\xff\xfe", "不是 UTF-8")]
)
def test_a_passphrase_file_without_a_passphrase_is_refused(kept: Path, content: bytes, words: str) -> None:
    path = kept / "passphrase"
    path.write_bytes(content)
    path.chmod(0o600)
    assert words in denied(SecretStore(kept, {"HMAINT_PASSPHRASE_FILE": str(path)}), secret("icu-main"))


def test_a_missing_passphrase_file_is_named_by_its_variable(kept: Path) -> None:
    reason = denied(SecretStore(kept, {"HMAINT_PASSPHRASE_FILE": "/nowhere"}), secret("icu-main"))
    assert "HMAINT_PASSPHRASE_FILE" in reason


def test_the_first_secret_has_the_passphrase_typed_twice_and_keeps_nothing_when_it_differs(
    here: Path,
) -> None:
    with pytest.raises(Refused, match="两次输入的口令不一样"):
        SecretStore(here, {}, typed("a", "b")).set("icu-main", "x")
    with pytest.raises(Refused, match="口令是空的"):
        SecretStore(here, {}, typed("", "")).set("icu-main", "x")
    assert not (here / "secrets.age").exists()
    SecretStore(here, {}, typed("a", "a")).set("icu-main", "x ")
    assert SecretStore(here, {}, typed("a")).resolve(secret("icu-main")) == "x "


def test_setting_listing_and_removing_show_names_and_never_values(kept: Path, cron: dict[str, str]) -> None:
    store = SecretStore(kept, {**cron, "HMAINT_SECRET_LONG": "x", "HMAINT_SECRET_STRAY_ONE": "y"})
    store.set("his-view", "new")
    store.remove("blank")
    listed = store.list(also=["asked"])
    assert dict(listed) == {
        "asked": "missing",
        "bytes": "secrets.age",
        "his-view": "secrets.age",
        "icu-main": "secrets.age",
        "long": "environment",
        "stray-one": "environment",
    }
    with pytest.raises(WrongUsage, match="是否想写 his-view？"):
        store.remove("his-vew")
    assert set(read_age(kept / "secrets.age", PASSPHRASE)) == {"bytes", "his-view", "icu-main", "long"}


@pytest.mark.parametrize("name", ["", "a b", "a/b", "口令", "x" * 65, "-x", "a.b"])
def test_a_name_that_no_variable_could_carry_is_refused(here: Path, name: str) -> None:
    with pytest.raises(WrongUsage, match="口令的名字"):
        SecretStore(here, {}, typed("a", "a")).set(name, "x")


def test_a_store_shows_nothing_of_itself(kept: Path, cron: dict[str, str]) -> None:
    store = SecretStore(kept, cron)
    value = store.resolve(secret("icu-main"))
    assert value not in repr(store)
    assert PASSPHRASE not in repr(store)


def test_two_writers_at_once_lose_nothing(kept: Path, cron: dict[str, str]) -> None:
    code = (
        "import os, sys; from pathlib import Path; from hmaint.load.secrets import SecretStore;"
        "SecretStore(Path('.'), os.environ).set(sys.argv[1], sys.argv[1] * 2)"
    )
    writers = [
        subprocess.Popen(  # noqa: S603 - our own interpreter and words
            [sys.executable, "-c", code, name], env={"PATH": os.environ["PATH"], **cron}
        )
        for name in ("one", "two")
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    found = read_age(kept / "secrets.age", PASSPHRASE)
    assert found == {**KEPT, "one": "oneone", "two": "twotwo"}
    assert sorted(path.name for path in kept.iterdir()) == [".hmaint", "passphrase", "secrets.age"]


@posix
def test_a_folder_that_cannot_be_written_leaves_the_old_file(kept: Path, cron: dict[str, str]) -> None:
    before = (kept / "secrets.age").read_bytes()
    store = SecretStore(kept, cron)
    with pytest.raises(Refused, match="原文件未动"):
        _with_full_folder(lambda: store.set("new", "x"))
    assert (kept / "secrets.age").read_bytes() == before
    assert sorted(path.name for path in kept.iterdir()) == [".hmaint", "passphrase", "secrets.age"]


def _with_full_folder(work: Callable[[], None]) -> None:
    # A file-size limit of nothing is the nearest to a full disk that root meets too.
    import resource  # noqa: PLC0415 - POSIX only
    import signal  # noqa: PLC0415 - as above

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        work()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


class _Memory(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class _Stuck(_Memory):
    def __init__(self, released: threading.Event) -> None:
        super().__init__()
        self.released = released

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(60)
        return super().get_password(service, username)


class _Broken(_Memory):
    def get_password(self, service: str, username: str) -> str | None:
        raise OSError(f"no bus for {service} {username}")


DESKTOP = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}


@pytest.fixture
def chosen() -> Iterator[Callable[[KeyringBackend], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_the_keyring_is_asked_before_the_file(
    kept: Path, cron: dict[str, str], chosen: Callable[[KeyringBackend], None]
) -> None:
    backend = _Memory()
    chosen(backend)
    store = SecretStore(kept, {**DESKTOP, **cron})
    store.set("icu-main", "from the keyring", keyring=True)
    assert backend.held == {("hmaint", "icu-main"): "from the keyring"}
    assert store.resolve(secret("icu-main")) == "from the keyring"
    assert dict(store.list())["icu-main"] == "keyring"
    store.remove("icu-main", keyring=True)
    assert store.resolve(secret("icu-main")) == KEPT["icu-main"]


def test_a_keyring_that_never_answers_is_given_up_once(chosen: Callable[[KeyringBackend], None]) -> None:
    released = threading.Event()
    chosen(_Stuck(released))
    keychain = Keychain(DESKTOP, patience=0.1)
    assert [keychain.get("x") for _ in range(3)] == [None, None, None]
    assert keychain.failed
    released.set()


def test_a_broken_keyring_is_not_fatal_and_is_mentioned(
    here: Path, chosen: Callable[[KeyringBackend], None]
) -> None:
    chosen(_Broken())
    reason = denied(SecretStore(here, DESKTOP), secret("x"))
    assert reason.startswith("找不到口令 x（系统密钥环没有回答）")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the keyring needs no session bus")
def test_without_a_session_bus_the_keyring_is_left_alone(
    here: Path, chosen: Callable[[KeyringBackend], None]
) -> None:
    chosen(_Stuck(threading.Event()))
    assert "找不到口令 x：" in denied(SecretStore(here, {}), secret("x"))
    with pytest.raises(Refused, match="系统密钥环不可用"):
        SecretStore(here, {}).set("x", "y", keyring=True)


def test_a_keyring_that_keeps_nothing_does_not_pretend(
    here: Path, chosen: Callable[[KeyringBackend], None]
) -> None:
    from keyring.backends.null import Keyring  # noqa: PLC0415 - only here

    chosen(Keyring())
    with pytest.raises(Refused, match="系统密钥环不可用"):
        SecretStore(here, DESKTOP).set("x", "y", keyring=True)

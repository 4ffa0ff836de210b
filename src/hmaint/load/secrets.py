"""Where the value behind `!secret NAME` comes from: the environment, then the keyring, then secrets.age."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from hmaint.errors import BadFile, CouldNotLook, Refused, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _, for_a_record
from hmaint.load.agefile import read_age, write_age
from hmaint.load.keychain import Keychain
from hmaint.load.passphrase import find_passphrase
from hmaint.load.scalars import SECRET_NAME
from hmaint.load.workspace import SECRETS, private_folder
from hmaint.model.inventory import Secret

_PREFIX = "HMAINT_SECRET_"
_PATIENCE = 30.0
"""Seconds to wait for another hmaint that is writing; one write takes about two."""


class SecretStore:
    """The secrets of a workspace; shared between threads, decrypts once, shows nothing of itself."""

    def __init__(
        self, workspace: Path, environ: Mapping[str, str], passphrase: Callable[[], str] | None = None
    ) -> None:
        self._workspace = workspace
        self._path = workspace / SECRETS
        self._environ = environ
        self._ask = passphrase
        self._keychain = Keychain(environ)
        self._lock = RLock()
        self._known_passphrase: str | None = None
        self._kept: dict[str, str] | None = None
        self._failure: CouldNotLook | None = None

    def resolve(self, secret: Secret) -> str:
        """Find the value of a secret; CouldNotLook("denied") says what is missing and how to set it."""
        if secret.source == "plain":
            return secret.name
        if secret.source == "env":
            return self._variable(secret.name)
        value = self._environ.get(_variable_of(secret.name)) or self._looked_up(secret.name)
        if value is None:
            raise CouldNotLook("denied", self._missing(secret.name))
        return value

    def set(self, name: str, value: str, *, keyring: bool = False) -> None:
        """Keep a value; WrongUsage for a bad name, Refused or BadFile where it cannot be kept."""
        if not SECRET_NAME.fullmatch(name):
            rule = _("a secret's name takes English letters, digits, dashes and underscores, at most 64")
            raise WrongUsage(rule)
        if keyring:
            return self._keychain.set(name, value)
        with self._changing() as kept:
            kept[name] = value
        return None

    def remove(self, name: str, *, keyring: bool = False) -> None:
        """Forget a value; WrongUsage when secrets.age has none of that name."""
        if keyring:
            return self._keychain.remove(name)
        with self._changing() as kept:
            if name not in kept:
                words = _("{file} has no {name}").format(file=SECRETS, name=name)
                raise WrongUsage(words + did_you_mean(name, kept))
            del kept[name]
        return None

    def list(self, also: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
        """Tell every known name and where its value would come from, never a value.

        `also` are names an inventory asks for; where is `environment`, `keyring`, `secrets.age` or `missing`.
        """
        kept = self._unlocked() if self._path.exists() else {}
        set_here = {_name_of(v) for v, value in self._environ.items() if v.startswith(_PREFIX) and value}
        variables = {_variable_of(name) for name in (*kept, *also)}
        strays = {name for name in set_here if name and _variable_of(name) not in variables}
        return tuple((name, self._where(name, kept)) for name in sorted({*kept, *also, *strays}))

    def _where(self, name: str, kept: Mapping[str, str]) -> str:
        if self._environ.get(_variable_of(name)):
            return "environment"
        if self._keychain.get(name) is not None:
            return "keyring"
        return SECRETS if name in kept else "missing"

    def _variable(self, name: str) -> str:
        value = self._environ.get(name)
        if not value:
            raise CouldNotLook("denied", f"环境变量 {name} 没有设置")
        return value

    def _looked_up(self, name: str) -> str | None:
        with self._lock:
            value = self._keychain.get(name)
            if value is not None or not self._path.exists():
                return value
            return self._opened().get(name)

    def _opened(self) -> Mapping[str, str]:
        # Fifty hosts must not ask fifty times for a passphrase that was wrong once.
        if self._failure is None:
            try:
                with for_a_record():
                    return self._unlocked()
            except (Refused, BadFile) as failure:
                self._failure = CouldNotLook("denied", str(failure))
        raise CouldNotLook("denied", self._failure.reason)

    def _unlocked(self) -> dict[str, str]:
        with self._lock:
            if self._kept is None:
                self._kept = self._read()
            return self._kept

    def _read(self) -> dict[str, str]:
        passphrase = self._known_passphrase or find_passphrase(self._environ, self._ask)
        kept = read_age(self._path, passphrase)
        self._known_passphrase = passphrase
        return kept

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - only writers lock

        lock = FileLock(private_folder(self._workspace) / "secrets.lock", timeout=_PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            words = _("another hmaint is changing {file} and did not end within {seconds:.0f} seconds")
            raise Refused(words.format(file=SECRETS, seconds=_PATIENCE)) from None
        with self._lock:
            try:
                kept = self._fresh()
                yield kept
                write_age(self._path, self._known_passphrase or "", kept)
                self._kept = kept
            finally:
                lock.release()

    def _fresh(self) -> dict[str, str]:
        if self._path.exists():
            return dict(self._read())
        self._known_passphrase = find_passphrase(self._environ, self._ask, twice=True)
        return {}

    def _missing(self, name: str) -> str:
        silent = "（系统密钥环没有回答）" if self._keychain.failed else ""
        return f"找不到口令 {name}{silent}：设置 {_variable_of(name)} 或运行 hmaint secret set {name}"


def _variable_of(name: str) -> str:
    return _PREFIX + name.upper().replace("-", "_")


def _name_of(variable: str) -> str:
    return variable.removeprefix(_PREFIX).lower().replace("_", "-")

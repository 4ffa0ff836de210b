"""A throwaway Unix user, for what only another user's login can show: passwords, sudo, shells."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Self

from .process import ServiceMissing, program


class UnixUser:
    """A user for the length of a `with`; needs root.

    `sudoers` is the rest of the user's line in sudoers; `{name}` in it stands for the user.
    """

    def __init__(self, *, login_shell: str = "/bin/sh", password: str = "", sudoers: str = "") -> None:
        self.name = "hmt" + secrets.token_hex(4)
        self.password = password
        self._shell = login_shell
        self._sudoers = sudoers
        self._rule = Path("/etc/sudoers.d") / self.name

    def create(self) -> UnixUser:
        """Make the user with a home of its own."""
        if os.geteuid() != 0:
            raise ServiceMissing("only root can make a user to log in as")
        _run(program("useradd", "passwd"), "--create-home", "--shell", self._shell, self.name)
        if self.password:
            _run(program("chpasswd", "passwd"), words=f"{self.name}:{self.password}\n")
        else:
            _run(program("usermod", "passwd"), "--password", "*", self.name)  # not locked: keys may log in
        if self._sudoers:
            program("sudo", "sudo")
            self._rule.write_text(f"{self.name} {self._sudoers.replace('{name}', self.name)}\n")
            self._rule.chmod(0o440)
        return self

    def __enter__(self) -> Self:
        try:
            self.create()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def home(self) -> Path:
        """The home folder."""
        return Path(pwd.getpwnam(self.name).pw_dir)

    def remove(self) -> None:
        """Remove the user, its home and its sudo rule."""
        self._rule.unlink(missing_ok=True)
        home = Path("/home") / self.name
        subprocess.run([program("userdel", "passwd"), "--force", self.name], check=False, capture_output=True)  # noqa: S603 - our own words
        shutil.rmtree(home, ignore_errors=True)


def _run(*words: str, **extra: str) -> None:
    subprocess.run(words, input=extra.get("words", "").encode(), check=True, capture_output=True)  # noqa: S603 - our own words

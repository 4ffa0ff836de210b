"""A file system of a few megabytes, for what only a full or read-only disk can show."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .process import ServiceMissing, program


class SmallDisk:
    """A tmpfs of `megabytes` mounted on a folder from `start()` to `stop()`; needs root."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._size = megabytes
        self._mounted = False

    def start(self) -> SmallDisk:
        """Mount it, empty and open to its owner alone."""
        if os.geteuid() != 0:
            raise ServiceMissing("only root can mount a small file system")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._mount(f"size={self._size}m,mode=0700")
        self._mounted = True
        return self

    def _mount(self, options: str) -> None:
        words = [program("mount", "mount"), "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own words

    def fill(self) -> None:
        """Take every byte that is left."""
        with (self.folder / "filler").open("ab", buffering=0) as filler:
            for size in (65_536, 4096, 512, 1):
                try:
                    while True:
                        filler.write(b"\0" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Give it all back."""
        (self.folder / "filler").unlink()

    def freeze(self) -> None:
        """Let nobody write any more."""
        self._mount("remount,ro")

    def stop(self) -> None:
        """Unmount it, and what was on it is gone."""
        if self._mounted:
            words = [program("umount", "mount"), "--lazy", str(self.folder)]
            subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own words
            self._mounted = False

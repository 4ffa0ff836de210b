"""Plug-ins are looked for once, however many visits ask for their first one in the same moment."""

from __future__ import annotations

import subprocess
import sys

SIXTEEN_AT_ONCE = """
import importlib.metadata as library, threading
from hmaint.kit import registry
asked, found, start, real = [], [], threading.Barrier(16), library.entry_points

def counted(**named):
    asked.append(named)
    return real(**named)

library.entry_points = counted

def look(number):
    start.wait()
    group, name = (("hmaint.steps", "file"), ("hmaint.parsers", "df"))[number % 2]
    found.append((group, registry.find(group, name)))

threads = [threading.Thread(target=look, args=(number,)) for number in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(asked) == 1, asked
assert len(found) == 16 and None not in [plug for _, plug in found], found
assert len({id(plug) for _, plug in found}) == 2, found
assert registry.find("hmaint.steps", "no such kind") is None
assert "df" in registry.names("hmaint.parsers") and "df" not in registry.names("hmaint.steps")
"""


def test_sixteen_threads_read_what_is_installed_once() -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", SIXTEEN_AT_ONCE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

"""Patterns are compiled when they are first wanted, by however many threads at once, and find the same as ever."""

from __future__ import annotations

import subprocess
import sys

SIXTEEN_AT_ONCE = """
import sys, threading
from hmaint.kit.pattern import compiled
from hmaint.kit.redact import Redactor
assert compiled.cache_info().currsize == 0, "loading it compiled a pattern"
text = sys.stdin.read()
start, found = threading.Barrier(16), []

def mask():
    redactor = Redactor()
    start.wait()
    found.append((redactor.redact(text), redactor.counts))

threads = [threading.Thread(target=mask) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(found) == 16, "a thread failed"
assert all(each == found[0] for each in found), "threads found different things"
sys.stdout.write(found[0][0])
"""

TEXT = """\
password=Geheim99 api_key=Kq8Zr4 mysql -pTigerTiger
curl -u admin:Nc77xx http://h
$6$saltsaltsalt$hashhashhash
http://u:Pw0rdPw0rd@h/
13800138000 11010519491231002X
PID|1|Zhang^San
密码：Mima1234 住院号 Z998877
"""
SECRETS = (
    *("Geheim99", "Kq8Zr4", "TigerTiger", "Nc77xx", "saltsalt", "Pw0rdPw0rd"),
    *("13800138000", "11010519491231002X", "Zhang", "Mima1234", "Z998877"),
)


def test_sixteen_threads_that_mask_for_the_first_time_find_the_same() -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-X", "utf8", "-c", SIXTEEN_AT_ONCE],
        input=TEXT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("[") >= len(SECRETS) - 1
    assert not [secret for secret in SECRETS if secret in done.stdout]

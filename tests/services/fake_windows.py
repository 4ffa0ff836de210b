"""A Windows host's side of an SSH session, as far as a trip can tell: cmd.exe or PowerShell, and what they start.

It stands alone: sshd runs it in place of the login shell. It takes the script apart as Windows PowerShell would run
it, and gives for each fragment what was recorded for it; nothing of it is a PowerShell.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import signal
import sys
import time
from pathlib import Path

POWERSHELL = (
    "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass"
    " -InputFormat Text -OutputFormat Text -Command -"
)
LINE = re.compile(
    r"& \(\[ScriptBlock\]::Create\(\[Text\.Encoding\]::UTF8\.GetString\("
    r"\[Convert\]::FromBase64String\('([A-Za-z0-9+/=]+)'\)\)\)\)"
)
JOB = re.compile(
    r"^\[void\]\$jobs\.Add\(@\((\d+), (\d+), (\d+), '((?:[^'‘’‚‛]|''|‘‘|’’|‚‚|‛‛)*)'\)\)$", re.MULTILINE
)
UNKNOWN = "'{name}' 不是内部或外部命令，也不是可运行的程序\r\n或批处理文件。\r\n"
CLIXML = (
    '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    '<Obj S="progress" RefId="0"><MS><PR N="Record"><AV>正在准备首次使用模块。</AV></PR></MS></Obj>'
    '<S S="Error">只有此语言模式中的核心类型支持方法调用。_x000D__x000A_</S></Objs>'
)


def main() -> int:
    """Run the one command that the session asked for."""
    shell, replies = sys.argv[1], Path(sys.argv[2])
    command = os.environ["SSH_ORIGINAL_COMMAND"]
    note(replies, f"command {command}")
    handed_on = command.startswith("$input | ")
    bare = command.removeprefix("$input | ")
    if found := re.fullmatch(r"taskkill /F /T /PID (\d+)", bare):
        os.kill(int(found[1]), signal.SIGKILL)
        return 0
    if bare != POWERSHELL or shell == "none" or (handed_on and shell != "powershell"):
        sys.stderr.buffer.write(UNKNOWN.format(name=command.split()[0]).encode("gb18030"))
        return 1
    given = sys.stdin.buffer.read()
    if shell == "constrained":
        sys.stderr.buffer.write(CLIXML.encode("gb18030"))
        return 1
    if shell == "slow":
        time.sleep(4)
    if shell == "powershell" and not handed_on:
        given = b""  # the outer PowerShell has read it
    return PowerShell(json.loads(replies.read_text(encoding="utf-8")), replies, shell).run(given)


def note(replies: Path, words: str) -> None:
    with replies.with_suffix(".log").open("a", encoding="utf-8") as log:
        log.write(words + "\n")


class PowerShell:
    """Runs the script's fragments by giving what was recorded for them."""

    def __init__(self, table: dict[str, dict[str, object]], replies: Path, shell: str) -> None:
        self._table = table
        self._replies = replies
        self._end = b"\r\n" if shell == "powershell" else b"\n"
        self._boundary = ""

    def run(self, given: bytes) -> int:
        """Read lines as if they were typed: one that is incomplete never runs."""
        for line in given.decode("ascii").split("\n"):
            found = LINE.fullmatch(line)
            if found:
                self._script(base64.b64decode(found[1]).decode("utf-8"))
            elif line.strip():
                self._say(sys.stderr, "ParserError\n")
        return 0

    def _script(self, script: str) -> None:
        self._boundary = re.search(r"^\$boundary = '(h[0-9a-f]{32})'$", script, re.MULTILINE)[1]  # type: ignore[index] # must be
        started, budget = time.monotonic(), int(re.search(r"^\$budget = (\d+)$", script, re.MULTILINE)[1])  # type: ignore[index] # must be
        jobs = JOB.findall(script)
        if len(jobs) != script.count("$jobs.Add("):
            raise ValueError("a fragment is not quoted as PowerShell wants it")
        note(self._replies, f"process {os.getpid()}")
        self._mark("hello", 0, 0)
        self._mark("group", os.getpid(), 0)
        for number, limit, room, quoted in jobs:
            left = budget / 1000 - (time.monotonic() - started)
            if left <= 0:
                sys.exit(4)
            fragment = re.sub(r"(['‘’‚‛])\1", r"\1", quoted)
            note(self._replies, f"begin {number}")
            self._mark("begin", int(number), 0)
            code = self._fragment(fragment, min(int(limit) / 1000, left), int(room))
            self._mark("end", int(number), code)
        self._mark("done", 0, 0)

    def _fragment(self, fragment: str, limit: float, room: int) -> int:
        told = self._table.get(hashlib.sha256(fragment.encode()).hexdigest())
        if told is None:
            told = {"code": 1, "errors": [{"message": "nothing was recorded for this"}]}
        if behave := str(told.get("behave", "")):
            return int(getattr(self, f"_{behave}")(limit, room))
        for row in told.get("rows", ()):  # type: ignore[attr-defined] # a list
            self._say(sys.stdout, json.dumps(row) + "\n")
        for error in told.get("errors", ()):  # type: ignore[attr-defined] # a list
            self._say(sys.stderr, json.dumps(error) + "\n")
        return int(str(told.get("code", 0)))

    def _hang(self, limit: float, room: int) -> int:
        """A look that the script itself gives up at its limit, with what it had by then."""
        del room
        self._say(sys.stdout, '{"line": "begun"}\n')
        time.sleep(limit)
        return 124

    def _stuck(self, limit: float, room: int) -> int:
        """Not even the script comes back: an interpreter held by somebody else's driver."""
        del limit, room
        self._say(sys.stdout, '{"line": "begun"}\n')
        time.sleep(3600)
        return 0

    def _full(self, limit: float, room: int) -> int:
        """More rows than fit: the script stops at the last that does."""
        del limit
        row = json.dumps({"line": "满" * 40}) + "\n"
        for _ in range(room // len(row)):
            self._say(sys.stdout, row)
        return 125

    def _flood(self, limit: float, room: int) -> int:
        """Half a gigabyte, whatever the limit was."""
        del limit, room
        block = b"x" * 1_000_000
        for _ in range(500):
            sys.stdout.buffer.write(block)
        return 0

    def _garbage(self, limit: float, room: int) -> int:
        del limit, room
        sys.stdout.buffer.write(b"\x7fELF\x00\xff\xfe" + "乱码".encode("gb18030") + b"\n")
        return 0

    def _clixml(self, limit: float, room: int) -> int:
        """Rows, with progress as XML on the other stream, as when modules are first used."""
        del limit, room
        self._say(sys.stdout, '{"line": "ok"}\n')
        sys.stderr.buffer.write(CLIXML.partition("<S S=")[0].encode("utf-8") + b"</Objs>\n")
        return 0

    def _native(self, limit: float, room: int) -> int:
        """A complaint of a program that knows nothing of Unicode."""
        del limit, room
        sys.stderr.buffer.write("拒绝访问。\r\n".encode("gb18030"))
        return 0

    def _die(self, limit: float, room: int) -> int:
        del limit, room
        self._say(sys.stdout, '{"line": "dying"}\n')
        os._exit(9)

    def _mark(self, word: str, one: int, two: int) -> None:
        for stream in (sys.stdout, sys.stderr):
            self._say(stream, f"{self._boundary} {word} {one} {two}\n")

    def _say(self, stream: object, text: str) -> None:
        out = stream.buffer  # type: ignore[attr-defined] # a text stream of this process
        out.write(text.encode("ascii").replace(b"\n", self._end))
        out.flush()


if __name__ == "__main__":
    sys.exit(main())

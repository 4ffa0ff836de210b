"""The last result of a job at a site, in a file for pollers that is either the old or the new one, and its trail.

The file says how each target stood when it was looked at last. The trail is a chain of lines, one a run, each with
the check value of what the run found and of the file as it was written then: who edits a verdict, in the records or
in the file, is found out. Reading needs no database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from hmaint.kit.frozen import dataclass
from hmaint.load.atomic import replace_file
from hmaint.model.playbook import Level
from hmaint.store import chain
from hmaint.store.kept import Anchor

SCHEMA = "hmaint.last-result/1"
TRAIL = "results.jsonl"
_TAIL = 4_194_304
"""Bytes of the chain that pollers look at: two years of nights of ten sites."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one target stood when it was looked at last."""

    name: str
    level: Level
    summary: str
    at: datetime
    run: str
    bad: tuple[str, ...] = ()
    """The checks that were not fine."""

    def out(self) -> dict[str, object]:
        """As the file has it."""
        return {
            "name": self.name,
            "level": str(self.level),
            "summary": self.summary,
            "at": self.at.isoformat(timespec="seconds"),
            "run": self.run,
            "bad": list(self.bad),
        }


@dataclass(frozen=True, slots=True)
class Last:
    """What the file of a site says, whether it could be read, and what is wrong with it; empty where nothing is."""

    results: Mapping[str, Result]
    exists: bool = True
    fault: str = ""
    tampered: bool = False


def place_of(private: Path, site: str, job: str) -> Path:
    """Where the last result of a job at a site is kept."""
    return private / "results" / site / f"last-{job}.json"


def write_last(path: Path, head: Mapping[str, object], results: Mapping[str, Result]) -> None:
    """Put the file in place in one step; Refused where that fails, the old one untouched."""
    # Under the job's lock, so whatever is half-made beside it is of a run that was killed.
    for left in path.parent.glob(f".{path.name}.*"):
        with suppress(OSError):
            left.unlink()
    replace_file(path, file_bytes(head, results))


def file_bytes(head: Mapping[str, object], results: Mapping[str, Result]) -> bytes:
    """The file as it will be written: what its line in the trail vouches for."""
    body = {"schema": SCHEMA, **head, "targets": [each.out() for each in results.values()]}
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def read_last(private: Path, site: str, job: str) -> Last:
    """Read the file and hold it against the trail."""
    try:
        data = place_of(private, site, job).read_bytes()
    except FileNotFoundError:
        vouched = newest_lines(private, site, job)
        gone = "结果文件被删除，而结果链中有记录" if vouched else ""
        return Last({}, exists=False, fault=gone, tampered=bool(vouched))
    except OSError as error:
        return Last({}, fault=f"结果文件无法读取（{error.strerror or type(error).__name__}）")
    results = _results(data)
    if results is None:
        return Last({}, fault="结果文件已损坏，无法读取", tampered=True)
    return _held(data, results, private, site, job)


def _held(data: bytes, results: Mapping[str, Result], private: Path, site: str, job: str) -> Last:
    if broken := trail_faults(private):
        return Last(results, fault=f"记录被改：结果链{broken}", tampered=True)
    lines = newest_lines(private, site, job)
    digest = sha256(data).hexdigest()
    if not any(line.get("file") == digest for line in lines):
        return Last(results, fault="记录被改：结果文件与结果链不符", tampered=True)
    if lines[-1].get("file") != digest:
        # A run that was killed between its line and the file; whoever puts an old file back looks the same.
        newest = str(lines[-1].get("run", ""))
        return Last(results, fault=f"结果文件不是最近一次（{newest}）的：当时未写完，或被换回了旧的")
    return Last(results)


def trail_faults(private: Path) -> str:
    """What is wrong with the chain of results besides lines a power loss tore; empty where it is whole.

    Of a chain of years its end is looked at, as pollers do; `hmaint audit verify` looks at all of it.
    """
    lines, start = _end(private)
    wrong = [each for each in chain.verify(lines, None, start) if each.kind != chain.TORN]
    return str(wrong[0]) if wrong else ""


def newest_lines(private: Path, site: str, job: str) -> list[Mapping[str, Any]]:
    """The lines of a job at a site, the newest last, as far back as the end of the chain reaches."""
    read = [chain.read_line(line) for line in _end(private)[0]]
    return [one[0] for one in read if one and (one[0].get("site"), one[0].get("job")) == (site, job)]


def _end(private: Path) -> tuple[list[bytes], Anchor]:
    """The end of the chain, and the line before it."""
    try:
        with (private / TRAIL).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            lines = file.read().splitlines()
    except FileNotFoundError:
        return [], chain.START
    if size <= _TAIL:
        return lines, chain.START
    for number, line in enumerate(lines[1:], 1):
        if read := chain.read_line(line):
            return lines[number:], Anchor(read[0]["seq"] - 1, str(read[0].get("prev")))
    return lines[1:], chain.START


def _results(data: bytes) -> dict[str, Result] | None:
    try:
        body = json.loads(data)
        if body["schema"] != SCHEMA:
            return None
        return {each["name"]: _result(each) for each in body["targets"]}
    except (ValueError, KeyError, TypeError):
        return None


def _result(plain: Mapping[str, Any]) -> Result:
    at = datetime.fromisoformat(plain["at"])
    if at.tzinfo is None:
        raise ValueError(plain["at"])
    name, summary, run = (str(plain[key]) for key in ("name", "summary", "run"))
    return Result(name, Level(plain["level"]), summary, at, run, tuple(str(each) for each in plain["bad"]))

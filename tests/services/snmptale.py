"""Tells Net-SNMP values from a JSON file, by its `pass_persist` protocol; a value `a+b*t` grows with the clock."""

from __future__ import annotations

import json
import sys
import time


def key(oid: str) -> tuple[int, ...]:
    return tuple(int(part) for part in oid.strip(".").split("."))


def value_of(value: object) -> object:
    if isinstance(value, str) and value.endswith("*t"):
        base, slope = value[:-2].split("+")
        return int(base) + int(float(slope) * time.time())
    return value


def answer(asked: str, oid: str) -> str:
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - started anew by the agent, kept lean
        told = {key(name): pair for name, pair in json.load(file).items()}
    wanted = key(oid)
    names = [name for name in sorted(told) if (name == wanted if asked == "get" else name > wanted)]
    if not names:
        return "NONE"
    form, value = told[names[0]]
    return ".{}\n{}\n{}".format(".".join(map(str, names[0])), form, value_of(value))


def main() -> None:
    for line in iter(sys.stdin.readline, ""):
        asked = line.strip()
        said = "PONG" if asked == "PING" else answer(asked, sys.stdin.readline())
        sys.stdout.write(said + "\n")
        sys.stdout.flush()


main()

"""Every command has help in both languages, and none of it changes by accident."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hmaint.kit.width import width
from tests.cli.golden import CASES, compare

# One process a language: starting eighty would take most of a minute.
_PAGES = """
import contextlib, io, json, sys
from hmaint.kit.i18n import speak
speak(sys.argv[1])
import typer
from hmaint.cli.app import COMMANDS, make_app
from hmaint.cli.rim import guarded

def walk(command, words):
    yield words
    for name, child in getattr(command, "commands", {}).items():
        yield from walk(child, [*words, name])

pages = {}
for words in walk(typer.main.get_command(make_app(*COMMANDS)), []):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = guarded([*words, "--help"], verbose=False)
    pages[" ".join(words)] = [code, out.getvalue()]
print(json.dumps(pages))
"""


TERMINAL = {"PATH": os.environ["PATH"], "LANG": "zh_CN.UTF-8", "COLUMNS": "80"}


def pages(lang: str) -> dict[str, tuple[int, str]]:
    done = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", _PAGES, lang], check=True, capture_output=True, timeout=60, env=TERMINAL
    )
    return {words: (code, text) for words, (code, text) in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def both() -> dict[str, dict[str, tuple[int, str]]]:
    return {lang: pages(lang) for lang in ("zh", "en")}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_of_every_command_is_as_agreed(both: dict[str, dict[str, tuple[int, str]]], lang: str) -> None:
    wrong = []
    for words, (code, text) in both[lang].items():
        try:
            compare(f"help{'-' if words else ''}{words.replace(' ', '-')}.{lang}", code, text, "")
        except (AssertionError, ValueError) as differs:
            wrong.append(f"{words}: {differs}")
    assert wrong == []


def test_no_page_is_kept_of_a_command_that_is_gone(both: dict[str, dict[str, tuple[int, str]]]) -> None:
    kept = {path.name for path in CASES.glob("help*.txt")}
    pages = {
        f"help{'-' if words else ''}{words.replace(' ', '-')}.{lang}.0.txt"
        for lang in both
        for words in both[lang]
    }
    assert kept == pages


def test_no_line_of_help_is_wider_than_a_terminal(both: dict[str, dict[str, tuple[int, str]]]) -> None:
    wide = [
        line
        for lang in both.values()
        for _code, text in lang.values()
        for line in text.splitlines()
        if width(line) > 80
    ]
    assert wide == []


def test_help_in_chinese_is_in_chinese(both: dict[str, dict[str, tuple[int, str]]]) -> None:
    english = {text for _code, text in both["en"].values()}
    left = [words for words, (_code, text) in both["zh"].items() if text in english or "Usage" in text]
    assert left == []
    assert [text for _code, text in both["en"].values() if "用法" in text] == []


@pytest.mark.parametrize(
    "named",
    [
        "init",
        "inspect",
        "data-check",
        "schema-doc",
        "playbook",
        "inventory",
        "secret",
        "runs",
        "finding",
        "audit",
        "doctor",
    ],
)
def test_the_commands_of_the_interface_are_there(
    both: dict[str, dict[str, tuple[int, str]]], named: str
) -> None:
    verbs = {
        "playbook": "list show check schema",
        "inventory": "list check ping trust",
        "secret": "set list remove",
        "runs": "list show",
        "finding": "list show note close",
        "audit": "list verify",
    }
    assert named in both["en"]
    assert all(f"{named} {verb}" in both["en"] for verb in verbs.get(named, "").split())


def test_the_console_script_itself_prints_the_same(both: dict[str, dict[str, tuple[int, str]]]) -> None:
    hmaint = Path(sys.executable).with_name("hmaint")
    done = subprocess.run([hmaint, "inspect", "--help"], capture_output=True, check=False, env=TERMINAL)  # noqa: S603 - our own
    assert (done.returncode, done.stdout.decode()) == both["zh"]["inspect"]

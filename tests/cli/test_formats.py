"""A run in every format: whole outputs, and what programs that read them rely on."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.golden import compare, settled
from tests.cli.small import small_desk
from tests.end_to_end.desk import Desk, Done, Written


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_desk(tmp_path)


class Looked:
    """One inspection, shown again in any format; each is asked for once."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.printed = inspect(desk, "json", "--report")
        self._shown: dict[str, str] = {}

    def shown(self, form: str) -> str:
        """What `runs show` prints in that format."""
        if form not in self._shown:
            self._shown[form] = self.desk.run("runs", "show", "--format", form).out
        return self._shown[form]


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return Looked(small_desk(tmp_path_factory.mktemp("formats")))


def inspect(desk: Desk, form: str, *words: str, lang: str = "zh") -> Done:
    return desk.run("inspect", "--site", "icu", "--format", form, *words, lang=lang)


@pytest.mark.parametrize(
    ("form", "lang"),
    [
        *((form, "zh") for form in ("table", "plain", "markdown", "json", "nagios", "junit", "prometheus")),
        *((form, "en") for form in ("table", "plain", "nagios")),
    ],
)
def test_an_inspection_is_printed_as_agreed(desk: Desk, form: str, lang: str) -> None:
    done = inspect(desk, form, "--report", lang=lang)
    compare(f"inspect-{form}.{lang}", done.code, settled(done.out, desk.root), settled(done.err, desk.root))


@pytest.mark.parametrize("form", ["table", "nagios"])
def test_quiet_prints_only_what_is_not_ok(desk: Desk, form: str) -> None:
    done = inspect(desk, form, "--quiet")
    compare(f"inspect-{form}-quiet.zh", done.code, settled(done.out, desk.root), settled(done.err, desk.root))


def test_the_record_is_shown_again_as_it_was_printed_then(looked: Looked) -> None:
    assert json.loads(looked.shown("json")) == looked.printed.object


def test_several_sites_at_once_are_one_object(desk: Desk) -> None:
    done = desk.run("inspect", "--all", "--format", "json")
    assert done.object["schema"] == "hmaint.runs/1"
    assert [run["schema"] for run in done.object["runs"]] == ["hmaint.run/1"]


LEVELS = {"ok", "warning", "critical", "unknown", "skipped"}
SHAPES: dict[str, dict[str, object]] = {
    # as INTERFACE.md has them
    "run": {
        "schema": str, "run": str, "command": str, "site": str, "playbook": dict, "operator": str, "started_at": str,
        "finished_at": str, "level": str, "targets": list, "findings": list, "metrics": list, "checks": dict,
        "reports": list,
    },
    "targets": {"name": str, "kind": str, "level": str, "elapsed_ms": int, "error": (str, type(None))},
    "findings": {
        "id": str, "check": str, "target": str, "subject": str, "level": str, "title": str, "summary": str,
        "advice": str, "metrics": dict, "state": str,
    },
    "metrics": {"target": str, "name": str, "subject": str, "value": (int, float), "unit": str},
}  # fmt: skip


def assert_shape(value: Written, shape: dict[str, object]) -> None:
    for key, kind in shape.items():
        assert isinstance(value[key], kind), (key, value[key])  # type: ignore[arg-type]  # classes all of them


def test_json_is_what_the_interface_promises_key_by_key(looked: Looked) -> None:
    whole = looked.printed.object
    assert_shape(whole, SHAPES["run"])
    assert whole["schema"] == "hmaint.run/1"
    assert re.fullmatch(r"R-\d{8}-\d{6}-icu", whole["run"])
    assert whole["playbook"].keys() == {"name", "sha256"}
    assert re.fullmatch("[0-9a-f]{64}", whole["playbook"]["sha256"])
    for moment in (whole["started_at"], whole["finished_at"]):
        assert datetime.fromisoformat(moment).utcoffset() is not None
    assert set(whole["checks"]) == LEVELS
    for part in ("targets", "findings", "metrics"):
        assert whole[part]
        for one in whole[part]:
            assert_shape(one, SHAPES[part])
    assert {one["level"] for part in ("targets", "findings") for one in whole[part]} <= LEVELS
    assert {f["state"] for f in whole["findings"]} == {"new"}
    assert all(re.fullmatch("F-[0-9a-f]{10}", f["id"]) for f in whole["findings"])
    assert all(
        (looked.desk.root / path).is_file() and not Path(path).is_absolute() for path in whole["reports"]
    )


def test_the_counts_of_all_formats_agree(looked: Looked) -> None:
    counts = looked.printed.object["checks"]
    suite = ET.fromstring(looked.shown("junit")).find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    assert int(suite.attrib["tests"]) == sum(counts.values()) == len(suite.findall("testcase"))
    for tag, number in {
        "failure": counts["warning"] + counts["critical"],
        "error": counts["unknown"],
        "skipped": counts["skipped"],
    }.items():
        attribute = tag if tag == "skipped" else f"{tag}s"
        assert int(suite.attrib[attribute]) == number == len(suite.findall(f"testcase/{tag}"))
    line = looked.shown("nagios")
    assert all(f"'{name}'={number};;;0;" in line for name, number in counts.items())


_SAMPLE = re.compile(
    r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
    r"(?P<labels>\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\n]|\\[\\\"n])*\",?)*\})? (?P<value>-?[0-9.e+-]+|NaN|[+-]Inf)"
)


def test_prometheus_can_read_every_line_and_no_series_comes_twice(looked: Looked) -> None:
    lines = looked.shown("prometheus").splitlines()
    known: dict[str, str] = {}
    series = []
    for line in lines:
        if line.startswith("# "):
            _sign, word, name, _rest = line.split(" ", 3)
            assert word in ("HELP", "TYPE")
            assert (word, name) not in known.items() or word == "TYPE"
            known[name] = word
        else:
            sample = _SAMPLE.fullmatch(line)
            assert sample, line
            assert known[sample["name"]] == "TYPE", "its type stands before its samples"
            series.append((sample["name"], sample["labels"]))
    assert len(series) > 8
    assert sorted(set(series), key=str) == sorted(series, key=str)


def test_two_rows_of_one_name_are_still_one_series_each(desk: Desk) -> None:
    """A textfile with one series twice is refused as a whole."""
    rows = {"run": r"printf 'java 5\njava 7\n'", "parse": {"format": "table", "columns": ["name", "rss"]}}
    step = {"id": "own.twice", "title": "同名", "do": "shell", "on": "hosts", "with": rows}
    desk.write_playbook(
        "inspect/monthly", [{**step, "subject": "name", "keep": True, "metrics": {"process.rss": ""}}]
    )
    lines = inspect(desk, "prometheus").out.splitlines()
    series = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
    assert any("process.rss" in one for one in series)
    assert sorted(set(series)) == sorted(series)


def test_nagios_is_one_line_of_status_and_quoted_performance_data(looked: Looked) -> None:
    line = looked.shown("nagios")
    assert line.count("\n") == 1
    assert line.count("|") == 1, "the bar divides words from figures"
    words, _, figures = line.strip().partition(" | ")
    assert words.startswith("HMAINT CRITICAL - icu ")
    figure = re.compile(r"'[^'=]+'=-?[0-9.e+-]+(?:us|ms|s|%|B|KB|MB|GB|TB|c)?(?:;[0-9.:~@-]*){0,4}")
    left = figures
    while left:
        found = figure.match(left)
        assert found, left
        left = left[found.end() :].lstrip(" ")
    assert "'laptop:disk.used_pct:/data'=83.1%" in figures


def test_what_a_host_says_is_data_in_every_format(looked: Looked) -> None:
    shown = {form: looked.shown(form) for form in ("table", "plain", "markdown", "junit")}
    for form, text in shown.items():
        assert "\x1b" not in text, form
        assert "\a" not in text, form
        assert "[red]" in text, form
    failures = ET.fromstring(shown["junit"]).iter("failure")  # noqa: S314 - our own
    assert [f for f in failures if """<b>5 > 3 && 'q'="x" | [red]""" in (f.text or "")]
    assert r"\|" in shown["markdown"]
    rows = [line for line in shown["markdown"].splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


def test_json_is_the_same_in_both_languages(looked: Looked) -> None:
    english = looked.desk.run("runs", "show", "--format", "json", lang="en")
    assert english.object == json.loads(looked.shown("json"))

"""Every judgement has a title and advice, and what may be said of a time is read from names and dumps."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hmaint import backup
from hmaint.backup.age import named_time, read_stamp
from hmaint.backup.ask import _ere
from hmaint.backup.case import Case, zone_of
from hmaint.backup.facts import Facts, read_facts
from hmaint.backup.judge import judge
from hmaint.backup.place import folder_of, places_of, sorts_by_time
from hmaint.backup.verdict import TITLES
from hmaint.model.inventory import Backup, Copy
from hmaint.model.look import Reply, Seen

_SAID = re.compile(r'(?:fail|fine|warn|unknown|unlooked|level)\(\s*"([a-z_]+\.[a-z_]+)"')


def test_everything_that_is_judged_has_a_title_and_advice() -> None:
    source = "\n".join(path.read_text("utf-8") for path in Path(backup.__file__).parent.glob("*.py"))
    said = set(_SAID.findall(source)) | {
        "found.host_key",
        "copy.host_key",
        "copy.unreachable",
        "found.contact",
    }
    assert len(said) > 30
    assert said <= TITLES.keys()


@pytest.mark.parametrize(
    ("pattern", "path", "time"),
    [
        ("/b/f-%Y%m%d.gz", "/b/f-20261125.gz", datetime(2026, 11, 25, tzinfo=UTC)),
        ("/b/f-%Y-%m-%d_%H%M.gz", "/b/f-2026-11-25_0230.gz", datetime(2026, 11, 25, 2, 30, tzinfo=UTC)),
        ("/b/%Y%m%d/*.gz", "/b/20261125/x.gz", datetime(2026, 11, 25, tzinfo=UTC)),
        ("/b/f-%Y%m%d.gz", "/b/f-20261399.gz", None),
        ("/b/*.gz", "/b/f-20261125.gz", None),
    ],
)
def test_the_time_in_a_name(pattern: str, path: str, time: datetime | None) -> None:
    told = named_time(pattern, path, UTC)
    assert (told.first if told else None) == time


def test_names_sort_by_time_only_where_year_comes_first() -> None:
    assert sorts_by_time("/b/f-%Y%m%d-*.gz")
    assert sorts_by_time("/b/%Y/%m/%d/f.gz")
    assert not sorts_by_time("/b/*-%Y%m%d.gz")
    assert not sorts_by_time("/b/f-%d%m%Y.gz")
    assert not sorts_by_time("/b/f.gz")
    assert folder_of("/b/c/f-%Y.gz") == "/b/c"
    assert folder_of("/f.gz") == "/"


def test_zones_stamps_and_globs() -> None:
    assert zone_of("-0330").utcoffset(None) == timedelta(hours=-3, minutes=-30)
    assert zone_of("nonsense").utcoffset(None) == timedelta(hours=8)
    assert read_stamp("-- Dump completed on 2026-11-25  2:00:01", UTC) == datetime(
        2026, 11, 25, 2, 0, 1, tzinfo=UTC
    )
    assert read_stamp("-- Dump completed on 2026-02-31  2:00:01", UTC) is None
    assert re.search(_ere("WEB-INF/*.xml"), "app/WEB-INF/web.xml")
    assert not re.search(_ere("WEB-INF/*.xml"), "app/WEB-INF/lib/web.xml")


def test_a_copy_with_a_folder_has_the_name_of_the_backup() -> None:
    entry = Backup(
        "full", "tj", "/b/f-%Y%m%d.gz", host="db", copies=(Copy("nas", "/m/"), Copy("tape", "/t/x.gz"))
    )
    assert [(place.host, place.path) for place in places_of(entry)] == [
        ("db", "/b/f-%Y%m%d.gz"),
        ("nas", "/m/f-%Y%m%d.gz"),
        ("tape", "/t/x.gz"),
    ]


@pytest.mark.parametrize("said", [b"", b"\x00\xff\x80", b"found\tyes\nsize\tmany\n", b"size\t5\n" * 3])
def test_what_is_no_answer_is_never_fine(said: bytes) -> None:
    place = places_of(Backup("full", "tj", "/b/f.gz"))[0]
    facts = read_facts(Reply(Seen.OBSERVED, out=said, code=0), "utf-8")
    levels = {str(v.level) for v in judge(Case(place.backup, {place: facts}, {}, {}))}
    assert levels == {"unknown"}


@pytest.mark.parametrize("found", ["", "perhaps", "hidden", "unreadable", "writing", "odd_name"])
def test_what_was_not_read_is_never_called_complete(found: str) -> None:
    place = places_of(Backup("full", "tj", "/b/f.gz"))[0]
    told = {"host_now": ("1795641200",), "host_zone": ("+0800",), "found": (found,)}
    verdicts = judge(Case(place.backup, {place: Facts(told)}, {}, {"": 0.0}))
    assert "unknown" in {str(v.level) for v in verdicts}
    assert not any(v.what.startswith(("container", "structure", "tables")) for v in verdicts)

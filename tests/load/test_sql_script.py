"""Scripts are cut where the engine would cut them, and refused where that is in doubt or leaves SQL."""
# ruff: noqa: E501 - a table with one case a line

from __future__ import annotations

import pytest

from hmaint.kit.i18n import speak
from hmaint.load.sql_script import BadScript, commits_by_itself, split, stands_alone


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


GOOD = [
    ("mysql", "SELECT 1", ["SELECT 1"]),
    ("mysql", "a 'x;y'; b \"p;q\"; c `r;s`;", ["a 'x;y'", 'b "p;q"', "c `r;s`"]),
    ("mysql", "-- only a remark; here\n/* and; here */ a;", ["-- only a remark; here\n/* and; here */ a"]),
    ("mysql", "a; -- the end\n", ["a"]),
    ("mysql", "# hash; remark\na;\n\n;;\nb", ["# hash; remark\na", "b"]),
    ("mysql", "DELIMITER //\nCREATE TRIGGER t BEGIN a; b; END//\nDELIMITER ;\nc;", ["CREATE TRIGGER t BEGIN a; b; END", "c"]),
    ("mysql", "delimiter $$\nCREATE FUNCTION f() BEGIN a; END $$\n", ["CREATE FUNCTION f() BEGIN a; END"]),
    ("mysql", "/*!40101 SET NAMES utf8 */; a", ["/*!40101 SET NAMES utf8 */", "a"]),
    ("mysql", "CREATE PROCEDURE p() SELECT 1; b", ["CREATE PROCEDURE p() SELECT 1", "b"]),
    ("postgresql", "DO $$ BEGIN a; b; END $$; c", ["DO $$ BEGIN a; b; END $$", "c"]),
    ("postgresql", "a $x$ ; $$ ; $x$; b", ["a $x$ ; $$ ; $x$", "b"]),
    ("postgresql", "/* a /* nested; */ ; */ b; c", ["/* a /* nested; */ ; */ b", "c"]),
    ("sqlite", "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c=CASE WHEN 1 THEN 2 END; DELETE FROM d; END; e",
     ["CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c=CASE WHEN 1 THEN 2 END; DELETE FROM d; END", "e"]),
    ("sqlite", "a [x;y]; b", ["a [x;y]", "b"]),
    ("sqlite", "\ufeffa;", ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(("engine", "text", "wanted"), GOOD)
def test_it_is_cut_as_the_engine_would(engine: str, text: str, wanted: list[str]) -> None:
    assert [each.text for each in split(text, engine)] == wanted


BAD = [
    ("mysql", "", 0, "no statement"),
    ("mysql", "-- nothing\n;;", 0, "no statement"),
    ("mysql", "a;\nb 'open", 1, "without doubt"),
    ("mysql", "a 'it\\'s'", 1, "without doubt"),
    ("mysql", "a;\n\nBEGIN;", 3, "BEGIN: hmaint begins"),
    ("mysql", "START TRANSACTION", 1, "START"),
    ("postgresql", "COMMIT", 1, "COMMIT"),
    ("sqlite", "ROLLBACK", 1, "ROLLBACK"),
    ("mysql", "a;\nUSE his;", 2, "USE: a script stays"),
    ("sqlite", "ATTACH 'x' AS y", 1, "ATTACH"),
    ("mysql", "source other.sql", 1, "source is a command of the client"),
    ("postgresql", "\\i other.sql", 1, "\\i is a command of the client"),
    ("sqlite", ".read other.sql", 1, ".read is a command of the client"),
    ("mysql", "a;\nCREATE PROCEDURE p() BEGIN SELECT 1; END;", 2, "wants DELIMITER"),
]


@pytest.mark.parametrize(("engine", "text", "line", "words"), BAD)
def test_it_is_refused_with_its_line(engine: str, text: str, line: int, words: str) -> None:
    with pytest.raises(BadScript) as refused:
        split(text, engine)
    assert words in str(refused.value)
    assert refused.value.line == line


def test_how_an_effect_is_asked_about_stands_before_its_statement() -> None:
    one, two = split("-- probe: SELECT COUNT(*) > 0 FROM x;\nALTER TABLE x;\n\n-- a remark\nb;", "mysql")
    assert (one.probe, one.line) == ("SELECT COUNT(*) > 0 FROM x", 2)
    assert (two.probe, two.line) == ("", 5)


def test_what_cannot_be_part_of_a_transaction_is_known_by_engine() -> None:
    assert commits_by_itself("-- x\nALTER TABLE a ADD b int", "mysql")
    assert not commits_by_itself("UPDATE a SET b = 1", "mysql")
    assert not commits_by_itself("ALTER TABLE a ADD b int", "postgresql")
    assert stands_alone("CREATE INDEX CONCURRENTLY i ON a (b)", "postgresql")
    assert stands_alone("VACUUM", "sqlite")
    assert not stands_alone("CREATE INDEX i ON a (b)", "postgresql")

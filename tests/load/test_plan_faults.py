"""Every way a plan can be wrong, each with its message and the line it stands on; the whole plan is the good twin."""
# ruff: noqa: E501 - a table with one case a line

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from hmaint.app.kinds import KINDS
from hmaint.errors import BadFile
from hmaint.kit.i18n import speak
from hmaint.load.plan import load_plan
from hmaint.load.plan_schema import plan_schema
from tests.load.plans import PLAN, folder


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


def faults_of(path: Path, text: str) -> list[str]:
    try:
        load_plan(folder(path, text), kinds=KINDS)
    except BadFile as bad:
        return [f"{fault.place.line}: {fault.message}" for fault in bad.faults]
    return []


def test_the_good_twin_of_all_is_good(tmp_path: Path) -> None:
    plan = load_plan(folder(tmp_path), kinds=KINDS)
    assert len(plan.steps) == 13
    assert [each.name for each in plan.artefacts] == ["app", "script", "back"]
    assert (plan.window.end - plan.window.start).total_seconds() == 4 * 3600  # over midnight
    assert plan.steps[7].secrets["TOKEN"].name == "tok"  # type: ignore[attr-defined] # a reference, not a value


# (what stands in the good plan, what is wrong in its place, part of the message)
WRONG = [
    ("plan: icu-1-1", "plan: 'a b/c'", "plan"),
    ("plan: icu-1-1\n", "", "plan is missing"),
    ("site: icu\n", "site: 5\n", "site"),
    ('from: "1.0"', "from: 1.0", "from"),
    ("modules: [护理记录]", "modles: [护理记录]", "did you mean modules?"),
    ('day: "2026-11-28", ', 'day: "2026-02-30", ', "is no day"),
    ('from: "22:00"', 'from: "25:00"', "there is no time"),
    ('from: "22:00"', 'from: "22"', "must be a time in quotes"),
    ('{day: "2026-11-28", from: "22:00", to: "02:00"}', '{from: "22:00", to: "02:00"}', "want a day"),
    ('{day: "2026-11-28", from: "22:00", to: "02:00"}', '{from: "2026-11-28 22:00", to: "2026-11-28 02:00"}', "ends before it begins"),
    ('{day: "2026-11-28", from: "22:00", to: "02:00"}', '{day: "2026-11-28", from: "2026-11-28 22:00", to: "02:00"}', "times of the clock alone"),
    ("approvers: [李主任, 赵主任]", "approvers: []", "approvers"),
    ("approvers: [李主任, 赵主任]", "approvers: [李主任, 李主任]", "stands here twice"),
    ("approvers: [李主任, 赵主任]", "approvers: [张工]", "cannot approve what he or she applies for"),
    ("supervisor: 王工\n", "", "supervisor is missing"),
    ("supervisor: 王工", "supervisor: ''", "must not be empty"),
    ("risks: [{risk: 启动失败, chance: 低, effect: 停业务, measure: 自动回滚}]", "risks: []", "risks"),
    ("measure: 自动回滚", "measur: 自动回滚", "did you mean measure?"),
    ("test_report: report.txt", "test_report: gone.txt", "gone.txt is not there"),
    ("{file: app.tar.gz, sha256: ", "{file: gone.tar.gz, sha256: ", "gone.tar.gz cannot be read"),
    ("{file: back.sql, sha256: ", "{file: s.sql, sha256: ", "has another SHA-256"),
    ("backups: [{name: icu-full, max_age: 24h, of: icu-main}]", "backups: [{name: icu-full, max_age: 24}]", "must be a duration"),
    ("backups: [{name: icu-full, max_age: 24h, of: icu-main}]", "backups: [{name: icu-full}, {name: icu-full}]", "stands here twice"),
    ("{serial: 1, canary: icu-app-1}", "{serial: -1}", "serial"),
    ("observe: {for: 10m, every: 30s}", "observe: {for: 10s, every: 30s}", "every is longer than for"),
    ("rollback: {mode: auto, on_overrun: rollback}", "rollback: atuo", "rollback"),
    ("with: {run: echo ok}, keep: true", "with: {run: echo ok}", "exactly one of"),
    ("verify:\n", "verify: []\nmore:\n", "verify"),
    ("id: stop,", "id: Stop,", "id"),
    ("id: bring,", "id: stop,", "id stop is used already"),
    ("do: service, on: hosts, with: {name: app, state: stopped}", "do: servcie, on: hosts, with: {name: app, state: stopped}", "did you mean service?"),
    ("with: {name: app, state: stopped}", "with: {name: app, state: stop}", "state"),
    ("with: {name: app, state: stopped}", "with: {name: 'a; rm -rf /', state: stopped}", "name"),
    ("with: {name: app, state: stopped}", "with: {state: stopped}", "wants its name, or start, stop and running"),
    ("with: {name: app, state: stopped}", "with: {name: app, start: a, stop: b, running: c, state: stopped}", "either name"),
    ("with: {name: app, state: stopped}", "with: {name: app, state: restarted}", "going back would restart it before the files are back"),
    ("on: hosts, with: {artefact: app, to:", "on: databases, with: {artefact: app, to:", "upload is not for a database"),
    ("do: upload, on: hosts,", "do: upload,", "upload wants on: hosts"),
    ('with: {artefact: app, to: "{{ vars.root }}/app.tar.gz"', 'with: {artefact: ap, to: "{{ vars.root }}/app.tar.gz"', "did you mean app?"),
    ('mode: "0640"', "mode: 640", "mode"),
    ('mode: "0640"', 'mode: "0999"', "octal digits"),
    ('"{{ vars.root }}/1.1"', '"opt/1.1"', "absolute path"),
    ('"{{ vars.root }}/1.1"', '"{{ vars.root }}/../1.1"', "must not climb"),
    ('"{{ vars.root }}/1.1"', '"{{ vars.rot }}/1.1"', "did you mean root?"),
    ('"{{ vars.root }}/1.1"', '"{{ vars.root /1.1"', "wrong syntax"),
    ("to: /opt/app/1.1}", "two: /opt/app/1.1}", "to is missing"),
    ('content: "port={{ vars.port }}"', 'content: "x", absent: true', "exactly one of content and absent"),
    ("source: banner.txt", "source: gone.txt", "gone.txt cannot be read"),
    ("with: {script: script}, undo: {script: back}", "with: {script: script}", "say how it is taken back"),
    ("with: {script: script}, undo: {script: back}", "with: {script: script, statements: [x]}, undo: none", "exactly one of script and statements"),
    ("undo: {script: back}", "undo: {script: bakc}", "no artefact bakc"),
    ("undo: {script: back}", "undo: DROP TABLE x", "undo wants a list of statements"),
    ("with: {script: script}, undo: {script: back}", "with: {script: script}, undo: none", "say point_of_no_return"),
    ("rollback: {mode: auto, on_overrun: rollback}", "point_of_no_return: migrat", "did you mean migrate?"),
    ('    undo: "rm -f {{ vars.root }}/x"\n', "", "say how it is taken back"),
    ('    undo: "rm -f {{ vars.root }}/x"\n', "    undo: none\n", "say point_of_no_return"),
    ('    probe: "[ -e {{ vars.root }}/x ]"\n', "", "say how one sees that it was done"),
    ("{TOKEN: !secret tok}", "{token: !secret tok}", "must be a name in capitals"),
    ("{TOKEN: !secret tok}", "{LD_PRELOAD: !secret tok}", "has a meaning of its own"),
    ("{TOKEN: !secret tok}", "{TOKEN: tok}", "must be !secret NAME"),
    ("run: \"printf '%s' \\\"$TOKEN\\\" | curl --data @-", 'run: "curl -u me:$TOKEN --data x', "would stand in the list of processes"),
    ("run: \"printf '%s' \\\"$TOKEN\\\" | curl --data @-", 'run: "mysql --password=geheim1', "seems to be written out"),
    ("run: \"printf '%s' \\\"$TOKEN\\\" | curl --data @- {{ vars.root }}\"", "run: \"echo '{{ vars.root }}'\"", "where quoting cannot protect it"),
    ("do: wait, with: {for: 5s}", "do: wait, with: {for: 5s, until: 'true'}", "exactly one of for and until"),
    ("do: wait, with: {for: 5s}", "do: wait, with: {until: 'true'}", "say on"),
    ("do: wait, with: {for: 5s}", "do: wait, undo: 'x', with: {for: 5s}", "changes nothing; take undo away"),
    ('with: {url: "http://127.0.0.1/", expect: 200}', "with: {expect: 200}", "http wants an url"),
    ('with: {url: "http://127.0.0.1/", expect: 200}', 'with: {url: "ftp://x", expect: 200}', "url"),
    ("with: {question: 界面正常吗}", "with: {qestion: 界面正常吗}", "did you mean question?"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("good", "bad", "words"), WRONG, ids=[f"{n}-{w[2][:30]}" for n, w in enumerate(WRONG)]
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, good: str, bad: str, words: str) -> None:
    assert good in PLAN, "the table fits the plan no more"
    found = faults_of(tmp_path, PLAN.replace(good, bad, 1))
    assert any(words in each for each in found), found
    line = PLAN[: PLAN.index(good)].count("\n") + 1
    places = [int(each.split(":")[0]) for each in found if words in each]
    assert any(place == 1 or abs(place - line) <= 6 for place in places), (line, found)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = (
        PLAN.replace("do: reboot", "do: rebot")
        .replace("supervisor: 王工\n", "")
        .replace("undo: {script: back}", "undo: no")
    )
    found = "\n".join(faults_of(tmp_path, text))
    assert "supervisor is missing" in found
    assert "did you mean reboot?" in found
    assert "undo wants a list" in found


def test_a_step_that_cannot_be_taken_back_is_fine_behind_the_declared_point(tmp_path: Path) -> None:
    text = PLAN.replace("undo: {script: back}", "undo: none")
    assert faults_of(tmp_path, text + "point_of_no_return: migrate\n") == []
    assert faults_of(tmp_path, text + "point_of_no_return: stop\n") == []
    found = faults_of(tmp_path, text + "point_of_no_return: poke\n")
    assert len(found) == 1
    assert "step migrate cannot be taken back" in found[0]


def test_a_password_never_reaches_a_message(tmp_path: Path) -> None:
    text = PLAN.replace("with: {for: 5s}", "with: {for: 5s, password: geheim1}")
    text = text.replace('run: "printf \'%s\' \\"$TOKEN\\" | curl', 'run: "mysql --password=geheim1 | curl')
    found = "\n".join(faults_of(tmp_path, text))
    assert "seems to be written out" in found
    assert "geheim1" not in found


@pytest.mark.parametrize(
    "script",
    [
        "printf '%s' \"$TOKEN\" > f",
        'export PGPASSWORD="$TOKEN"; psql -c x',
        'PGPASSWORD="$TOKEN" psql -c x',
        'if [ -n "$TOKEN" ]; then echo "$TOKEN" | cat; fi',
        "mysql --defaults-extra-file=/dev/stdin <<EOF\npassword=$TOKEN\nEOF\n",
        "passwd_file=/etc/x; cat $passwd_file",
        "printf '%s' \"$TOKEN\" | openssl enc -d -aes256 -pass stdin -in x",
    ],
)
def test_a_secret_that_stays_out_of_arguments_is_let_through(tmp_path: Path, script: str) -> None:
    quoted = script.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    text = PLAN.replace(
        'run: "printf \'%s\' \\"$TOKEN\\" | curl --data @- {{ vars.root }}"', f'run: "{quoted}"'
    )
    assert text != PLAN
    assert faults_of(tmp_path, text) == []


def test_layout_and_comments_leave_the_digest_alone_and_every_word_changes_it(tmp_path: Path) -> None:
    plan = load_plan(folder(tmp_path / "a"), kinds=KINDS)
    same = load_plan(
        folder(tmp_path / "b", "# 说明\n" + PLAN.replace("title: 重症", "title:   重症")), kinds=KINDS
    )
    other = load_plan(folder(tmp_path / "c", PLAN.replace("修复打印错行", "修复打印错列")), kinds=KINDS)
    assert plan.digest == same.digest != other.digest
    assert "tok" in plan.written


def test_the_plan_of_the_documentation_is_right(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "plans.md").read_text("utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    for name in ("icu-5.2.3.war", "S-119.sql", "测试报告.docx", "版本说明.docx"):
        (tmp_path / name).write_bytes(name.encode())
    for name in ("icu-5.2.3.war", "S-119.sql"):
        told = text.partition(f"file: {name}, sha256: ")[2][:64]
        text = text.replace(told, sha256(name.encode()).hexdigest())
    (tmp_path / "plan.yaml").write_text(text, "utf-8")
    plan = load_plan(tmp_path / "plan.yaml", kinds=KINDS)
    assert [step.id for step in plan.steps] == ["stop", "bring", "migrate", "start"]


def test_the_schema_for_editors_knows_every_kind() -> None:
    schema = plan_schema()
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    assert {"with shell", "with sql", "with ask"} <= set(definitions)
    assert schema["additionalProperties"] is False

"""A password that stands in clear anywhere in a plan or its files is refused with its line; what only looks so is not."""
# ruff: noqa: E501 - a table with one case a line

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from hmaint.app.kinds import KINDS
from hmaint.errors import BadFile
from hmaint.kit.i18n import speak
from hmaint.load.plan import load_plan
from hmaint.load.plan_secrets import leaks, written_out
from tests.load.plans import PLAN, SCRIPT, folder


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


SQL = [
    "create user app@'%' identified by 'S3cret-word'",
    "ALTER USER app IDENTIFIED WITH mysql_native_password BY 'S3cret-word'",
    "create role app login password 'S3cret-word'",
    "alter role app with encrypted password 'S3cret-word'",
    "set password for app@'%' = 'S3cret-word'",
    "set password = password('S3cret-word')",
    "update account set password = 'S3cret-word' where id = 1",
    "insert into setting values ('url', 'https://me:S3cret-word@host/')",
    "update setting set kind = 'password' where id = 1; alter role app password 'S3cret-word'",
    "insert into kind values ('password','password'), (1, 'x'); create user app identified by 'S3cret-word'",
]
TEXT = [
    "spring.datasource.password=S3cret-word\n",
    "spring.datasource.password=123456\n",
    "access_token: 12345678901234567890\n",
    "db:\n  password: 'S3cret-word'\n",
    '{"api_key": "0123456789abcdef"}',
    "url = postgresql://app:S3cret-word@db/icu\n",
    "Authorization: Bearer abcdef0123456789\n",
    "数据库密码：S3cret-word\n",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n",
]
SHELL = ["mysql -uroot -pS3cret-word icu < x.sql", "psql -c \"alter role a password 'S3cret-word'\""]

FINE_SQL = [
    "alter table account add column password varchar(64) not null",
    "update account set password = old_password, token = null",
    "select * from account where password = :word and token = other.token",
    "create user app@'%' identified with auth_socket",
    "alter table account add password_changed_at timestamp default '2026-01-01'",
    "insert into setting values ('password_min_length', '12')",
    "update setting set value = '90' where code = 'password' and kind = 'number'",
    "select 'password' as kind, 'token' as other",
    "insert into kind (code, title) values ('password','password'), ('passwd','as above')",
    "alter role app password null",
    "comment on column account.password is 'as SHA-256, never in clear'",
]
FINE_TEXT = [
    "password=${DB_PASSWORD}\n",
    "password = $DB_PASSWORD\n",
    "password: {{ vars.word }}\n",
    "password_file=/run/secrets/db\n",
    "password=/run/secrets/db\n",
    "password: !vault db\n",
    "password=ENC(Zm9vYmFy)\n",
    "password=\npassword: ''\n",
    "url=jdbc:mysql://app:${DB_PASSWORD}@db/icu\n",
    "passwd: files sss\n",
    'password = os.environ["DB_PASSWORD"]\n',
    "password = settings.db_password\n",
    "# the password is asked for at the start\n",
    "token_ttl = 30m\npassword-encryption = scram-sha-256\n",
    "max_token=4096\nrefresh_token: 86400\n",
]
FINE_SHELL = [
    'mysql -uroot -p"$WORD" icu',
    'printf "%s" "$WORD" | psql',
    "mysql -p icu",
    "PASS=$(cat /run/word) app",
]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("sql", each) for each in SQL),
        *(("text", each) for each in TEXT),
        *(("shell", each) for each in SHELL),
    ],
)
def test_what_is_written_out_is_found(language: str, text: str) -> None:
    assert written_out(f"-- one\n-- two\n{text}", language) >= 3  # type: ignore[arg-type] # one of them


@pytest.mark.parametrize(
    ("language", "text"),
    [*(("sql", each) for each in FINE_SQL), *(("text", each) for each in FINE_TEXT)],
)
def test_what_only_looks_so_is_not(language: str, text: str) -> None:
    assert written_out(text, language) == 0  # type: ignore[arg-type] # one of them


@pytest.mark.parametrize("text", FINE_SHELL)
def test_a_shell_that_names_its_secrets_is_fine(text: str) -> None:
    assert leaks(text, ()) == []


def _faults(path: Path, text: str) -> list[str]:
    try:
        load_plan(path if path.is_file() else folder(path, text), kinds=KINDS)
    except BadFile as bad:
        return [f"{fault.place.line}: {fault.message}" for fault in bad.faults]
    return []


HINT = "seems to be written out"
PLACES = [
    ("with: {script: script}, undo: {script: back}", "with: {statements: [SELECT 1, \"alter role a password 'S3cret-word'\"]}, undo: [SELECT 1]", "line 1 of it"),
    ("with: {script: script}, undo: {script: back}", "with: {statements: [SELECT 1]}, undo: [\"alter role a password 'S3cret-word'\"]", "line 1 of it"),
    ('content: "port={{ vars.port }}"', 'content: "port=1\\npassword=S3cret-word\\n"', "line 2 of it"),
    ('with: {url: "http://127.0.0.1/", expect: 200}', 'with: {url: "http://me:S3cret-word@127.0.0.1/"}', ""),
    ("vars: {root: /opt/app, port: 8080}", "vars: {root: /opt/app, port: 8080, db_password: S3cret-word}", "db_password seems to be a password"),
    ("targets: {icu-app-1: {port: 8081}}", "targets: {icu-app-1: {port: 8081, db_password: S3cret-word}}", "db_password seems to be a password"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "words"), PLACES)
def test_a_plan_that_holds_one_is_refused_with_its_line(
    tmp_path: Path, good: str, bad: str, words: str
) -> None:
    assert good in PLAN
    found = _faults(tmp_path, PLAN.replace(good, bad, 1))
    line = PLAN[: PLAN.index(good)].count("\n") + 1
    if words:
        assert any(each.startswith(f"{line}: ") and words in each for each in found), found
    assert found
    assert not any("S3cret" in each for each in found)


def test_scripts_and_templates_beside_the_plan_are_read_too(tmp_path: Path) -> None:
    script = SCRIPT + b"ALTER ROLE app PASSWORD 'S3cret-word';\n"
    path = folder(tmp_path, PLAN.replace(sha256(SCRIPT).hexdigest(), sha256(script).hexdigest()))
    (tmp_path / "s.sql").write_bytes(script)
    (tmp_path / "banner.txt").write_text("welcome\npassword = S3cret-word\n")
    found = _faults(path, "")
    assert any(f"s.sql line 3: a password {HINT}" in each for each in found), found
    assert any(f"banner.txt line 2: a password {HINT}" in each for each in found), found

"""What must never be kept is masked and counted; what only looks like it survives."""

from __future__ import annotations

import time
from base64 import b64encode
from threading import Thread
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.kit.redact import Redactor

KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7v8Qq\nAbCdEfGh12345678+/==\n"
    "-----END RSA PRIVATE KEY-----"
)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9"

GUILTY = [
    ("password=Abc#123;x&y tail", "Abc#123", "password"),
    ("password=Abc#123;x&y tail", ";x&y", "password"),
    ("spring.datasource.password: Zx9!zx9", "Zx9!zx9", "password"),
    ('{"password": "p\\"w,d", "user": "u"}', 'p\\"w,d', "password"),
    ('{\\"password\\":\\"hunter22\\"}', "hunter22", "password"),
    ("Server=db;UID=sa;PWD=Sa$ecret1;Database=his", "Sa$ecret1", "password"),
    ("MYSQL_PWD=Qwer1234 mysqldump", "Qwer1234", "password"),
    ("export PGPASSWORD='pg pass word'", "pg pass word", "password"),
    ("mysql -u root -pS3cr3t icu", "S3cr3t", "password"),
    ("root 811 mysqldump --single-transaction -p'two words' icu", "two words", "password"),
    ("sshpass -p letmein99 ssh root@db", "letmein99", "password"),
    ("mysql --password Geheim1 -e x", "Geheim1", "password"),
    ("create user a identified by 'T0p-S3cret'", "T0p-S3cret", "password"),
    ("ALTER USER sys IDENTIFIED BY tiger99;", "tiger99", "password"),
    (
        "IDENTIFIED WITH mysql_native_password AS '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'",
        "*2470C0",
        "password",
    ),
    ("ALTER ROLE x WITH PASSWORD 'pgS3cret'", "pgS3cret", "password"),
    ("SET PASSWORD FOR a = PASSWORD('old5tyle')", "old5tyle", "password"),
    ("mysql://icu:p%40ss@10.1.2.12:3306/icu", "p%40ss", "password"),
    ("redis://:r3dispw@10.1.2.5", "r3dispw", "password"),
    ("jdbc:mysql://h/icu?user=a&password=jdbcPw1&useSSL=false", "jdbcPw1", "password"),
    ("jdbc:oracle:thin:scott/tiger@//h:1521/his", "tiger", "password"),
    ("sqlplus -s system/manager1@orcl", "manager1", "password"),
    ("exp his/his_pw1 file=x.dmp", "his_pw1", "password"),
    ("requirepass foobared1", "foobared1", "password"),
    ("root:$6$saltsalt$Kq0pHashHashHash:19000:0:::", "Kq0pHashHashHash", "password"),
    ("数据库口令：Chn123口", "Chn123口", "password"),
    ("密码为abc12345，请改", "abc12345", "password"),
    ("Authorization: Bearer abc123def456ghi", "abc123def456ghi", "token"),
    ("Authorization: Basic aWN1OnNlY3JldA==", "aWN1OnNlY3JldA==", "token"),
    (f"got {JWT} back", JWT, "token"),
    ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE", "token"),
    ("?token=9f8e7d6c&page=2", "9f8e7d6c", "token"),
    ("access_token: ya29.a0Af", "ya29.a0Af", "token"),
    ("Cookie: JSESSIONID=5F3A9C1B2D", "5F3A9C1B2D", "token"),
    (f"cat id_rsa\n{KEY}\ndone", "MIIEowIBAAKCAQEA7v8Qq", "private_key"),
    (KEY[:60], "MIIEowIBAAKCAQEA7v8Qq", "private_key"),
    (KEY[32:], "AbCdEfGh12345678", "private_key"),
    ("姓名 张三 11010519491231002X 男", "11010519491231002X", "id_card"),
    ("id=11010519491231002x,", "11010519491231002x", "id_card"),
    ("sfz110105194912310 11010519491231002X.jpg", "11010519491231002X", "id_card"),
    ("110105 19491231 002X", "19491231", "id_card"),
    ("１１０１０５１９４９１２３１００２X", "１９４９", "id_card"),
    ("身份证号：110105491231002", "110105491231002", "id_card"),
    ("联系电话13800138000", "13800138000", "mobile"),
    ("phone_13800138000", "13800138000", "mobile"),
    ("phone number: 13800138000", "13800138000", "mobile"),
    ("member 13800138000", "13800138000", "mobile"),
    ("user13800138000 failed", "13800138000", "mobile"),
    ("+8613800138000", "13800138000", "mobile"),
    ("138-0013-8000 / 139 0013 8000", "0013", "mobile"),
    ("１３８００１３８０００", "８０００", "mobile"),
    ("医保号:A12345678", "A12345678", "medical_number"),
    ("病历号 0000123456", "0000123456", "medical_number"),
    ("住院号为ZY20260001", "ZY20260001", "medical_number"),
    ("患者ID：998877", "998877", "medical_number"),
    ("select * from t where patient_id = 12345678", "12345678", "medical_number"),
    ("PID|1||0012345^^^HIS||张^三||19800101|M", "张^三", "patient"),
]


@pytest.mark.parametrize(("text", "secret", "kind"), GUILTY)
def test_what_must_not_be_kept_is_masked_and_counted(text: str, secret: str, kind: str) -> None:
    redactor = Redactor()
    masked = redactor.redact(text)
    assert secret not in masked
    assert redactor.counts.get(kind, 0) >= 1
    assert redactor.redact(masked) == masked


INNOCENT = [
    "2026-11-21 09:30:12.123 +0800 20261121093012 1763688612123 1763688612",
    "订单 202611210000123456 已发送，流水 110105194912310021",
    "order 1234567890123456789012 trace 138001380001234",
    "10.1.2.11:6661 fe80::1 00:1a:2b:3c:4d:5e 172.16.139.200",
    "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 13800138000ab",
    "d41d8cd98f00b20413812345678e8427e",
    "openssl 3.0.11-1~deb12u2 mysql 10.11.6",
    "size=17179869184 total: 13812345678 used 15912345678 kB, 18612345678 bytes",
    "Log sequence number 13812345678",
    "load 0.13812345678",
    "innodb_buffer_pool_size\t17179869184\nHandler_read_rnd_next\t13812345678\nBytes_sent | 18612345678",
    "password_policy=on validate_password.length: 8 old_passwords=OFF",
    "PasswordAuthentication yes\nPermitEmptyPasswords no",
    "Access denied for user 'x'@'h' (using password: YES)",
    "Failed password for root from 10.1.2.3 port 5123 ssh2",
    "passwd: files systemd\nPWD=/opt/icu/bin\npassword: ********",
    "%ops ALL=(root) NOPASSWD: /usr/sbin/smartctl\ntemp ALL=NOPASSWD: ALL",
    "password=${DB_PASSWORD} pass: 12 fail: 0",
    "password    requisite     pam_pwquality.so retry=3",
    "Password expires : never; Last password change : Nov 21, 2026",
    "http://10.1.2.11:8080/login?a=b https://icu.example/x@y",
    "mkdir -p /backup/icu && ssh -p 2222 host && docker run -p8080:80 x",
    "mysqld --port=3306 --pid-file=/run/mysqld.pid -P 3307",
    "mysql -u hmaint -p icu",
    "Bearer authentication is required; token_count=5; tokens 3",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 SHA256:abcdefghijk",
    "今日门诊量 1234 住院人数 88 病历归档完成",
    "syntax error, unexpected token: '}'",
    "expire 2026 root 1 export 2/3 done",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_looks_like_a_secret_survives(text: str) -> None:
    redactor = Redactor()
    assert redactor.redact(text) == text
    assert not redactor.counts


def test_only_the_value_goes_and_its_neighbours_stay() -> None:
    assert (
        Redactor().redact('{"user": "icu", "password": "p1x", "host": "10.1.2.12"}')
        == '{"user": "icu", "password": "[口令]", "host": "10.1.2.12"}'
    )
    assert Redactor().redact("a=1&password=p1x&useSSL=false") == "a=1&password=[口令]&useSSL=false"


@pytest.mark.parametrize(
    "form",
    [
        lambda s: s,
        lambda s: quote(s, safe=""),
        lambda s: b64encode(s.encode()).decode(),
        lambda s: b64encode(b"icu:" + s.encode()).decode(),
        lambda s: b64encode(b"ic:" + s.encode() + b"!").decode(),
        lambda s: s.encode().hex(),
        lambda s: s.replace("'", "''"),
    ],
)
def test_a_secret_of_this_run_is_masked_in_every_form(form: object) -> None:
    secret = "geheim/wort 中'9"
    text = form(secret)  # type: ignore[operator]
    masked = Redactor(secrets=(secret,)).redact(f"a {text} b")
    assert "[口令]" in masked
    assert text not in masked


def test_a_short_secret_is_masked_as_a_word_only() -> None:
    redactor = Redactor(secrets=("root12", "icu"))
    assert redactor.redact("root12 root123 icu") == "[口令] root123 icu"


def test_a_secret_shows_in_no_repr() -> None:
    assert "geheimwort" not in repr(Redactor(secrets=("geheimwort",)))


def test_patterns_of_the_inventory_are_masked_and_counted() -> None:
    redactor = Redactor(patterns=(r"MRN\d{6,10}", r"^ZY\d+"))
    assert redactor.redact("x MRN123456\nZY99 end") == "x [已遮盖]\n[已遮盖] end"
    assert redactor.counts == {"custom": 2}


def test_patterns_are_found_wherever_they_stand_in_a_long_line() -> None:
    for before in (0, 500, 511, 512, 513, 1020, 1024, 4000):
        masked = Redactor(patterns=(r"MRN\d{6,10}",)).redact("x" * before + "MRN1234567" + "y" * 2000)
        assert masked == "x" * before + "[已遮盖]" + "y" * 2000


def test_a_pattern_that_could_run_away_is_refused() -> None:
    with pytest.raises(ValueError, match="重复里面再有重复"):
        Redactor(patterns=(r"(\d+)+x",))


def test_rows_are_masked_by_what_they_say_and_by_their_columns() -> None:
    rows = (
        {"user": "root", "password": "x1y2z3", "mobile": 13800138000, "size": 17179869184, "病历号": 123456},
    )
    assert Redactor().redact_rows(rows) == (
        {
            "user": "root",
            "password": "[口令]",
            "mobile": "[手机号]",
            "size": 17179869184,
            "病历号": "[医疗号码]",
        },
    )


def test_rows_that_are_only_figures_and_flags_survive() -> None:
    rows = (
        {
            "n": 13800138000,
            "password": "x",
            "has_password": "no",
            "pct": 1.5,
            "on": True,
            "none": None,
            "tel": "",
        },
    )
    assert Redactor().redact_rows(rows) == rows


@pytest.mark.parametrize("state", ["shadow", "empty", "locked", "here", 0, 1])
def test_a_column_that_tells_whether_there_is_a_password_survives(state: str | int) -> None:
    rows = (
        {"user": "icu", "password": state, "empty_password": 1, "手机号数量": 12345, "has_token": "maybe"},
    )
    assert Redactor().redact_rows(rows) == rows


def test_a_variable_that_a_database_tells_as_text_survives() -> None:
    rows = (
        {"variable_name": "innodb_buffer_pool_size", "value": "17179869184"},
        {"index_size": "13812345678"},
    )
    assert Redactor().redact_rows(rows) == rows
    assert Redactor().redact_rows(({"lxr": "13812345678"},)) == ({"lxr": "[手机号]"},)


def test_a_card_number_is_masked_under_any_name() -> None:
    assert Redactor().redact_rows(({"value": "110101199003070118", "size": 110101199003070118},)) == (
        {"value": "[身份证]", "size": "[身份证]"},
    )


def test_a_password_column_is_masked_even_where_it_is_a_number() -> None:
    assert Redactor().redact_rows(({"db_password": 123456, "user_token": "q1w2"},)) == (
        {"db_password": "[口令]", "user_token": "[口令]"},
    )


def test_a_secret_learnt_later_is_masked_from_then_on() -> None:
    redactor = Redactor()
    redactor.learn("geheimwort")
    assert redactor.redact("a geheimwort b") == "a [口令] b"


def test_threads_may_share_one_redactor() -> None:
    redactor = Redactor()
    threads = [
        Thread(target=lambda: [redactor.redact("password=abc1x") for _ in range(200)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert redactor.counts == {"password": 800}


HOSTILE = [
    "password=",
    "eyJhbGci.",
    "eyJ",
    "-----BEGIN RSA PRIVATE KEY-----",
    "://a:",
    " -p",
    "mysql -px ",
    "identified by ",
    "11010519491231002X",
    "1" * 50,
    "138",
    '"password": "\\',
    "sqlplus a/",
    "病历号",
    "PID|",
    "$6$",
    "token:",
    "bearer ",
    "MIIEowIBAAKCAQEA7v8Qq\n",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_costs_in_proportion_to_its_length(piece: str) -> None:
    # Whatever shares the core may upset one measurement; what grows by the square fails both.
    assert _in_proportion(piece) or _in_proportion(piece)


def _in_proportion(piece: str) -> bool:
    small, large = (_cost(piece * (size // len(piece))) for size in (50_000, 400_000))
    return large < 40 * max(small, 0.005)


def _cost(text: str) -> float:
    redactor = Redactor(patterns=(r"\d+X",), secrets=("password=eyJ",))
    begun = time.thread_time()
    redactor.redact(text)
    return time.thread_time() - begun


_PIECES = st.sampled_from(
    [
        "", "ok", "12", "hmaint", "[手机号]", "\n", " ", "=", ":", "a" * 40, "1700000000000", "17179869184",
        "13812345678", "11010519491231002X", "password", "password=s3cret", "Bearer abc.def.ghi",
        "-----BEGIN RSA PRIVATE KEY-----",
        "MIIEpAIBAAKCAQEA7bq7Jx", "住院号：0012345", "hunter2-secret",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk",
    ]
)  # fmt: skip
_CELLS = st.one_of(
    st.lists(_PIECES, max_size=3).map("".join),
    st.sampled_from([110105194912310021, 13812345678, 5]),
    st.none(),
    st.booleans(),
    st.text(max_size=12),
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["line", "size", "a", "patient_id"]), _CELLS, max_size=3), max_size=5
    )
)
def test_looking_at_all_cells_together_masks_what_looking_at_each_does(rows: list[dict[str, object]]) -> None:
    redactor = Redactor(secrets=("hunter2-secret",))
    assert redactor.redact_rows(rows) == redactor._each(rows)


def test_a_secret_learnt_later_is_masked_in_text_that_was_seen_before():
    redactor = Redactor()
    assert redactor.redact("log in as tiger-4711") == "log in as tiger-4711"
    redactor.learn("tiger-4711")
    assert "tiger-4711" not in redactor.redact("log in as tiger-4711")


def test_the_same_text_twice_counts_twice():
    redactor = Redactor()
    assert redactor.redact("password=hunter2x") == redactor.redact("password=hunter2x")
    assert sum(redactor.counts.values()) == 2

"""What Oracle alone makes dangerous: refused; and what only looks like it: sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.database.guard import refusal
from hmaint.database.tokens import Unclear, cut

INNOCENT = [
    "select status from v$instance",
    "select a.serial#, b.sid from v$session a, v$lock b where a.sid = b.sid(+)",
    "select a.n from t a, u b where a.id = b.id ( + ) and b.kind(+) = 'x'",
    "select q'[it's; delete from t]' as x from dual",
    "select nq'{a'b}' , Q'!it's!' , q'(x)' from dual",
    "select 'a\\' as x, 'b' as y from dual",
    "select name from t where name like 'a!_%' escape '!' or name like 'b\\_%' escape '\\'",
    "with t as (select 1 as a from dual) select a from t",
    "select replace(name, 'a', 'b'), nvl(x, 0), extract(day from sysdate - a) from t",
    "select job_name from dba_scheduler_jobs where owner <> 'SYS'",
    "select count(*) from dba_external_tables",
    "select max(x) keep (dense_rank last order by y), listagg(a, ',') within group (order by a) from t",
    "select table_name from dba_tables where table_name in ('A') and external = 'NO'",
    "select u.name from t u where u.kind in (1, 2) and exists (select 1 from v where v.a = u.a)",
    "select /* --+ full(t) */ a from t",
    "select a -- plain words\n from t",
]

GUILTY = [
    "select name from t@his_link",
    "select name from his.t @ link",
    "select dbms_lock.sleep(9) from dual",
    "select sys.dbms_lock.sleep(9) from dual",
    'select "DBMS_LOCK"."SLEEP"(9) from dual',
    "select dbms_random.random from dual",
    "select utl_http.request('http://10.9.9.9/') from dual",
    "select his.pay_out(1) from dual",
    "select his . pay_out (1) from dual",
    "select his.seq.nextval from dual",
    "select seq.NEXTVAL from dual",
    'select seq."NEXTVAL" from dual',
    "select httpuritype('http://x').getclob() from dual",
    "select xmltype('<!DOCTYPE x SYSTEM \"http://x/\">') from dual",
    "select bfilename('D', 'x') from dual",
    "select * from xmltable('doc(\"http://x\")')",
    "select * from table(pay_out)",
    "select * from table(his.pay_out())",
    "select * from external ((a int) type oracle_loader location ('x'))",
    "with function f return number is begin delete from t; return 1; end; select f from dual",
    "with procedure p is begin null; end; select 1 from dual",
    "explain plan for select 1 from dual",
    "describe t",
    "show parameter x",
    "begin null; end;",
    "declare x number; begin null; end;",
    "alter session set nls_sort = binary",
    "select a from t for update",
    "select a from t for update skip locked",
    "select a into b from t",
    "select /*+ full(t) */ a from t",
    "select --+ full(t)\n a from t",
    "select q'[open from t",
    "select q'[x]', 1 from t; delete from t",
    "select q'[x'] , 1 from t where a = q'[]'; delete from t --]'",
]


@pytest.mark.parametrize("sql", INNOCENT)
def test_what_reads_is_sent(sql: str) -> None:
    assert refusal(sql, "oracle") is None


@pytest.mark.parametrize("sql", GUILTY)
def test_what_acts_is_refused(sql: str) -> None:
    assert refusal(sql, "oracle") is not None


@given(st.sampled_from("[({<!|#"), st.text(alphabet="a'];)}>--/*\n", max_size=12))
def test_a_delimited_text_ends_where_oracle_ends_it(opening: str, body: str) -> None:
    closing = {"[": "]", "(": ")", "{": "}", "<": ">"}.get(opening, opening) + "'"
    sql = f"select q'{opening}{body}{closing} from dual"  # noqa: S608 - only cut, never sent
    inside = (body + closing).index(closing)
    try:
        token = cut(sql, "oracle")[1]
    except Unclear:
        return
    assert (token.kind, token.text) == ("string", body[:inside] if inside < len(body) else body)

"""The statement guard for SQL Server: T-SQL needs no semicolon between two statements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.database.guard import refusal

INNOCENT = [
    "select 1",
    "select @@version as v;",
    "select [a;b], [it's], [drop table x], [x]]; delete from t] from [his].[dbo].[t]",
    'select "update" from t',
    "select N'insert into t; drop table x' as note -- exec sp_who",
    "select 1 /* a /* nested; delete from t */ still */ as a",
    "with a as (select 1 as n), b as (select n from a) select n from b",
    "select 1 as n union all select 2 union select 3 except select 4 intersect select 5",
    "(select 1) union all (select 2)",
    "select a from (select 1 as a union all select 2) x where a in (select 1) and exists (select 1)",
    "select name from msdb.dbo.backupset where type = 'D'",
    "select s.value from sys.dm_os_volume_stats(1, 1) s",
    "select top (10) d.name from sys.databases d cross apply sys.dm_db_log_info(d.database_id) l",
    "select case when 1 = 1 then 1 else 0 end as [end]",
    "select replace(name, 'a', 'b'), d.[set], e.kill from t d, u e",
    "select stuff((select ',' + name from sys.objects for xml path('')), 1, 1, '')",
    "select is_auto_close_on, last_execution_time, open_tran_count, transaction_id from t",
    "select row_number() over (partition by a order by b desc) from t",
    "select name from t order by a offset 5 rows",
    "select t.c.value('(/a/b)[1]', 'int') from x.nodes('/a') t(c)",
    "select sum(1.5) from a.b.c",
]

GUILTY = [
    "select 1 select 2",
    "select 1 delete from t",
    "select 1\nexec sp_configure 'show advanced options', 1",
    "select 1 execute('drop table t')",
    "select 1 waitfor delay '00:10'",
    "select 1 shutdown with nowait",
    "select 1 kill 55",
    "select 1 dbcc checkdb",
    "select 1 backup database his to disk = 'nul'",
    "select 1 restore database his from disk = 'x'",
    "select 1 use master",
    "select 1 set transaction isolation level serializable",
    "select 1 begin tran",
    "select 1 commit",
    "select 1 declare @x int",
    "select 1 while 1 = 1 select 2",
    "select 1 if 1 = 1 select 2",
    "select 1 print 'x'",
    "select 1 raiserror('x', 20, 1) with log",
    "select 1 reconfigure",
    "select 1 checkpoint",
    "select 1 truncate table t",
    "select 1 merge t using u on 1 = 1 when matched then delete;",
    "select 1 bulk insert t from 'x'",
    "select 1 deny select to public",
    "select 1 revert",
    "select 1 receive top (1) * from q",
    "select 1 throw 50000, 'x', 1",
    "select 1 disable trigger all on t",
    "select 1\ngo\ndrop table t",
    "select 1\nGO",
    "select * into t2 from t",
    "select * into #t from t",
    "select @x = 1 into t from u",
    "select * from openrowset('SQLNCLI', 'x', 'delete from t')",
    "select * from openrowset(bulk 'c:/x', single_clob) x",
    "select * from openquery(linked, 'delete from t')",
    "select * from [openquery](linked, 'delete from t')",
    "select * from opendatasource('SQLNCLI', 'x').his.dbo.t",
    "select * from linked.his.dbo.t",
    "select * from linked...t",
    "select * from [linked] . [his] /* x */ . dbo.t",
    'select * from "linked".his..t',
    "select * from t with (tablockx, holdlock)",
    "select * from t (updlock)",
    "select * from t with (xlock)",
    "select 1 option (querytraceon 8780)",
    "select next value for s",
    "select * from sys.fn_dblog(null, null)",
    "select * from fn_dump_dblog(null)",
    "select * from sys.[fn_dblog](null, null)",
    "select * from sys.fn_trace_gettable('c:/x.trc', 1)",
    "select * from sys.fn_xe_file_target_read_file('x', null, null, null)",
    "select * from sys.dm_os_enumerate_filesystem('c:/', '*')",
    "select {fn now()}",
    "{call sp_who}",
    "exec sp_who",
    "sp_who",
    "xp_cmdshell 'dir'",
    "execute sp_who",
    "dbcc checkdb",
    "waitfor delay '1:00'",
    "use master",
    "declare @x int",
    "show tables",
    "describe t",
    "values (1)",
    "table t",
    "with a as (select 1 as n) delete from a",
    "with a as (select 1 as n) select n from a delete from t",
    "with a as (select 1 as n select 2 as n) select n from a",
    "select 1 from (select 1 as a select 2 as b) x",
    "select 1 union all select 2 select 3",
    "select (select 1) select 2",
    "select `a` from t",
    "select 1 /* /* */ delete from t",
    "select [a]]; delete from t",
    "select 1 -- x\u2028delete from t",
    "select 1 -- x\x85delete from t",
    "select 1 ｄｅｌｅｔｅ from t",
    "select 1 ＥＸＥＣ sp_who",
    "select 1;\ndelete from t",
    "select (1",
    "select 1)",
]


@pytest.mark.parametrize("sql", INNOCENT)
def test_reading_passes(sql: str) -> None:
    assert refusal(sql, "sqlserver") is None


@pytest.mark.parametrize("sql", GUILTY)
def test_whatever_does_more_than_read_is_refused(sql: str) -> None:
    assert refusal(sql, "sqlserver")


_SECOND = ["delete from t", "exec sp_who", "select 2", "kill 5", "waitfor delay '1:00'", "drop table t"]


@given(st.text("'\"`[];-#/*() \n\\aé", max_size=12), st.sampled_from(_SECOND))
def test_no_prefix_hides_a_second_statement_without_a_semicolon(noise: str, second: str) -> None:
    """Whatever stands before it: it is refused, or inside one quote or comment to the end."""
    verdict = refusal(f"select 1 {noise} {second}", "sqlserver")
    inside = refusal(f"select 1 {noise} ){{", "sqlserver")
    assert verdict or inside is None


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(sql: str) -> None:
    answer = refusal(sql, "sqlserver")
    assert answer is None or answer

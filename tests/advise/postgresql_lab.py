"""A hospital's schema in PostgreSQL with defects of many kinds, its healthy twin, and the same day's work on both."""

from __future__ import annotations

import pytest
from psycopg.errors import UniqueViolation

from tests.services.postgresql import PostgreSQL

ILL_SETTINGS = (
    "shared_preload_libraries = 'pg_stat_statements'",
    "fsync = off",
    "full_page_writes = off",
    "zero_damaged_pages = on",
    "ignore_checksum_failure = on",
    "synchronous_commit = off",
    "autovacuum = off",
    "effective_cache_size = 8MB",
    "default_statistics_target = 10",
    "random_page_cost = 0.5",
    "max_connections = 510",
    "max_prepared_transactions = 2",
    "checkpoint_completion_target = 0.3",
    "checkpoint_timeout = 60s",
    "log_checkpoints = off",
    "log_autovacuum_min_duration = -1",
    "enable_hashjoin = off",
    "wal_level = logical",
)
HEALTHY_SETTINGS = (
    "shared_preload_libraries = 'pg_stat_statements'",
    "log_min_duration_statement = 1000",
    "log_lock_waits = on",
    "idle_in_transaction_session_timeout = 30min",
    "checkpoint_timeout = 15min",
    "random_page_cost = 1.1",
    "autovacuum_naptime = 1h",
)
"""A cleaner that comes by in the middle of a test would change what is compared."""

ROWS = 40_000
PASSWORD = "long enough"
AGAIN = "-- in a session of its own\n"

_FACTS = f"""
insert into bed select i, 'ward ' || i % 20 from generate_series(1, 200) i;
insert into vital (bed, taken, kind, name, note)
  select i % 200 + 1, timestamptz '2026-01-01' + i * interval '1 minute', i % 3, 'name ' || i, repeat('x', 150)
  from generate_series(1, {ROWS}) i;
insert into doctor_order (bed, drug) select i % 200 + 1, 'drug ' || i from generate_series(1, 12000) i;
"""  # noqa: S608 - constants of our own

_COMMON = """
create extension pg_stat_statements;
create schema his;
set search_path = his;
create table bed (id int primary key, ward text not null);
"""

ILL = f"""
{_COMMON}
create table vital (id serial primary key, bed int not null, taken timestamptz not null, kind int not null,
  name text, note text);
create index vital_kind on vital (kind);
create index vital_taken on vital (taken);
create index vital_taken_again on vital (taken);
create index vital_taken_bed on vital (taken, bed);
create table doctor_order (id int generated always as identity primary key, bed int not null references bed,
  drug text) with (autovacuum_enabled = false);
{_FACTS}
create table device_log (at timestamptz, said text) with (fillfactor = 50);
insert into device_log select now(), 'said ' || i from generate_series(1, 15000) i;
create unlogged table queue (id int primary key, body text);
insert into queue select i, 'x' from generate_series(1, 100) i;
create table price (code numeric primary key);
create table bill (id int primary key, code int references price, paid int);
alter table bill add constraint paid check (paid >= 0) not valid;
insert into bill select i, null, i from generate_series(1, 200) i;
create table panel (id int primary key, {", ".join(f"c{n} int" for n in range(110))});
create table pump (at date not null, id int, primary key (at, id)) partition by range (at);
do $$ begin execute format('create table pump_last partition of pump for values from (%L) to (%L)',
  current_date - 30, current_date + 3); end $$;
create table event (at date not null, id int, primary key (at, id)) partition by range (at);
create table event_old partition of event for values from ('2020-01-01') to ('2026-01-01');
create table event_rest partition of event default;
insert into event select '2026-06-01', i from generate_series(1, 12000) i;
create index event_id on only event (id);
create table idle (id int primary key, code text);
insert into idle select i, md5(i::text) || repeat('y', 100) from generate_series(1, 40000) i;
create index idle_code on idle (code);
create table churn (id int primary key, body text);
insert into churn select i, md5(i::text) || repeat('z', 180) from generate_series(1, 30000) i;
create index churn_body on churn (body);
delete from churn where id % 10 <> 0;
create table wound (id int primary key, at int);
insert into wound select i, i from generate_series(1, 12000) i;
alter table wound alter at set statistics 0;
select setval('vital_id_seq', 2000000000);
{AGAIN}
analyze;
set search_path = his;
update churn set id = id;
insert into doctor_order (bed, drug) select 1, 'x' from generate_series(1, 9000);
create table fresh (id int primary key, at int);
insert into fresh select i, i from generate_series(1, 6000) i;
create table gone (id int primary key);
insert into gone select i from generate_series(1, 30000) i;
delete from gone where id > 5000;
"""  # noqa: S608 - constants of our own

HEALTHY = f"""
{_COMMON}
create table vital (id bigserial primary key, bed int not null references bed, taken timestamptz not null, kind
  int not null, name text, note text);
create index vital_bed on vital (bed);
create index vital_taken on vital (taken);
create index vital_name on vital (name);
create index vital_lower on vital (lower(name));
create table doctor_order (id bigint generated always as identity primary key, bed int not null references bed,
  drug text);
create index doctor_order_bed on doctor_order (bed);
{_FACTS}
create table pump (at date not null, id int, primary key (at, id)) partition by range (at);
create table pump_next partition of pump for values from ('2020-01-01') to ('2999-01-01');
create table event (at date not null, id int, primary key (at, id)) partition by range (at);
create table event_rest partition of event default;
create table archive (at date not null, id int, primary key (at, id)) partition by range (at);
create table archive_1 partition of archive for values from ('2010-01-01') to ('2011-01-01');
create index archive_id on archive (id);
create table partial (id int primary key, state int not null, code text);
create index partial_open on partial (code) where state = 0;
create index partial_code on partial (code, state);
create unique index partial_state on partial (state, id);
{AGAIN}
vacuum analyze;
"""
READER = """
grant usage on schema his to hmaint_ro;
grant select on all tables in schema his to hmaint_ro;
grant select on all sequences in schema his to hmaint_ro;
"""
WORK = (
    "select id, taken from his.vital where name = %s",
    "select count(*) from his.vital v where lower(v.name) = %s",
    "select taken from his.vital where taken = %s",
)


def build(server: PostgreSQL, schema: str, database: str = "his") -> None:
    """Make the database with its accounts; a session of its own for each part, whose counters are told as it ends."""
    server.admin(f"create database {database}")
    server.admin(
        "do $$ begin if not exists (select 1 from pg_roles where rolname = 'hmaint_ro') then "
        "create role hmaint_ro login password 'long enough'; grant pg_monitor to hmaint_ro; end if; end $$"
    )
    for part in (*schema.split(AGAIN), READER):
        server.admin(*[each for each in part.split(";\n") if each.strip()], database=database)


def work(server: PostgreSQL, database: str = "his") -> None:
    """What a morning asks of the vital signs, with values as a program binds them."""
    with server.connect(database) as connection:
        for n in range(30):
            connection.execute(WORK[0], (f"name {n}",))
            connection.execute(WORK[1], (f"name {n}",))
            connection.execute(WORK[2], ("2026-01-02",))
            connection.execute("select relname from pg_class where relname = %s", ("bed",))


def leave_an_invalid_index(server: PostgreSQL) -> None:
    """As an interrupted CREATE INDEX CONCURRENTLY leaves it: a doubled value is met at the end."""
    with pytest.raises(UniqueViolation):
        server.admin("create unique index concurrently bed_ward on his.bed (ward)", database="his")

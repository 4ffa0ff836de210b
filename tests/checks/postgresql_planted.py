"""What a healthy PostgreSQL database holds for the catalogue to look at, and what an ill one does."""

from __future__ import annotations

HEALTHY = (
    "create table stay (id int primary key, bed bigint not null references bed, paid numeric)",
    "create index stay_bed on stay (bed)",
    """create function stamp() returns trigger language plpgsql security definer set search_path = pg_catalog
    as 'begin return new; end'""",
    "create trigger stamped before insert on stay for each row execute function stamp()",
    "create table vital (at timestamptz not null, id int, primary key (at, id)) partition by range (at)",
    "create table vital_next partition of vital for values from ('2020-01-01') to ('2999-01-01')",
    "create table pump (at date not null, id int, primary key (at, id)) partition by range (at)",
    "create table pump_rest partition of pump default",
    "create table archive (at date not null, id int, primary key (at, id)) partition by range (at)",
    "create table archive_1 partition of archive for values from ('2010-01-01') to ('2011-01-01')",
    "create extension pg_trgm",
)
ILL = (
    "create index bed_n on bed (n)",
    "create index bed_n_again on bed (n)",
    "create index bed_n_id on bed (n, id)",
    "alter table twice add constraint high check (n <> 99) not valid",
    "create table stay (id int primary key, bed int not null references bed)",
    "insert into stay select i, i from generate_series(1, 15000) i",
    "analyze stay",
    "alter table stay disable trigger all",
    "create table vital (at date not null, id int, primary key (at, id)) partition by range (at)",
    """do $$ begin execute format('create table vital_now partition of vital for values from (%L) to (%L)',
    current_date - 30, current_date + 3); end $$""",
    "create table bill (id int primary key, total_fee float8)",
    "grant select on bill to public",
    "create table bed_bak_20260101 (id int primary key)",
    "create function peek() returns int language sql security definer as 'select 1'",
    "create language plunsafe handler plpgsql_call_handler",
    "create extension pg_trgm version '1.3'",
    "create role runner login password 'long enough'",
    "grant pg_execute_server_program to runner",
    "create publication beds for table bed",
    "create subscription feed connection 'host=127.0.0.1 port=1 dbname=x' publication beds with (connect = false)",
    "alter subscription feed enable",
    "create database icu template template0 locale_provider icu icu_locale 'zh'",
    "update pg_database set datcollversion = '1.0' where datname = 'icu'",
)
CRON = """\
create schema cron;
create table cron.job_run_details (
  runid bigint primary key, username text, command text, status text, start_time timestamptz);
alter table cron.job_run_details enable row level security;
create policy own on cron.job_run_details using (username = current_user);
insert into cron.job_run_details values (1, 'postgres', 'select', '{status}', now());
alter role hmaint_ro bypassrls;
grant usage on schema cron to hmaint_ro;
grant select (start_time, status) on cron.job_run_details to hmaint_ro"""
"""The log of pg_cron as its documentation describes it: every account sees its own runs."""

"""A small hospital in a database, so that every check of a catalogue has something to look at; sound throughout."""

from __future__ import annotations

from tests.services.mariadb import MariaDB
from tests.services.mysql import MySQL, MySQL56

_BY_DAY = "partition by range (to_days(day)) (partition p values less than (to_days('2090-01-01')))"
HIS = (
    "create database his default character set utf8mb4",
    "create table his.patient (id int primary key auto_increment, name varchar(40), born date, key by_name (name))",
    "create table his.visit (id int primary key auto_increment, patient int, fee decimal(10,2), note varchar(60))",
    "alter table his.visit add key by_patient (patient), add foreign key (patient) references his.patient (id)",
    f"create table his.message (id int, day date, primary key (id, day)) {_BY_DAY}",
    "create table his.old_code (id int primary key, word varchar(20))",
    "insert into his.patient (name, born) values ('𠮷田', '1950-01-01'), ('王', '1960-02-03'), ('李', '1971-04-05')",
    "insert into his.visit (patient, fee, note) select id, 12.50, '门诊' from his.patient",
    *("insert into his.visit (patient, fee, note) select patient, fee, note from his.visit",) * 9,
    "create view his.today as select id, patient from his.visit where fee > 0",
    "create procedure his.tidy() do 0",
    "create event his.nightly on schedule every 1 day do delete from his.old_code where id < 0",
    "create database PERCONA_SCHEMA",
    "create table PERCONA_SCHEMA.xtrabackup_history (end_time datetime)",
    "insert into PERCONA_SCHEMA.xtrabackup_history values (now() - interval 3 hour)",
)
_DAILY = (
    "select count(*) from visit v join patient p on p.id = v.patient where p.name = '王'",
    "select note, count(*) from visit group by note order by note",
    "select max(fee) from visit",
)


def furnish(server: MariaDB) -> None:
    """Lay out the hospital's database and let a day's work run over it."""
    server.admin(*HIS)
    if not isinstance(server, MySQL):
        server.admin(
            "create table mysql.mariadb_backup_history (end_time datetime)",
            "insert into mysql.mariadb_backup_history values (now() - interval 3 hour)",
        )
    for _ in range(3):
        for statement in _DAILY:
            server.admin(statement, database="his")


def follow(replica: MariaDB, primary: MariaDB) -> None:
    """Make one server replay what the other writes from now on, in the words of its age."""
    status = "show binary log status" if _is_new(primary) else "show master status"
    ((file, position, *_),) = primary.admin(status)
    if _is_new(replica):
        replica.admin(
            f"change replication source to source_host='127.0.0.1', source_port={primary.port}, source_user='copier',"
            f" source_password='Long enough 1!', source_log_file='{file}', source_log_pos={position}, source_ssl=1",
            "start replica",
        )
    else:
        replica.admin(
            f"change master to master_host='127.0.0.1', master_port={primary.port}, master_user='copier',"
            f" master_password='Long enough 1!', master_log_file='{file}', master_log_pos={position}",
            "start slave",
        )


def allow_copying(primary: MariaDB) -> None:
    """An account replicas log in with."""
    if isinstance(primary, MySQL56) or not isinstance(primary, MySQL):
        primary.admin("grant replication slave on *.* to copier@127.0.0.1 identified by 'Long enough 1!'")
    else:
        primary.admin(
            "create user copier@127.0.0.1 identified by 'Long enough 1!'",
            "grant replication slave on *.* to copier@127.0.0.1",
        )


def _is_new(server: MariaDB) -> bool:
    return isinstance(server, MySQL) and not isinstance(server, MySQL56)

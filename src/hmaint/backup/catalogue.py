"""What Oracle and SQL Server know themselves of their backups: the questions, by name, and nothing else.

Sources: Oracle Database Reference 19c (V$RMAN_BACKUP_JOB_DETAILS, V$BACKUP_DATAFILE, V$BACKUP_SPFILE,
V$ARCHIVED_LOG, V$BACKUP_PIECE, V$DATABASE_BLOCK_CORRUPTION, all since 11.2); SQL Server documentation
(msdb.dbo.backupset, backupmediafamily, suspect_pages, since 2008).
"""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.inventory import Backup
from hmaint.model.look import Query

KINDS: Mapping[str, str] = {"rman": "oracle", "sqlserver": "sqlserver"}
"""The kinds of backup that are judged by the catalogue, and the engine each belongs to."""

_ORACLE = {
    "jobs": """select input_type, status, round((sysdate - start_time) * 24, 2) as started_hours,
 round((sysdate - end_time) * 24, 2) as ended_hours, output_bytes, output_device_type
 from v$rman_backup_job_details where start_time > sysdate - 40 order by start_time desc""",
    "files": """select count(*) as files, sum(case when b.newest is null then 1 else 0 end) as never,
 round(max(sysdate - b.newest) * 24, 2) as oldest_hours
 from v$datafile d left join (select file# as id, max(completion_time) as newest from v$backup_datafile
 where file# > 0 group by file#) b on b.id = d.file#""",
    "controlfile": """select round((sysdate - max(completion_time)) * 24, 2) as hours
 from v$backup_datafile where file# = 0""",
    "spfile": "select round((sysdate - max(completion_time)) * 24, 2) as hours from v$backup_spfile",
    "archivelog": """select d.log_mode, (select count(*) from v$archived_log a
 where a.standby_dest = 'NO' and a.archived = 'YES' and a.backup_count = 0
 and a.completion_time < sysdate - 1) as unsaved from v$database d""",
    "corrupt": "select count(*) as blocks from v$database_block_corruption",
    "pieces": "select count(*) as lost from v$backup_piece where status in ('X', 'U')",
}
_SQLSERVER = {
    "sets": """select top 300 s.type, datediff(minute, s.backup_finish_date, getdate()) as minutes, s.backup_size,
 s.has_backup_checksums, s.is_damaged, s.is_copy_only, cast(s.first_lsn as varchar(30)) as first_lsn,
 cast(s.last_lsn as varchar(30)) as last_lsn, cast(s.database_backup_lsn as varchar(30)) as base_lsn,
 cast(s.checkpoint_lsn as varchar(30)) as checkpoint_lsn, f.physical_device_name as place
 from msdb.dbo.backupset s join msdb.dbo.backupmediafamily f on f.media_set_id = s.media_set_id
 where s.database_name = :name and s.backup_finish_date > dateadd(day, -40, getdate())
 order by s.backup_finish_date desc""",
    "model": "select recovery_model_desc as model from sys.databases where name = :name",
    "suspect": "select count(*) as pages from msdb.dbo.suspect_pages where event_type in (1, 2, 3)",
}


def queries(backup: Backup, database: str) -> dict[str, Query]:
    """The questions for a backup of a catalogue's kind, by name; none for others."""
    if backup.kind == "rman":
        return {name: Query(sql) for name, sql in _ORACLE.items()}
    if backup.kind == "sqlserver":
        return {
            name: Query(sql, (("name", database),) if ":name" in sql else ())
            for name, sql in _SQLSERVER.items()
        }
    return {}

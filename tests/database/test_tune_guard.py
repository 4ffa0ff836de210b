"""Only statements of known shape are sent to tune a database: each that may pass has a twin that must not."""

from __future__ import annotations

import pytest

from hmaint.database.tune_guard import refuse_tuning

_MAY = [
    ("mysql", "ALTER TABLE `icu`.`a b` ADD INDEX `ix` (`a`, `b`(10)), ALGORITHM=INPLACE, LOCK=NONE"),
    ("mysql", "CREATE INDEX `x` ON `icu`.`t` (`a` DESC)"),
    ("mysql", "ALTER TABLE `i`.`t` ALTER INDEX `x` IGNORED"),
    ("mysql", "ALTER TABLE t ALTER INDEX x NOT IGNORED"),
    ("mysql", "ALTER TABLE `a`.`b` DROP INDEX `c`, ALGORITHM=INPLACE, LOCK=NONE"),
    ("mysql", "ALTER TABLE `a`.`drop table x` ENGINE=InnoDB"),
    ("mysql", "ANALYZE TABLE `a`.`b`"),
    ("mysql", "OPTIMIZE TABLE `a`.`b`"),
    ("mysql", "SET GLOBAL long_query_time = 0.5"),
    ("mysql", "SET GLOBAL init_connect = 'x,y'"),
    ("postgresql", 'CREATE INDEX CONCURRENTLY "x" ON "s"."t" ("a", lower("b")) WHERE a = 1'),
    ("postgresql", 'DROP INDEX CONCURRENTLY "s"."x"'),
    ("postgresql", "ALTER SYSTEM SET work_mem = '64MB'"),
    ("postgresql", "SELECT pg_reload_conf()"),
    ("postgresql", 'VACUUM (ANALYZE) "s"."t"'),
    ("postgresql", 'REINDEX INDEX CONCURRENTLY "s"."x"'),
    ("postgresql", 'ALTER TABLE "s"."t" SET (autovacuum_vacuum_scale_factor = 0.02)'),
    ("sqlite", 'CREATE INDEX "x" ON "t" ("a")'),
    ("sqlite", 'DROP INDEX "x"'),
    ("sqlite", "ANALYZE"),
    ("sqlite", "VACUUM"),
]
_MUST_NOT = [
    ("mysql", "DROP TABLE `a`"),
    ("mysql", "ALTER TABLE `a` ADD INDEX `i` (`a`), DROP COLUMN `b`"),
    ("mysql", "ALTER TABLE `a` ADD UNIQUE INDEX i (a)"),
    ("mysql", "ALTER TABLE `a` ENGINE=MyISAM"),
    ("mysql", "SET GLOBAL read_only = 0; DROP TABLE x"),
    ("mysql", "SET GLOBAL x = (select 1)"),
    ("mysql", "DELETE FROM a"),
    ("mysql", "ANALYZE TABLE a /*! ; */"),
    ("mysql", "OPTIMIZE TABLE a; DROP TABLE b"),
    ("mysql", "ALTER TABLE `a`` , DROP COLUMN `b` ENGINE=InnoDB"),
    ("postgresql", "VACUUM FULL t"),
    ("postgresql", "VACUUM (FULL) t"),
    ("postgresql", "CREATE UNIQUE INDEX CONCURRENTLY x ON t (a)"),
    ("postgresql", "CREATE INDEX x ON t (a)"),
    ("postgresql", "DROP INDEX x"),
    ("postgresql", "ALTER TABLE t SET (autovacuum_enabled = false), DROP COLUMN a"),
    ("postgresql", "SELECT pg_sleep(1)"),
    ("postgresql", "ALTER SYSTEM SET a = 1; DROP TABLE b"),
    ("sqlite", "DROP TABLE orders"),
    ("sqlite", "PRAGMA writable_schema=1"),
    ("sqlite", "CREATE TABLE x (a)"),
    ("oracle", "CREATE INDEX x ON t (a)"),
    ("sqlserver", "CREATE INDEX x ON t (a)"),
]


@pytest.mark.parametrize(("engine", "statement"), _MAY)
def test_a_statement_that_tunes_may_be_sent(engine: str, statement: str) -> None:
    assert refuse_tuning(statement, engine) is None


@pytest.mark.parametrize(("engine", "statement"), _MUST_NOT)
def test_a_statement_of_another_shape_is_never_sent(engine: str, statement: str) -> None:
    assert refuse_tuning(statement, engine)

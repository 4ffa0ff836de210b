"""What is asked of a SQLite file: its structure, its statistics, and how its pages are filled; no row of anybody's."""

from __future__ import annotations

from hmaint.advise.facts import Look
from hmaint.model.look import Query

_SECONDS = 5.0
"""Outside WAL mode a reader holds up writers for as long as it reads: what goes through all pages is bounded."""
_OWN = "m.name not like 'sqlite!_%' escape '!'"

_FILE = """
select p.page_size as page, c.page_count as pages, f.freelist_count as free, a.auto_vacuum as auto_vacuum,
       hmaint_journal() as journal,
       exists (select 1 from sqlite_master where name = 'sqlite_stat1') as analyzed
from pragma_page_size p, pragma_page_count c, pragma_freelist_count f, pragma_auto_vacuum a
"""
_SCHEMA = f"""
select m.type as kind, m.name as name, m.tbl_name as owner, coalesce(m.sql, '') as sql
from sqlite_master m where {_OWN} or (m.type = 'index' and m.sql is null)
"""  # noqa: S608 - constants of our own
_COLUMNS = f"""
select m.name as owner, t.name as name, upper(t.type) as type, t.pk as pk
from sqlite_master m join pragma_table_info(m.name) t
where m.type = 'table' and {_OWN} and m.sql not like 'create virtual%' order by m.name, t.cid
"""  # noqa: S608 - constants of our own
_INDEXES = f"""
select m.name as owner, l.name as name, l."unique" as uniq, l.origin as origin, l.partial as partial,
       x.seqno as place, x.name as field, x."desc" as descending, x.coll as coll
from sqlite_master m join pragma_index_list(m.name) l join pragma_index_xinfo(l.name) x
where m.type = 'table' and {_OWN} and x.key = 1 order by m.name, l.name, x.seqno
"""  # noqa: S608 - constants of our own
_KEYS = f"""
select m.name as owner, k.id as id, k.seq as place, k."table" as parent, k."from" as child, coalesce(k."to",
  '') as above
from sqlite_master m join pragma_foreign_key_list(m.name) k
where m.type = 'table' and {_OWN} order by m.name, k.id, k.seq
"""  # noqa: S608 - constants of our own
_FILL = """
select name, sum(pgsize) as bytes, sum(case when pagetype = 'leaf' then ncell else 0 end) as cells, sum(unused)
  as unused
from dbstat group by name
"""
_LEARNED = "select tbl as owner, coalesce(idx, '') as name, stat from sqlite_stat1"

LOOKS: tuple[Look, ...] = (
    Look("file", Query(_FILE)),
    Look("schema", Query(_SCHEMA)),
    Look("columns", Query(_COLUMNS, rows=100_000)),
    Look("indexes", Query(_INDEXES, rows=100_000)),
    Look("keys", Query(_KEYS)),
    Look("fill", Query(_FILL, limit=_SECONDS)),
    Look("learned", Query(_LEARNED)),
)

"""What is asked of the catalogue of one PostgreSQL database: it is open to every account, and no table is locked."""

from __future__ import annotations

from hmaint.advise.facts import Look
from hmaint.model.look import Query

_ROWS = 200_000
_OURS = (
    "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)' and not exists ("
    "select 1 from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')"
)

_TABLES = f"""
select c.oid::bigint as oid, n.nspname as schema, c.relname as name, c.relkind::text as kind, c.relispartition as part,
       c.relpersistence::text as persistence, c.reltuples::bigint as tuples, c.relpages::bigint as pages,
       coalesce(array_to_string(c.reloptions, ','), '') as options, c.relreplident::text as identity,
       case when c.relkind in ('r', 'm') then age(c.relfrozenxid) end as age, c.relnatts as width,
       exists (select 1 from pg_index x where x.indrelid = c.oid and x.indisunique and x.indpred is null) as keyed,
       s.n_live_tup as live, s.n_dead_tup as dead, s.n_mod_since_analyze as modified, s.n_tup_ins as inserted,
       s.n_tup_upd as updated, s.n_tup_del as deleted, s.seq_scan as scans, s.seq_tup_read as scanned,
         s.idx_scan as lookups,
       greatest(s.last_vacuum, s.last_autovacuum) is not null as vacuumed,
       greatest(s.last_analyze, s.last_autoanalyze) is not null as analyzed
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_stat_user_tables s on s.relid = c.oid
where c.relkind in ('r', 'p', 'm') and {_OURS}
"""  # noqa: S608 - constants of our own

# A line a column: name, type, the most bytes of a value (-1: no bound), whether statistics are switched off.
_BOUND = """case when a.attlen > 0 then a.attlen when y.typname = 'numeric' then 40
         when y.typname in ('varchar', 'bpchar') and a.atttypmod > 4 then (a.atttypmod - 4) * 4
         when y.typname in ('inet', 'cidr') then 24 else -1 end"""
_COLUMNS = f"""
select c.oid::bigint as "table", string_agg(
         a.attname || ':' || y.typname || ':' || {_BOUND} || ':' || coalesce((a.attstattarget = 0)::int, 0), chr(10)
           order by a.attnum
       ) as columns
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type y on y.oid = a.atttypid
where c.relkind in ('r', 'p', 'm') and not c.relispartition and {_OURS}
group by c.oid
"""  # noqa: S608 - constants of our own

# Expressions are compared as they are kept, without the places they were written at: to write them out takes a lock.
_PLAIN = "coalesce(md5(regexp_replace({}::text, ':location -?[0-9]+', '', 'g')), '')"
# pg_get_indexdef would lock the table: what makes a plain index is put together here; empty for the others.
_DEFINITION = """
       case when x.indexprs is null and x.indpred is null and not exists (
         select 1 from pg_attribute o where o.attrelid = x.indexrelid and o.attoptions is not null) then
         'CREATE ' || case when x.indisunique then 'UNIQUE ' else '' end || 'INDEX ' || quote_ident(i.relname) || ' ON '
         || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' USING ' || quote_ident(m.amname) || ' ('
         || (select string_agg(quote_ident(a.attname)
               || case when l.oid is not null and l.oid <> a.attcollation
                       then ' COLLATE ' || quote_ident(ln.nspname) || '.' || quote_ident(l.collname) else '' end
               || case when o.opcdefault then '' else ' ' || quote_ident(own.nspname) || '.' ||
                 quote_ident(o.opcname) end
               || case p.direction when 1 then ' DESC NULLS LAST' when 2 then ' NULLS FIRST' when 3 then
                 ' DESC' else '' end,
               ', ' order by p.at)
             from unnest(x.indkey::int2[], x.indclass::oid[], x.indcollation::oid[], x.indoption::int2[])
                  with ordinality p (num, class, coll, direction, at)
             join pg_attribute a on a.attrelid = x.indrelid and a.attnum = p.num
             join pg_opclass o on o.oid = p.class
             join pg_namespace own on own.oid = o.opcnamespace
             left join pg_collation l on l.oid = p.coll
             left join pg_namespace ln on ln.oid = l.collnamespace)
         || ')' || coalesce((select ' INCLUDE (' || string_agg(quote_ident(a.attname), ', ' order by p.at) || ')'
             from unnest(x.indkey::int2[]) with ordinality p (num, at)
             join pg_attribute a on a.attrelid = x.indrelid and a.attnum = p.num
             where p.at > (to_jsonb(x) ->> 'indnkeyatts')::int), '')
         || case when (to_jsonb(x) ->> 'indnullsnotdistinct')::bool then ' NULLS NOT DISTINCT' else '' end
         || coalesce(' WITH (' || (select string_agg(quote_ident(split_part(w, '=', 1)) || '='
              || quote_literal(substr(w, strpos(w, '=') + 1)), ', ') from unnest(i.reloptions) w) || ')', '')
         || coalesce((select ' TABLESPACE ' || quote_ident(spcname) from pg_tablespace where oid = i.reltablespace), '')
       else '' end"""
_INDEXES = f"""
select x.indexrelid::bigint as oid, x.indrelid::bigint as "table", n.nspname as schema, c.relname as owner,
  i.relname as name,
       c.relkind = 'p' or c.relispartition as parted, m.amname as method, x.indisprimary as main, x.indisunique as uniq,
       x.indisvalid and x.indisready as valid, x.indisclustered as clustered, x.indisreplident as identity,
       i.reltuples::bigint as tuples, i.relpages::bigint as pages, x.indkey::text as keys, x.indclass::text as classes,
       x.indcollation::text as collations, x.indoption::text as directions,
       coalesce((to_jsonb(x) ->> 'indnkeyatts')::int, x.indnatts::int) as parts,
       {_PLAIN.format("x.indexprs")} as expressions, {_PLAIN.format("x.indpred")} as predicate,
       coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', '') || x.indimmediate || coalesce((
         select string_agg(o.attnum || array_to_string(o.attoptions, ','), ' ' order by o.attnum)
         from pg_attribute o where o.attrelid = x.indexrelid and o.attoptions is not null), '') as manner,
       x.indrelid in (select l.relation from pg_locks l where l.mode = 'ShareUpdateExclusiveLock' and l.granted
         and l.database = (select oid from pg_database where datname = current_database())) as worked_on,
       exists (select 1 from pg_constraint k where k.conindid = x.indexrelid) as constrained,
       coalesce(array_to_string(i.reloptions, ','), '') as options,
         coalesce(pg_stat_get_numscans(x.indexrelid), 0) as scans,
       coalesce((select string_agg(a.attname, chr(10) order by p.at) from unnest(x.indkey::int2[]) with
         ordinality p (num, at)
                 join pg_attribute a on a.attrelid = x.indrelid and a.attnum = p.num), '') as columns,
       {_DEFINITION} as definition,
       coalesce((select description from pg_description d where d.objoid = x.indexrelid and d.objsubid = 0
         and d.classoid = 'pg_class'::regclass), '') as remark
from pg_index x
join pg_class i on i.oid = x.indexrelid
join pg_class c on c.oid = x.indrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_am m on m.oid = i.relam
where c.relkind in ('r', 'p', 'm') and i.relkind in ('i', 'I') and {_OURS}
"""  # noqa: S608 - constants of our own

# Integers of different widths share one family of operators; of anything else one side is cast for every row.
_FAMILY = (
    "case when {0}.typname in ('int2', 'int4', 'int8') then 'int'"
    " when {0}.typname in ('text', 'varchar') then 'text' else {0}.typname end"
)
_KEYS = f"""
select k.conname as name, k.contype::text as kind, k.convalidated as validated, c.oid::bigint as "table",
  n.nspname as schema, c.relname as owner,
       array_to_string(k.conkey, ' ') as keys, coalesce(f.relname, '') as parent,
       coalesce((select string_agg(a.attname, chr(10) order by p.at) from unnest(k.conkey) with ordinality p (num, at)
                 join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.num), '') as columns,
       coalesce((select string_agg(a.attname || ' ' || ya.typname || ' → ' || b.attname || ' ' || yb.typname, ', ')
                 from unnest(k.conkey, k.confkey) as pair (child, above)
                 join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.child join pg_type ya on
                   ya.oid = a.atttypid
                 join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.above join pg_type yb on
                   yb.oid = b.atttypid
                 where k.contype = 'f' and {_FAMILY.format("ya")} <> {_FAMILY.format("yb")}), '') as differing
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_class f on f.oid = k.confrelid
where (k.contype = 'f' or (k.contype = 'c' and not k.convalidated)) and k.conparentid = 0 and {_OURS}
"""  # noqa: S608 - constants of our own

# Without rights on a sequence its last value is empty.
_SEQUENCES = """
select n.nspname as schema, c.relname as name, coalesce(tn.nspname, '') as owner_schema, coalesce(t.relname,
  '') as owner,
       coalesce(a.attname, '') as column, coalesce(y.typname, '') as type, format_type(q.seqtypid, null) as
         own_type, q.seqmax as most,
       case when has_sequence_privilege(c.oid, 'USAGE, SELECT') then coalesce(v.last_value, 0) end as last
from pg_sequence q
join pg_class c on c.oid = q.seqrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_sequences v on v.schemaname = n.nspname and v.sequencename = c.relname
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and
  d.refobjsubid > 0
left join pg_class t on t.oid = d.refobjid
left join pg_namespace tn on tn.oid = t.relnamespace
left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
left join pg_type y on y.oid = a.atttypid
where q.seqincrement > 0 and not q.seqcycle
"""

# Bounds are constants: written out for no table, so that none is locked.
_PARTITIONS = """
select n.nspname as schema, p.relname as name, count(c.oid) as partitions,
       bool_or(bound = 'DEFAULT' or bound like '%MAXVALUE%') as rest,
       coalesce(sum(pg_stat_get_live_tuples(c.oid)) filter (where bound = 'DEFAULT'), 0) as rest_rows,
       max(c.relname) filter (where bound = 'DEFAULT') as rest_name,
       max(upper)::text as upper, (array_agg(lower order by upper desc nulls last))[1]::text as lower,
       floor(extract(epoch from max(upper) - now()) / 86400) as days_left, y.typname as type
from pg_partitioned_table t
join pg_class p on p.oid = t.partrelid
join pg_namespace n on n.oid = p.relnamespace
join pg_attribute a on a.attrelid = p.oid and a.attnum = t.partattrs[0]
join pg_type y on y.oid = a.atttypid and y.typname in ('date', 'timestamp', 'timestamptz')
left join pg_inherits h on h.inhparent = p.oid
left join pg_class c on c.oid = h.inhrelid
left join lateral (select pg_get_expr(c.relpartbound, 0) as bound) b on true
left join lateral (select substring(bound from 'TO \\(''([^'']+)''\\)')::timestamptz as upper,
                          substring(bound from 'FROM \\(''([^'']+)''\\)')::timestamptz as lower) l on true
where t.partstrat = 'r' and t.partnatts = 1 and not p.relispartition
group by n.nspname, p.relname, y.typname
"""

# A line a column: name, average width, part of NULLs, distinct values, how often the rarest common value occurs.
# Only for tables that the account may read.
_STATISTICS = """
select s.schemaname as schema, s.tablename as name, string_agg(s.attname || ':' || s.avg_width || ':' ||
  round(s.null_frac::numeric, 4)
         || ':' || s.n_distinct || ':' || coalesce(s.most_common_freqs[array_length(s.most_common_freqs,
           1)]::text, '0'), chr(10)) as columns
from pg_stats s
where not s.inherited and s.schemaname not in ('pg_catalog', 'information_schema')
group by s.schemaname, s.tablename
"""


def _look(name: str, sql: str) -> Look:
    return Look(name, Query(sql, rows=_ROWS), ("postgresql",))


LOOKS: tuple[Look, ...] = (
    _look("tables", _TABLES),
    _look("columns", _COLUMNS),
    _look("indexes", _INDEXES),
    _look("keys", _KEYS),
    _look("sequences", _SEQUENCES),
    _look("partitions", _PARTITIONS),
    _look("statistics", _STATISTICS),
)

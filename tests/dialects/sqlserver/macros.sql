create macro getutcdate() as timestamp '2026-11-21 01:30:00';
create macro serverproperty(property) as (select max(p."value") from "serverproperty" p where p."name" = property);
create macro has_perms_by_name(securable, class, permission) as (select count(*) from "has_perms" p where p."name" = permission);
create macro db_name(number := 5) as (select max(n."name") from "db_names" n where n."id" = number);
create macro db_id(title := 'his') as (select max(n."id") from "db_names" n where n."name" = title);
create macro databasepropertyex(title, property) as (select max(c."at") from "checkdb" c where c."name" = title);
create macro loginproperty(title, property) as (select max(case property when 'IsLocked' then l."locked" else l."days" end) from "logins" l where l."name" = title);
create macro fn_hadr_backup_is_preferred_replica(title) as (select coalesce(max(p."chosen"), 1) from "preferred" p where p."name" = title);
create macro stats_date(number, stat) as (select max(d."at") from "stats_dates" d where d."id" = number and d."indid" = stat)

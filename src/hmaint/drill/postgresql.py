"""A throwaway PostgreSQL: how it is started without a network, loaded by somebody without rights, and asked."""

from __future__ import annotations

START = r"""
places="$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -r) /usr/local/pgsql/bin"
if [ -n "$version" ] && [ -z "$binaries" ]; then
  for f in "/usr/lib/postgresql/$version/bin" "/usr/pgsql-$version/bin"; do [ -d "$f" ] && binaries=$f; done
fi
daemon=$(find_program postgres) || fail program postgres
maker=$(find_program initdb) || fail program initdb
client=$(find_program psql) || fail program psql
restorer=$(find_program pg_restore) || fail program pg_restore
told=$("$daemon" --version 2>/dev/null)
say version $told
say client $("$restorer" --version 2>/dev/null)
case "$told" in *" $version"*) ;; *) why=version; say failed version "$version"; exit 0 ;; esac
[ "${#d}" -le 80 ] || fail longname
run "$maker" -D "$d/data" -U boss --auth=trust --encoding=UTF8 --locale=C --no-sync >"$d/make.log" 2>&1 </dev/null ||
  fail make "$(tail -c 600 "$d/make.log" | tr '\n' ' ')"
run "$daemon" -D "$d/data" -c listen_addresses= -c unix_socket_directories="$d" -c unix_socket_permissions=0700 \
  -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 \
  -c archive_mode=off -c autovacuum=off -c max_wal_size=1GB -c shared_buffers="$memory" -c jit=off \
  -c max_locks_per_transaction=512 -c logging_collector=off -c max_connections=20 -c ssl=off \
  >"$d/server.log" 2>&1 </dev/null 8<&- &
server=$!
boss() { run "$client" -X -q -A -t -h "$d" -U boss -d "$1" -v ON_ERROR_STOP=1 -c "$2" 8<&- </dev/null; }
n=0
until boss postgres 'select 1' >/dev/null 2>&1; do
  n=$((n + 1))
  [ -d "/proc/$server" ] && [ "$n" -lt 600 ] || fail start "$(tail -c 600 "$d/server.log" | tr '\n' ' ')"
  nap
done
case "$(boss postgres 'show data_directory')" in "$d"/*) ;; *) fail stranger ;; esac
[ -z "$(boss postgres 'show listen_addresses')" ] || fail stranger
# The one that loads owns the database and nothing else: no files, no programs, no other servers.
boss postgres "create role drill login nosuperuser nocreatedb nocreaterole" >"$d/make.log" 2>&1 &&
  boss postgres "create database \"$database\" owner drill template template0" >>"$d/make.log" 2>&1 &&
  boss "$database" "alter schema public owner to drill" >>"$d/make.log" 2>&1 ||
  fail database "$(tail -c 300 "$d/make.log" | tr '\n' ' ')"
for extension in $extensions; do
  boss "$database" "create extension if not exists \"$extension\" cascade" >"$d/make.log" 2>&1 ||
    fail extension "$extension"
done
say identity $(boss postgres "select system_identifier from pg_control_system()" 2>/dev/null)
cat >"$d/ask.sh" <<END_ASK
HOME=$d TMPDIR=$d/tmp exec $net $as "$client" -X -q -A -t -h "$d" -U drill -d "$database" -v ON_ERROR_STOP=1 \
  -F "\$(printf '\037')" -P null='\\N' "\$@"
END_ASK
cat >"$d/restore.sh" <<END_ASK
HOME=$d TMPDIR=$d/tmp exec $net $as "$restorer" --exit-on-error --no-owner --no-privileges --no-tablespaces \
  --no-comments --no-publications --no-subscriptions --no-security-labels -h "$d" -U drill -d "$database"
END_ASK
"""

LOAD_ARCHIVE = r"""
sh "$d/restore.sh"
"""
LOAD_TEXT = r"""
{ LC_ALL=C awk "$guard"; echo "guard $?" >&3; } | sh "$d/ask.sh" -f -
"""

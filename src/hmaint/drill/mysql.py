"""A throwaway MariaDB or MySQL: how it is started without a network, loaded, and asked."""

from __future__ import annotations

START = r"""
places="/usr/sbin /usr/bin /usr/libexec /usr/local/mysql/bin /usr/local/mysql/scripts /opt/mysql/bin"
daemon=$(find_program mariadbd mysqld) || fail program mysqld
client=$(find_program mariadb mysql) || fail program mysql
told=$("$daemon" --no-defaults --version 2>/dev/null)
say version $told
say client $("$client" --no-defaults --version 2>/dev/null)
case "$told" in *"$version"*) ;; *) why=version; say failed version "$version" ;  exit 0 ;; esac
case "$told" in *MariaDB*) maria=1 ;; *) maria= ;; esac
socket=$d/s.sock
[ "${#socket}" -le 100 ] || fail longname
if [ -n "$maria" ]; then
  maker=$(find_program mariadb-install-db mysql_install_db) || fail program mariadb-install-db
  run "$maker" --no-defaults --datadir="$d/data" --skip-test-db --auth-root-authentication-method=normal \
    --skip-name-resolve --innodb-log-file-size=96M >"$d/make.log" 2>&1 </dev/null
elif run "$daemon" --no-defaults --verbose --help 2>/dev/null | grep -q initialize-insecure; then
  run "$daemon" --no-defaults --initialize-insecure --datadir="$d/data" >"$d/make.log" 2>&1 </dev/null
else
  maker=$(find_program mysql_install_db) || fail program mysql_install_db
  run "$maker" --no-defaults --datadir="$d/data" >"$d/make.log" 2>&1 </dev/null
fi || fail make "$(tail -c 600 "$d/make.log" | tr '\n' ' ')"
run "$daemon" --no-defaults --datadir="$d/data" --socket="$socket" --pid-file="$d/server.pid" \
  --skip-networking --port=0 --tmpdir="$d/tmp" --secure-file-priv="$d/none" --plugin-dir="$d/none" \
  --skip-log-bin --skip-slave-start --event-scheduler=OFF --local-infile=0 --skip-name-resolve \
  --character-set-server=utf8mb4 --max-allowed-packet=1G --sync-binlog=0 --innodb-flush-log-at-trx-commit=0 \
  --innodb-doublewrite=0 --innodb-buffer-pool-size="$memory" --loose-innodb-log-file-size=96M \
  --loose-innodb-flush-method=nosync --loose-innodb-use-native-aio=0 --loose-mysqlx=0 --loose-skip-federated \
  --loose-performance-schema=0 --loose-log-bin-trust-function-creators=1 \
  >"$d/server.log" 2>&1 </dev/null 8<&- &
server=$!
boss() { run "$client" --no-defaults --socket="$socket" -uroot --batch --skip-column-names "$@" 8<&-; }
n=0
until boss -e 'select 1' >/dev/null 2>&1 </dev/null; do
  n=$((n + 1))
  [ -d "/proc/$server" ] && [ "$n" -lt 600 ] || fail start "$(tail -c 600 "$d/server.log" | tr '\n' ' ')"
  nap
done
set -- $(boss -e "select @@datadir, @@port, @@skip_networking, @@socket" </dev/null)
case "$1" in "$d"/*) ;; *) fail stranger "$1" ;; esac
[ "$3" = 1 ] && [ "$4" = "$socket" ] || fail stranger "$3 $4"
# The one that loads may do what a dump needs, but neither read nor write files nor follow another server.
{
  echo "create user drill@localhost;"
  echo "grant select, insert, update, delete, create, drop, reload, references, index, alter, create temporary tables,
    lock tables, execute, create view, show view, create routine, alter routine, create user, event, trigger
    on *.* to drill@localhost with grant option;"
} | boss >"$d/make.log" 2>&1 || fail account "$(tail -c 300 "$d/make.log" | tr '\n' ' ')"
any=
for right in "set user" set_user_id set_any_definer; do
  boss -e "grant $right on *.* to drill@localhost" >/dev/null 2>&1 </dev/null && any=1
done
for right in allow_nonexistent_definer session_variables_admin "binlog admin" show_routine "show create routine"; do
  boss -e "grant $right on *.* to drill@localhost" >/dev/null 2>&1 </dev/null
done
if [ -z "$any" ]; then boss -e "grant super on *.* to drill@localhost" </dev/null; say belt super; fi
[ -z "$net" ] || boss -e "grant system_variables_admin, replication_applier on *.* to drill@localhost" \
  >/dev/null 2>&1 </dev/null
boss -e "create database \`$database\`" </dev/null >/dev/null 2>"$d/make.log" || fail database
say identity $(boss -e "select concat_ws(':', @@hostname, @@port, @@datadir)" </dev/null)
cat >"$d/ask.sh" <<END_ASK
HOME=$d TMPDIR=$d/tmp exec $net $as "$client" --no-defaults --socket="$socket" -udrill --batch --skip-column-names \
  --binary-mode --local-infile=0 --default-character-set=utf8mb4 --max-allowed-packet=1G "\$@"
END_ASK
"""

LOAD = r"""
sh "$d/ask.sh" "$database"
"""
"""Loads the SQL on stdin. With binary-mode the client knows no commands of its own but DELIMITER and charset."""

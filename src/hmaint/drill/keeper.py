"""The life of a throwaway server, in POSIX sh: made in a private folder, and gone whatever happens to the laptop.

The script runs on the drill host for as long as its stdin says so: a line every few seconds is the laptop's sign of
life. The end of stdin, a long silence, a disk that fills up, a signal or the end of the time allowed all lead to the
same tidying. It holds the one lock of its host, and clears away what a drill before it could not.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

BEAT = 5.0
"""Seconds between two signs of life."""
SILENCE = 60
"""Seconds without one after which the laptop is taken for lost."""
FLOOR = 24
"""Megabytes that stay free on the drill host's disk: below them a server only hangs, and others suffer."""
CLEAN = "clean"

_PRELUDE = r"""
set -u
umask 077
LC_ALL=C LANG=C
PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export LC_ALL LANG PATH
unset ENV BASH_ENV CDPATH PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGSERVICEFILE PGPASSFILE PGOPTIONS \
  MYSQL_PWD MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT MYSQL_HOME LD_PRELOAD LD_LIBRARY_PATH 2>/dev/null
say() { printf '%s %s\n' "$mark" "$*"; }
born() { # when a process began, in ticks; nothing for one that is not there
  line=
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- ${line##*) }
  echo "${20}"
}
of_folder() { # the processes that live in a folder, by where they stand or the words they were started with
  { grep -lF -e "$1/" /proc/[0-9]*/cmdline
    ls -ld /proc/[0-9]*/cwd | grep -F -e "-> $1"; } 2>/dev/null | sed -n 's|.*/proc/\([0-9]*\)/c.*|\1|p' | sort -u
}
finish_off() { # ends every process of a folder; a second look catches what the first one's death brought forth
  for turn in 1 2 3 4 5; do
    left=
    for p in $(of_folder "$1"); do
      [ "$p" = "$$" ] && continue
      kill -KILL "$p" 2>/dev/null && left=1
    done
    [ -z "$left" ] && return 0
    sleep 0.2 2>/dev/null || sleep 1
  done
}
remove() {
  finish_off "$1"
  cd /
  rm -rf -- "$1" 2>/dev/null
  [ ! -e "$1" ]
}
"""

_SWEEP = r"""
real=$(cd -- "$folder" 2>/dev/null && pwd -P) || { say refused nofolder; exit 77; }
sweep() { # what an earlier drill left behind: its keeper is gone, so nobody else will
  for d in "$real"/hmaint-drill.*; do
    [ -d "$d" ] && [ ! -L "$d" ] && { [ -O "$d" ] || [ "$(id -u)" = 0 ]; } || continue
    pid= birth=
    { read -r pid birth <"$d/keeper"; } 2>/dev/null
    if [ -n "$pid" ] && [ "$(born "$pid")" = "$birth" ]; then continue; fi
    if remove "$d"; then say swept "$d"; else say leftover "$d"; fi
  done
}
"""

_LIFE = r"""
d=
why=
tidy() {
  trap '' TERM HUP INT PIPE USR1
  if [ -n "$d" ]; then
    if remove "$d"; then say gone "${why:-end}"; else say left "$d"; fi
  fi
  [ -n "${reader:-}" ] && kill "$reader" 2>/dev/null
  exit 0
}
trap tidy EXIT
trap 'why=${why:-signal}; exit 0' TERM HUP INT PIPE
fail() { why=failed; say failed "$*"; exit 0; }
case $real in *[!A-Za-z0-9._+@/-]*) say refused oddpath "$real"; exit 77 ;; esac
at=$real
while :; do
  if [ -e "$at/ibdata1" ] || [ -e "$at/PG_VERSION" ]; then say refused datafolder "$at"; exit 77; fi
  [ "$at" = / ] || [ -z "$at" ] && break
  at=${at%/*}
done
[ -w "$real" ] || { say refused nowrite; exit 77; }
command -v flock >/dev/null 2>&1 || { say refused noflock; exit 77; }
held=$lock/hmaint-drill.lock
[ -e "$held" ] || (umask 0; : >"$held") 2>/dev/null
{ exec 9<"$held"; } 2>/dev/null || { say refused nolock; exit 77; }
if ! flock -n 9; then
  who=; { read -r who <"$held"; } 2>/dev/null
  say busy "$who"
  exit 77
fi
printf '%s\n' "$owner" 2>/dev/null >"$held"
sweep
room() { df -Pk "$real" 2>/dev/null | { read -r _; read -r _ _ _ free _; echo "${free:-0}"; }; }
[ "$(room)" -ge "$need" ] || { say refused noroom "$(room)" "$need"; exit 77; }
me=$(id -u)
as= net=
if [ "$me" = 0 ]; then
  for user in $users nobody; do
    uid=$(id -u "$user" 2>/dev/null) && gid=$(id -g "$user") && break
  done
  [ -n "${uid:-}" ] || { say refused nouser; exit 77; }
  if command -v setpriv >/dev/null 2>&1; then as="setpriv --reuid=$uid --regid=$gid --clear-groups"
  elif command -v runuser >/dev/null 2>&1; then as="runuser -u $user --"
  else say refused nosetpriv; exit 77; fi
  unshare -n true 2>/dev/null && net="unshare -n"
else
  unshare -U -n true 2>/dev/null && net="unshare -U -n"
fi
[ -n "$net" ] || say belt network
d=$(mktemp -d "$real/hmaint-drill.XXXXXXXX") || { d=; say failed mktemp; exit 0; }
echo "$$ $(born $$)" >"$d/keeper" || fail disk
mkdir "$d/none" "$d/tmp" "$d/data" || fail disk
[ "$me" = 0 ] && { chown -R "$uid:$gid" "$d" || fail chown; }
home=$d
run() { HOME=$home TMPDIR=$d/tmp $net $as "$@" 9<&- ; }
find_program() { # the first of some names, in the folder named, else wherever such servers are put
  for name; do
    if [ -n "$binaries" ]; then
      for f in "$binaries/$name" "$binaries/bin/$name" "$binaries/sbin/$name" "$binaries/libexec/$name" \
        "$binaries/scripts/$name"; do
        [ -x "$f" ] && { echo "$f"; return 0; }
      done
      continue
    fi
    for f in $places; do [ -x "$f/$name" ] && { echo "$f/$name"; return 0; }; done
    command -v "$name" 2>/dev/null && return 0
  done
  return 1
}
nap() { sleep 0.2 2>/dev/null || sleep 1; }
"""

_WATCH = r"""
say ready "$d"
missed=0 lived=0 full=0
trap 'missed=0' USR1
keeper=$$ mine=$(born $$)
( trap - EXIT; trap '' USR1
  while IFS= read -r sign; do [ "$sign" = end ] && break; kill -USR1 "$keeper" 2>/dev/null; done
  [ "$(born "$keeper")" = "$mine" ] && kill -TERM "$keeper" ) <&8 9<&- &
reader=$!
while :; do
  sleep 1 9<&- 8<&- &
  wait $!
  missed=$((missed + 1)) lived=$((lived + 1))
  if [ "$missed" -gt "$silence" ]; then why=lost; exit 0; fi
  if [ "$lived" -gt "$life" ]; then why=time; say time; exit 0; fi
  if [ $((lived % 2)) = 0 ] && [ "$(room)" -lt "$floor" ]; then why=disk; say disk "$(room)"; exit 0; fi
  if [ -n "${server:-}" ] && [ ! -d "/proc/$server" ]; then why=server; say died; exit 0; fi
done
"""


def keeper(engine: str, settings: Mapping[str, object], mark: str) -> str:
    """Give the whole script: `engine` is the part that starts a server, `settings` become variables, quoted.

    What it says stands on lines of its own that begin with `mark`.
    """
    body = "".join([_variables(settings, mark), _PRELUDE, _SWEEP, _LIFE, engine, _WATCH])
    # Read whole before any of it runs; the signs of life that follow on stdin are read from 8.
    return f"hmaint_keeper() {{\nexec 8<&0 </dev/null\n{body}\n}}\nhmaint_keeper\n"


def sweeper(settings: Mapping[str, object], mark: str) -> str:
    """Give a script that clears away what a drill left behind, and says `clean` where nothing is left."""
    end = 'sweep\nfor d in "$real"/hmaint-drill.*; do [ -d "$d" ] && say there "$d"; done\nsay clean\n'
    return "".join([_variables(settings, mark), _PRELUDE, _SWEEP, end])


def _variables(settings: Mapping[str, object], mark: str) -> str:
    given = {**settings, "mark": mark}
    return "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in given.items())

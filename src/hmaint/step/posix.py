"""Words of POSIX sh for the fragments that steps ask, and the canonical commands that steps share.

Equal fragments of several steps are sent once, so a command that several steps need stands here once and a
playbook uses the very same text.
"""

from __future__ import annotations

import re
import shlex

PS = """\
if [ -L /bin/ps ] && [ -x /bin/busybox ]; then exec ps -o pid,ppid,user,stat,rss,comm,args
else exec ps -eo pid,ppid,user,stat,etime,time,rss,comm,args; fi"""
"""For procps of any age, and for busybox, which knows no times in most builds; read by the format `ps`."""

SOCKETS = """\
if command -v ss >/dev/null 2>&1; then exec ss -lntup
elif command -v netstat >/dev/null 2>&1; then exec netstat -lntup
fi
for t in tcp tcp6 udp udp6; do
  [ -r /proc/net/$t ] && while IFS= read -r l; do printf '%s %s\\n' "$t" "$l"; done < /proc/net/$t
done
:"""
"""Listening sockets from whatever the host has; read by the format `sockets`."""

SAMPLE = """\
s() {
  read -r u x < /proc/uptime; printf '@ %s\\n' "$u"
  read -r l < /proc/stat; printf '%s\\n' "$l"
  read -r l < /proc/loadavg; printf 'load %s\\n' "$l"
  while IFS= read -r l; do printf 'disk %s\\n' "$l"; done < /proc/diskstats
  while read -r k v; do case $k in pswpin|pswpout) printf 'vm %s %s\\n' "$k" "$v";; esac; done < /proc/vmstat
}
s; sleep 3; s"""
"""The counters of CPUs, disks and paging, twice, three seconds apart; read by `stat`, `diskstats` and `vmstat`."""

MOUNTS = """\
[ -r /etc/fstab ] && while IFS= read -r l || [ -n "$l" ]; do printf 'fstab %s\\n' "$l"; done < /etc/fstab
while IFS= read -r l; do printf 'mount %s\\n' "$l"; done < /proc/mounts"""
"""What is to be mounted and what is; read by `mounts`."""

TIME = """\
n=
command -v chronyc >/dev/null 2>&1 && { n=1; chronyc -n tracking; }
command -v ntpq >/dev/null 2>&1 && { n=1; ntpq -pn; }
[ -d /run/systemd/system ] && command -v timedatectl >/dev/null 2>&1 && { n=1; timedatectl; }
[ -n "$n" ] || { echo 'chronyc/ntpq/timedatectl: not found' >&2; exit 127; }
:"""
"""Whether the clock is kept, by everybody who may know; read by `timesync`."""

KERNEL = """\
set -- /dev/null
for f in /proc/loadavg /proc/sys/kernel/threads-max /proc/sys/kernel/pid_max /proc/sys/fs/file-nr \\
  /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max /proc/sys/vm/swappiness \\
  /proc/sys/kernel/random/boot_id
do [ -r "$f" ] && set -- "$@" "$f"; done
exec grep -s '' -- "$@"
"""
"""Limits of the kernel; read by `kernel`. Numbers under /proc/sys come whole only to a program that reads in one piece:
the `read` of dash and busybox takes byte by byte, and the kernel ends the file after the first."""

SHARED = {
    "processes": PS,
    "sockets": SOCKETS,
    "sample": SAMPLE,
    "mounts": MOUNTS,
    "time": TIME,
    "kernel": KERNEL,
}
"""Names by which a playbook speaks of these commands (`shared:` of the kind `shell`)."""

_GLOB = re.compile(r"([*?]|\[[^\]/]*\])")


def word(path: str) -> str:
    """Path as one shell word in which only `*`, `?` and `[…]` keep their meaning.

    >>> word("/opt/my app/*.log")
    "'/opt/my app/'*.log"
    """
    parts = _GLOB.split(path)
    return "".join(part if i % 2 else shlex.quote(part) if part else "" for i, part in enumerate(parts))


def has_glob(path: str) -> bool:
    """Whether a path names as many files as match."""
    return _GLOB.search(path) is not None


def checked_path(path: str) -> str:
    """Path itself; ValueError unless it is absolute and on one line."""
    if not path.startswith("/") or any(ord(char) < ord(" ") for char in path):
        raise ValueError(f"路径必须以 / 开头且不含控制字符：{path[:60]!r}")
    return path


def classified(found: str, *, refused: str, missing: str) -> str:
    """Body of a loop over files `$f`: what to do with a readable one, one that may not be read, one not there.

    A file is only called missing where its nearest folder may be searched: otherwise nobody can know.
    Folders and devices are passed over.
    """
    return f"""\
if [ -f "$f" ] && [ -r "$f" ]; then {found}
elif [ -f "$f" ]; then {refused}
elif [ ! -e "$f" ]; then
  d=${{f%/*}}; while [ -n "$d" ] && [ ! -d "$d" ]; do d=${{d%/*}}; done; d=${{d:-/}}
  case $f in *[*?[]*) [ -r "$d" ] && [ -x "$d" ];; *) [ -x "$d" ];; esac && {{ {missing}; }} || {{ {refused}; }}
fi"""

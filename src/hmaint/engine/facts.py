"""What every host is asked first, with shell builtins alone, so that conditions can speak of it."""

from __future__ import annotations

from datetime import datetime

from hmaint.model.inventory import Scalar
from hmaint.model.look import Fragment, Reply, Seen

# One fork in all (uname) even on the leanest shell; everything else is read from /proc and /etc by builtins.
FACTS = Fragment(
    script="""
t() { held="$held$1	$2
"; }
f() { [ -r "$2" ] && IFS= read -r v < "$2" && t "$1" "$v"; }
if [ -r /proc/sys/kernel/osrelease ]; then
  f os /proc/sys/kernel/ostype; f kernel /proc/sys/kernel/osrelease; f hostname /proc/sys/kernel/hostname
else
  printf 'os\\t'; uname -s; printf 'kernel\\t'; uname -r; printf 'hostname\\t'; uname -n
fi
f uptime /proc/uptime
for i in /etc/os-release /usr/lib/os-release; do
  [ -r "$i" ] || continue
  while IFS='=' read -r k v || [ -n "$k" ]; do
    case "$k" in
      ID|VERSION_ID|PRETTY_NAME) t "$k" "$v";;
    esac
  done < "$i"
  break
done
for i in /etc/redhat-release /etc/kylin-release /etc/openEuler-release; do f release_file "$i"; done
if [ -d /run/systemd/system ]; then t init systemd
elif [ -x /sbin/openrc-run ]; then t init openrc
else t init sysv; fi
if [ -r /proc/self/status ]; then
  while read -r k v; do case "$k" in Uid:) t uid "$v"; break;; esac; done < /proc/self/status
fi
n=0; if [ -r /proc/stat ]; then
  while read -r k v; do
    case "$k" in cpu[0-9]*) n=$((n+1));; btime) t btime "$v"; break;; esac
  done < /proc/stat
  t cpus "$n"
fi
if [ -n "${EPOCHREALTIME-}" ]; then t time "$EPOCHREALTIME"; fi
""",
    inline=True,
)

_NAMES = {"ID": "distribution", "VERSION_ID": "release", "PRETTY_NAME": "pretty"}
_DEFAULTS: dict[str, Scalar] = {
    "os": "",
    "kernel": "",
    "hostname": "",
    "distribution": "",
    "release": "",
    "pretty": "",
    "init": "",
    "uid": None,
    "cpus": None,
    "uptime": None,
    "time": None,
}


def read_facts(reply: Reply, encoding: str) -> dict[str, Scalar]:
    """Facts of a host; what could not be read is empty text or None, so that no condition fails on a missing name."""
    facts = dict(_DEFAULTS)
    if reply.seen is not Seen.OBSERVED:
        return facts
    said = {}
    for line in reply.out.decode(encoding, "replace").splitlines():
        name, tab, value = line.partition("\t")
        if tab:  # else the shell complains of something
            said[name] = value.strip().strip("\"'")
    for name, value in said.items():
        facts[_NAMES.get(name, name)] = value
    _figures(facts, said)
    if not facts["distribution"] and "release_file" in said:
        facts["pretty"] = said["release_file"]
        facts["distribution"], facts["release"] = _old_release(said["release_file"])
    return facts


def _figures(facts: dict[str, Scalar], said: dict[str, str]) -> None:
    for name in ("uptime", "uid", "cpus", "btime", "time"):
        words = said.get(name, "").split()
        try:
            facts[name] = float(words[0]) if name in ("uptime", "time") else int(words[0])
        except (ValueError, IndexError):
            facts[name] = None
    uptime, btime = facts["uptime"], facts.pop("btime", None)
    # Not every shell can tell the time without a fork: boot time plus uptime says it to the second.
    if facts["time"] is None and isinstance(uptime, float) and isinstance(btime, int):
        facts["time"] = float(btime) + uptime
    facts.pop("release_file", None)


def _old_release(text: str) -> tuple[str, str]:
    """Name and version from a line such as `CentOS release 6.10 (Final)`."""
    words = text.split()
    version = next((w for w in words if w[:1].isdigit()), "")
    return (words[0].lower() if words else ""), version


def clock_offset(facts: dict[str, Scalar], asked_at: datetime) -> float | None:
    """Seconds the host's clock is ahead of the laptop's, to about a second; None when the host did not tell."""
    told = facts.get("time")
    return round(told - asked_at.timestamp(), 1) if isinstance(told, float | int) else None

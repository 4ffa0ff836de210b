"""The first process of the fleet's own PID namespace: starts every sshd, tells how many forks there were.

Run as a script: `keeper.py SSHD CONFIG…`. A line on stdin is answered by the last PID given out in this
namespace and the CPU seconds all servers and their sessions took; the end of stdin, however it comes about, ends
the fleet.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def last_pid() -> str:
    """The last PID given out in the namespace of the caller; every fork and every thread takes one."""
    try:
        return Path("/proc/sys/kernel/ns_last_pid").read_text(encoding="ascii").strip()
    except OSError:
        return "-"


def cpu_seconds(servers: list[int]) -> float:
    """CPU time of the servers and of all their descendants that have ended."""
    ticks = 0
    for server in servers:
        fields = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime: proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def main(sshd: str, configs: list[str]) -> None:
    """Keep the servers until nobody listens any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    servers = [
        os.posix_spawn(
            sshd, [sshd, "-D", "-f", config, "-E", f"{config}.log"], {}, setsigdef=[signal.SIGCHLD]
        )
        for config in configs
    ]
    for _ in sys.stdin:
        sys.stdout.write(f"{last_pid()} {cpu_seconds(servers)}\n")
        sys.stdout.flush()
    for server in servers:
        os.kill(server, signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

"""The looking of ten commands, as an engineer would type them."""

from __future__ import annotations

from pathlib import Path

LOG_LINES = 20_000
TAIL = 200


def looks(log: Path) -> dict[str, str]:
    """The ten commands by name, each answering what is asked on a monthly round.

    Load beside the number of CPUs it is to be compared with, the top of the processes by CPU and by memory, the
    repeated messages among a log's errors. No `ss -p`: here it would search the processes of all other hosts too.
    """
    repeated = "grep -iE 'error|fatal' | cut -c 21- | sort | uniq -c | sort -rn | head -n 5"
    return {
        "kernel": "uname -r",
        "release": "cat /etc/os-release",
        "load": "uptime; nproc",
        "memory": "free -m",
        "disks": "df -PkT",
        "processes": "ps aux --sort=-%cpu | head -n 20; ps aux --sort=-%mem | head -n 20",
        "failed-units": "systemctl list-units --failed --plain --no-legend 2>/dev/null || true",
        "log-errors": f"tail -n {TAIL} {log} | {repeated}",
        "ports": "ss -tuln",
        "network": "ip -s link",
    }


def batched(log: Path) -> str:
    """The ten commands as one script; the kernel's line names the port it came through."""
    kernel, *others = looks(log).values()
    lines = ["set -- $SSH_CONNECTION", f'echo "kernel $4 $({kernel})"']
    for command in others:
        lines += ["echo ---", command]
    return "\n".join([*lines, "exit 0"])


def write_log(path: Path) -> None:
    """A log of a day: one line in a hundred tells of an error."""
    words = ("INFO order stored", "INFO message sent", "WARN retry", "INFO heartbeat")
    with path.open("w", encoding="utf-8") as file:
        for number in range(LOG_LINES):
            said = "ERROR connection refused" if number % 100 == 0 else words[number % len(words)]
            file.write(
                f"2026-01-01 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02} {said}\n"
            )

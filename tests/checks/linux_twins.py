"""For every check of the Linux catalogue a faulty host and its healthy twin."""

from __future__ import annotations

from hmaint.model.playbook import Level
from tests.checks.hosts import files, logs, out, stream
from tests.checks.linux_replies import (
    CHRONY,
    INODES,
    MOUNTED,
    MOUNTS,
    NET,
    PS,
    QUIET,
    SHOW,
    SS,
    STUCK,
    UNITS,
    ZOMBIES,
    df,
    dmesg,
    kernel,
    memory,
    sample,
)
from tests.checks.linux_security_twins import TWINS as SECURITY
from tests.checks.twin import Twin

WARNING, CRITICAL = Level.WARNING, Level.CRITICAL
_OLD_RELEASES = ["/etc/centos-release", "/etc/redhat-release"]
_KERNEL = "/proc/sys/kernel/osrelease"
_NOT_DEBIAN = ["/etc/redhat-release", "/etc/kylin-release"]
_OLD_HUGEPAGE = ["/sys/kernel/mm/redhat_transparent_hugepage/enabled"]

WAITING = "Recv-Q Send-Q Local Address:Port Peer Address:Port\n1 0 10.1.2.11:8080 10.1.9.3:50112\n"
"""One connection that waits to be closed, under the head that `ss` prints."""

TWINS: dict[str, Twin] = {
    "linux.system.release": Twin(
        files({"/etc/os-release": "ID=debian\nVERSION_ID=13\n"}, missing=_OLD_RELEASES),
        files(
            {"/etc/redhat-release": "CentOS release 6.10 (Final)\n"},
            missing=["/etc/os-release", "/etc/centos-release"],
        ),
        WARNING,
    ),
    "linux.system.uptime": Twin(
        files({"/proc/uptime": "864000.00 1.0\n"}), files({"/proc/uptime": "34567890.12 1.0\n"}), WARNING
    ),
    "linux.system.boot": Twin(kernel(), kernel(boot="bbbb"), WARNING, changed=True),
    "linux.system.versions": Twin(
        files({_KERNEL: "5.10.0-30-amd64\n", "/etc/debian_version": "12.7\n"}, missing=_NOT_DEBIAN),
        files({_KERNEL: "5.10.0-33-amd64\n", "/etc/debian_version": "12.7\n"}, missing=_NOT_DEBIAN),
        WARNING,
        changed=True,
    ),
    "linux.system.reboot": Twin(
        out("required=no\nrunning=5.10\nreason=\n"),
        out("required=yes\nrunning=5.10\nreason=/boot/vmlinuz-5.11\n"),
        WARNING,
    ),
    "linux.cpu.busy": Twin(sample(), sample(cpu="2000 0 600 8010 500 0 0 0 0 0"), CRITICAL),
    "linux.cpu.iowait": Twin(sample(), sample(cpu="1010 0 510 8100 800 0 0 0 0 0"), CRITICAL),
    "linux.cpu.steal": Twin(sample(), sample(cpu="1010 0 510 8100 510 0 0 100 0 0"), WARNING),
    "linux.cpu.load": Twin(
        files({"/proc/loadavg": "1.0 1.0 1.00 2/200 1\n".replace("1.0 ", "1.00 ")}),
        files({"/proc/loadavg": "15.00 14.00 13.00 2/200 1\n"}),
        CRITICAL,
    ),
    "linux.cpu.queue": Twin(sample(), sample(running=30), WARNING),
    "linux.memory.available": Twin(memory(), memory(available=40000), CRITICAL),
    "linux.memory.swap": Twin(memory(), memory(swap=400), WARNING),
    "linux.memory.swapping": Twin(sample(), sample(swapped=9000), WARNING),
    "linux.memory.oom": Twin(
        stream(QUIET), dmesg("Out of memory: Killed process 4711 (java) total-vm:1kB"), CRITICAL
    ),
    "linux.memory.swappiness": Twin(kernel(), kernel(swappiness=60), WARNING),
    "linux.memory.hugepage": Twin(
        files(
            {"/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n"}, missing=_OLD_HUGEPAGE
        ),
        files(
            {"/sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never\n"}, missing=_OLD_HUGEPAGE
        ),
        WARNING,
    ),
    "linux.disk.usage": Twin(df(50_000_000), df(95_000_000), CRITICAL),
    "linux.disk.inodes": Twin(
        out(INODES.format(used=40000, free=960000)), out(INODES.format(used=850000, free=150000)), WARNING
    ),
    "linux.disk.readonly": Twin(
        out(MOUNTS.format(options="rw") + MOUNTED),
        out(MOUNTS.format(options="ro,relatime") + MOUNTED),
        CRITICAL,
    ),
    "linux.disk.fstab": Twin(
        out(MOUNTS.format(options="rw") + MOUNTED), out(MOUNTS.format(options="rw")), WARNING
    ),
    "linux.disk.network": Twin(df(50_000_000), df(85_000_000), WARNING),
    "linux.disk.latency": Twin(
        sample(), sample(disk="1010 0 8080 4020 2010 0 16080 12020 0 5050 12040"), CRITICAL
    ),
    "linux.disk.util": Twin(
        sample(), sample(disk="1010 0 8080 4020 2010 0 16080 8020 0 7990 12040"), WARNING
    ),
    "linux.disk.raid": Twin(
        files({"/proc/mdstat": "Personalities :\nmd0 : active raid1 b[1] a[0]\n  5 blocks [2/2] [UU]\n"}),
        files({"/proc/mdstat": "Personalities :\nmd0 : active raid1 b[1](F) a[0]\n  5 blocks [2/1] [U_]\n"}),
        CRITICAL,
    ),
    "linux.disk.smart": Twin(
        out("# sda\nSMART overall-health self-assessment test result: PASSED\n"),
        out("# sda\nSMART overall-health self-assessment test result: FAILED!\n"),
        CRITICAL,
    ),
    "linux.disk.multipath": Twin(
        out("mpatha dm-0\n  |- 1:0:0:1 sdb 8:16 active ready running\n"),
        out("mpatha dm-0\n  |- 1:0:0:1 sdb 8:16 failed faulty running\n"),
        CRITICAL,
    ),
    "linux.disk.thin": Twin(
        out("  vg|pool|50.00\n  vg|root|\n"), out("  vg|pool|95.00\n  vg|root|\n"), CRITICAL
    ),
    "linux.disk.deleted": Twin(out(""), out("5368709120 /proc/900/fd/4\n"), WARNING),
    "linux.log.disk": Twin(
        stream(QUIET), dmesg("blk_update_request: I/O error, dev sda, sector 1234"), CRITICAL
    ),
    "linux.log.hardware": Twin(
        stream(QUIET), dmesg("mce: [Hardware Error]: Machine check events logged"), WARNING
    ),
    "linux.log.hung": Twin(
        stream(QUIET), dmesg("INFO: task java:900 blocked for more than 120 seconds."), WARNING
    ),
    "linux.log.crash": Twin(
        stream(QUIET), dmesg("lis[711]: segfault at 0 ip 1 sp 2 error 4 in lis"), WARNING
    ),
    "linux.log.system": Twin(
        logs(
            {"/var/log/messages": "Nov 21 09:00:00 icu systemd: Started Session 1.\n"},
            missing=["/var/log/syslog"],
        ),
        logs(
            {"/var/log/messages": "Nov 21 09:00:00 icu tomcat: write: No space left on device\n"},
            missing=["/var/log/syslog"],
        ),
        WARNING,
    ),
    "linux.log.journal": Twin(
        stream("-- No entries --\n"),
        stream("".join(f"2026-11-21T09:{m:02}:00+0800 icu app[1]: 连接失败 {m}\n" for m in range(25))),
        WARNING,
    ),
    "linux.log.application": Twin(
        logs({"/opt/icu/app.log": "2026-11-21 09:00:00,123 INFO 启动完成\n"}),
        logs(
            {
                "/opt/icu/app.log": "2026-11-21 09:00:00,123 ERROR x\njava.lang.OutOfMemoryError: Java heap space\n"
            }
        ),
        CRITICAL,
    ),
    "linux.log.errors": Twin(
        logs({"/opt/icu/app.log": "2026-11-21 09:00:00,123 INFO 启动完成\n"}),
        logs({"/opt/icu/app.log": "2026-11-21 09:00:00,123 ERROR 保存失败 id=17\n" * 60}),
        WARNING,
    ),
    "linux.log.size": Twin(out("4096\t/var/log\n"), out("9999999\t/var/log\n"), WARNING),
    "linux.service.failed": Twin(
        out(UNITS.format(rows="", n=0)),
        out(UNITS.format(rows="  tomcat.service loaded failed failed Tomcat", n=1)),
        CRITICAL,
    ),
    "linux.service.expected": Twin(
        out(SHOW.format(state="active", enabled="enabled")),
        out(SHOW.format(state="failed", enabled="enabled")),
        CRITICAL,
    ),
    "linux.service.enabled": Twin(
        out(SHOW.format(state="active", enabled="enabled")),
        out(SHOW.format(state="active", enabled="disabled")),
        WARNING,
    ),
    "linux.process.expected": Twin(
        out(PS), out(PS.replace("java -D", "tail -D").replace("java  ", "tail  ")), CRITICAL
    ),
    "linux.process.zombie": Twin(out(PS), out(PS + ZOMBIES), WARNING),
    "linux.process.blocked": Twin(out(PS), out(PS + STUCK), WARNING),
    "linux.process.cpu": Twin(out(PS), out(""), Level.UNKNOWN),
    "linux.process.memory": Twin(out(PS), out(""), Level.UNKNOWN),
    "linux.kernel.threads": Twin(kernel(), kernel(threads=900), WARNING),
    "linux.kernel.files": Twin(kernel(), kernel(files=900), WARNING),
    "linux.kernel.conntrack": Twin(kernel(), kernel(connections=900), WARNING),
    "linux.network.errors": Twin(
        files({"/proc/net/dev": NET.format(errors=0)}),
        files({"/proc/net/dev": NET.format(errors=5000)}),
        WARNING,
        changed=True,
    ),
    "linux.network.listen": Twin(
        out("ListenOverflows=7\nListenDrops=7\n"),
        out("ListenOverflows=9\nListenDrops=9\n"),
        WARNING,
        changed=True,
    ),
    "linux.network.closewait": Twin(
        out(WAITING), out(WAITING + WAITING.splitlines(keepends=True)[1] * 900), WARNING
    ),
    "linux.network.bond": Twin(
        files({"/proc/net/bonding/bond0": "MII Status: up\nSlave Interface: eth0\nMII Status: up\n"}),
        files({"/proc/net/bonding/bond0": "MII Status: up\nSlave Interface: eth0\nMII Status: down\n"}),
        CRITICAL,
    ),
    "linux.network.ports": Twin(
        out(SS), out(SS + "tcp LISTEN 0 128 0.0.0.0:4444 0.0.0.0:*\n"), WARNING, changed=True
    ),
    "linux.network.declared": Twin(out(SS), out(SS.replace(":22 ", ":23 ")), CRITICAL, changed=True),
    "linux.network.resolver": Twin(out("servers=2\n"), out("servers=0\n"), WARNING),
    "linux.time.sync": Twin(
        out(CHRONY.format(off="0.001", leap="Normal")),
        out(CHRONY.format(off="0.001", leap="Not synchronised")),
        WARNING,
    ),
    "linux.time.offset": Twin(
        out(CHRONY.format(off="0.001", leap="Normal")), out(CHRONY.format(off="2.5", leap="Normal")), CRITICAL
    ),
    "linux.time.zone": Twin(out("+0800\n"), out("+0000\n"), WARNING),
    **SECURITY,
}

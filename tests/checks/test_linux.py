"""Every check of the Linux catalogue: finds its fault, and leaves the healthy twin alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from hmaint.model.look import Reply, Seen
from hmaint.model.playbook import Level
from tests.checks.hosts import HOST, catalogue, check, files, later, logs, look, out, stream

SAMPLE = """\
@ 1000.00
cpu  1000 0 500 8000 500 0 0 0 0 0
load 1.00 1.00 1.00 2/200 999
disk    8       0 sda 1000 0 8000 4000 2000 0 16000 8000 0 5000 12000
vm pswpin 100
vm pswpout 4000
@ 1003.00
cpu  {cpu}
load 1.00 1.00 1.00 {running}/200 1003
disk    8       0 sda {disk}
vm pswpin 100
vm pswpout {out}
"""
PS = """\
    PID    PPID USER     STAT     ELAPSED     TIME   RSS COMMAND         COMMAND
      1       0 root     Ss    12-03:04:05 00:10:05 12345 systemd         /usr/lib/systemd/systemd
    900       1 tomcat   Sl       01:00:00 00:30:00 2097152 java            /usr/bin/java -Dcatalina.home=/opt/tomcat9 start
    901       1 root     Sl       01:00:00 00:30:00 20971 clamd           /usr/sbin/clamd
"""
ZOMBIES = "".join(
    f"   95{n}     900 tomcat   Z           10:00 00:00:00     0 sh              [sh] <defunct>\n"
    for n in range(6)
)
STUCK = "".join(
    f"   96{n}     900 tomcat   D           10:00 00:00:00     9 cp              cp a b\n" for n in range(6)
)
DF = """\
Filesystem     Type  1024-blocks     Used Available Capacity Mounted on
/dev/sda3      ext4    100000000 {used} {free}      48% /data
tmpfs          tmpfs     1000000        0   1000000       0% /dev/shm
"""
INODES = """\
Filesystem      Inodes  IUsed    IFree IUse% Mounted on
/dev/sda3      1000000 {used} {free}    4% /data
/dev/sdb1            0      0        0     - /btrfs
"""
MOUNTS = """\
fstab /dev/sda1 / ext4 defaults 0 1
fstab /dev/sdb1 /backup ext4 defaults 0 2
mount /dev/sda1 / ext4 {options} 0 0
"""
MOUNTED = "mount /dev/sdb1 /backup ext4 rw 0 0\n"
KERNEL = """\
/proc/loadavg:0.00 0.01 0.05 2/{threads} 12345
/proc/sys/kernel/threads-max:127000
/proc/sys/kernel/pid_max:1000
/proc/sys/fs/file-nr:{files}\t0\t1000
/proc/sys/net/netfilter/nf_conntrack_count:{connections}
/proc/sys/net/netfilter/nf_conntrack_max:1000
/proc/sys/vm/swappiness:{swappiness}
/proc/sys/kernel/random/boot_id:{boot}
"""
MEMORY = "MemTotal: 1000000 kB\nMemFree: 1000 kB\nMemAvailable: {available} kB\nSwapTotal: 1000 kB\nSwapFree: {swap} kB\n"
PASSWD = "root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\noracle:x:500:500::/home/oracle:/bin/bash\n"
SHADOW = "root:$6$a$b:19000:0:{days}:7:::\nbin:*:17110:0:99999:7:::\n"
UNITS = "  UNIT LOAD ACTIVE SUB DESCRIPTION\n{rows}\n{n} loaded units listed.\n"
SHOW = "Id=tomcat.service\nLoadState=loaded\nActiveState={state}\nSubState=x\nUnitFileState={enabled}\n\nId=mysqld.service\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n"
SS = "Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\ntcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n"
CHRONY = "Reference ID    : 0A010001 (10.1.0.1)\nStratum : 4\nSystem time     : {off} seconds slow of NTP time\nLeap status     : {leap}\n"
NET = "Inter-| Receive | Transmit\n face |bytes\n  eth0: 10 20 {errors} 0 0 0 0 0 10 20 0 0 0 0 0 0\n"
LAST = "@ 2026-11-21 09:30:00\n"
TRY = "root     ssh:notty    10.1.0.99        Sat Nov 21 09:29:00 2026 - Sat Nov 21 09:29:00 2026  (00:00)\n"
X509 = "@ 1795255200\n# /etc/ssl/icu.pem\nsubject=CN = icu\nissuer=CN = CA\nnotAfter={end} GMT\n"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHNvbWUtcHVibGljLWtleS1ieXRlcy0zMi1sb25n {who}\n"
NFT = "# nft\ntable inet f {{\n chain input {{\n  type filter hook input priority 0; policy {policy};\n }}\n}}\n"
DMESG = "[    0.000000] Linux version 5.10\n[863000.100000] {line}\n"
QUIET = DMESG.format(line="eth0: Link is Up - 1Gbps/Full")


def sample(
    cpu: str = "1100 0 600 10000 500 0 0 0 0 0",
    disk: str = "1010 0 8080 4020 2010 0 16080 8020 0 5050 12040",
    running: int = 2,
    swapped: int = 4000,
) -> Reply:
    return out(SAMPLE.format(cpu=cpu, disk=disk, running=running, out=swapped))


def kernel(
    threads: int = 200, files: int = 100, connections: int = 10, swappiness: int = 1, boot: str = "aaaa"
) -> Reply:
    return out(
        KERNEL.format(threads=threads, files=files, connections=connections, swappiness=swappiness, boot=boot)
    )


def df(used: int) -> Reply:
    return out(DF.format(used=used, free=100000000 - used))


def memory(available: int = 500000, swap: int = 1000) -> Reply:
    return files({"/proc/meminfo": MEMORY.format(available=available, swap=swap)})


def dmesg(line: str) -> Reply:
    return stream(DMESG.format(line=line))


@dataclass(frozen=True)
class Twin:
    """A healthy answer, a faulty one, and what must come of the faulty one; `changed` compares the second run with the first."""

    good: Reply
    bad: Reply
    level: Level
    changed: bool = False
    fine: Level = Level.OK


WARNING, CRITICAL, SKIPPED, OK = Level.WARNING, Level.CRITICAL, Level.SKIPPED, Level.OK

TWINS: dict[str, Twin] = {
    "linux.system.release": Twin(
        files({"/etc/os-release": "ID=debian\nVERSION_ID=13\n"}),
        files({"/etc/redhat-release": "CentOS release 6.10 (Final)\n"}, missing=["/etc/os-release"]),
        WARNING,
    ),
    "linux.system.uptime": Twin(
        files({"/proc/uptime": "864000.00 1.0\n"}), files({"/proc/uptime": "34567890.12 1.0\n"}), WARNING
    ),
    "linux.system.boot": Twin(kernel(), kernel(boot="bbbb"), WARNING, changed=True),
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
        files({"/sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n"}),
        files({"/sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never\n"}),
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
        files(
            {
                "/proc/mdstat": "Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      5 blocks [2/2] [UU]\n"
            }
        ),
        files(
            {
                "/proc/mdstat": "Personalities : [raid1]\nmd0 : active raid1 sdb1[1](F) sda1[0]\n      5 blocks [2/1] [U_]\n"
            }
        ),
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
        out(PS), out(PS.replace("/usr/bin/java", "/usr/bin/tail").replace("java  ", "tail  ")), CRITICAL
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
    "linux.network.closewait": Twin(out("count=3\n"), out("count=900\n"), WARNING),
    "linux.network.bond": Twin(
        files({"/proc/net/bonding/bond0": "MII Status: up\nSlave Interface: eth0\nMII Status: up\n"}),
        files({"/proc/net/bonding/bond0": "MII Status: up\nSlave Interface: eth0\nMII Status: down\n"}),
        CRITICAL,
    ),
    "linux.network.ports": Twin(
        out(SS), out(SS + "tcp LISTEN 0 128 0.0.0.0:4444 0.0.0.0:*\n"), WARNING, changed=True
    ),
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
    "linux.account.root": Twin(
        files({"/etc/passwd": PASSWD}),
        files({"/etc/passwd": PASSWD + "backdoor:x:0:0::/tmp:/bin/sh\n"}),
        CRITICAL,
    ),
    "linux.account.password": Twin(
        files({"/etc/shadow": SHADOW.format(days=90)}),
        files({"/etc/shadow": SHADOW.format(days=90) + "open::1:0:99999:7:::\n"}),
        CRITICAL,
    ),
    "linux.account.exposed": Twin(
        files({"/etc/passwd": PASSWD}),
        files({"/etc/passwd": PASSWD + "old:$1$a$b:501:501::/home/old:/bin/bash\n"}),
        CRITICAL,
    ),
    "linux.account.changed": Twin(
        files({"/etc/passwd": PASSWD}),
        files({"/etc/passwd": PASSWD + "temp:x:600:600::/home/temp:/bin/bash\n"}),
        WARNING,
        changed=True,
    ),
    "linux.account.weak": Twin(
        files({"/etc/shadow": SHADOW.format(days=90)}),
        files({"/etc/shadow": SHADOW.format(days=90) + "old:$1$a$b:1:0:90:7:::\n"}),
        WARNING,
    ),
    "linux.account.expiry": Twin(
        files({"/etc/shadow": SHADOW.format(days=90)}),
        files({"/etc/shadow": SHADOW.format(days=99999)}),
        WARNING,
    ),
    "linux.account.policy": Twin(
        files({"/etc/login.defs": "# x\nPASS_MAX_DAYS\t90\n"}),
        files({"/etc/login.defs": "PASS_MAX_DAYS\t99999\n"}),
        WARNING,
    ),
    "linux.account.failed": Twin(out(LAST + TRY), out(LAST + TRY * 60), WARNING),
    "linux.account.logins": Twin(out(LAST + TRY), out("garbage\n"), Level.UNKNOWN),
    "linux.account.keys": Twin(
        files({"/root/.ssh/authorized_keys": KEY.format(who="a@b")}),
        files(
            {
                "/root/.ssh/authorized_keys": KEY.format(who="a@b")
                + KEY.format(who="x@y").replace("HNvbWUt", "HNvbWV0")
            }
        ),
        WARNING,
        changed=True,
    ),
    "linux.account.sudo": Twin(
        files({"/etc/sudoers": "root ALL=(ALL) ALL\n%ops ALL=NOPASSWD: /usr/sbin/smartctl\n"}),
        files({"/etc/sudoers": "%ops ALL=NOPASSWD: /usr/sbin/smartctl\ntemp ALL=NOPASSWD: ALL\n"}),
        WARNING,
        changed=True,
    ),
    "linux.security.sshd": Twin(
        out("permitrootlogin no\npermitemptypasswords no\n"),
        out("permitrootlogin yes\npermitemptypasswords yes\n"),
        CRITICAL,
    ),
    "linux.security.firewall": Twin(
        out(NFT.format(policy="drop")), out(NFT.format(policy="accept")), WARNING
    ),
    "linux.security.selinux": Twin(
        out("selinux enforcing\napparmor N\n"), out("selinux permissive\napparmor N\n"), WARNING, changed=True
    ),
    "linux.security.antivirus": Twin(out(PS), out(PS.replace("clamd", "calmd")), WARNING),
    "linux.security.updates": Twin(
        out("# apt fresh\n"),
        out("# apt fresh\nInst libc6 [1] (2 Debian-Security:12/stable-security [amd64])\n"),
        WARNING,
    ),
    "linux.security.suid": Twin(
        out("/usr/bin/su\n"), out("/usr/bin/su\n/tmp/.x/su\n"), WARNING, changed=True
    ),
    "linux.security.certificates": Twin(
        out(X509.format(end="Dec  1 00:00:00 2027")), out(X509.format(end="Nov 22 00:00:00 2026")), CRITICAL
    ),
    "linux.security.dumps": Twin(
        out("/var/crash/a\n"), out("/var/crash/a\n/var/crash/b\n"), WARNING, changed=True
    ),
    "linux.cron.system": Twin(
        files({"/etc/crontab": "1 2 * * * root /backup/full.sh\n"}),
        files({"/etc/crontab": "1 3 * * * root /backup/full.sh\n"}),
        WARNING,
        changed=True,
    ),
    "linux.cron.users": Twin(
        files({"/var/spool/cron/oracle": "1 2 * * * /backup/full.sh\n"}),
        files({"/var/spool/cron/oracle": "1 2 * * * /backup/full.sh\n* * * * * curl -s http://10.9.9.9/x\n"}),
        WARNING,
        changed=True,
    ),
    "linux.cluster.pacemaker": Twin(
        out("Node List:\n  * Online: [ a b ]\n"), out("Node List:\n  * Node b: OFFLINE\n"), CRITICAL
    ),
}
STEPS = [step.id for step in catalogue("checks/linux").steps]


def test_every_check_has_its_twins() -> None:
    assert sorted(TWINS) == sorted(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_fault_is_found(step: str) -> None:
    twin = TWINS[step]
    before = look(step, twin.good) if twin.changed else None
    found = check(look(step, twin.bad, before=before, now=later()))
    assert found.level is twin.level, found.summary
    assert found.findings
    assert found.findings[0].summary


@pytest.mark.parametrize("step", STEPS)
def test_healthy_twin_is_left_alone(step: str) -> None:
    twin = TWINS[step]
    before = look(step, twin.good) if twin.changed else None
    found = check(look(step, twin.good, before=before, now=later()))
    assert found.level is twin.fine, found.summary
    assert not found.findings


@pytest.mark.parametrize("step", [step for step, twin in TWINS.items() if twin.changed])
def test_first_look_makes_a_baseline_and_judges_nothing(step: str) -> None:
    found = check(look(step, TWINS[step].bad))
    assert found.level is SKIPPED
    assert "首次" in found.summary


@pytest.mark.parametrize("step", STEPS)
def test_garbage_is_never_fine(step: str) -> None:
    found = check(
        look(step, out("\x7fELF 乱码 garbage\n-bash: line 1: 12345 Segmentation fault\n", code=139))
    )
    assert found.level is Level.UNKNOWN, found.summary


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("seen", [Seen.TIMED_OUT, Seen.DENIED, Seen.UNREACHABLE])
def test_what_was_not_seen_is_unknown(step: str, seen: Seen) -> None:
    found = check(look(step, Reply(seen, reason="没有看到")))
    assert found.level is Level.UNKNOWN
    assert "没有看到" in found.summary


@pytest.mark.parametrize("step", STEPS)
def test_output_in_another_encoding_is_never_fine(step: str) -> None:
    reply = Reply(Seen.OBSERVED, b"\xce\xde\xb7\xa8\xff\n", code=0)
    found = check(look(step, reply))
    assert found.level is Level.UNKNOWN, found.summary


@pytest.mark.parametrize("step", STEPS)
def test_permission_denied_is_unknown_and_says_what_would_help(step: str) -> None:
    found = check(look(step, out("", code=1, err="x: Permission denied\n")))
    if "file" in {s.do for s in catalogue("checks/linux").steps if s.id == step}:
        found = check(look(step, files(refused=["/etc/secret"])))
    assert found.level is Level.UNKNOWN, found.summary
    assert "sudo: true" in found.summary


@pytest.mark.parametrize("step", STEPS)
def test_missing_tool_is_skipped_with_its_name(step: str) -> None:
    found = check(look(step, out("", code=127, err="sh: 1: frobnicate: not found\n")))
    kind = next(s.do for s in catalogue("checks/linux").steps if s.id == step)
    if kind != "file":
        assert (found.level, found.summary) == (SKIPPED, "未安装 frobnicate")


def test_port_the_inventory_declares_is_missed() -> None:
    host = replace(HOST, ports=(22, 8080))
    found = check(look("linux.network.ports", out(SS), host=host))
    assert found.level is CRITICAL
    assert [finding.subject for finding in found.findings] == ["8080"]


def test_threshold_of_the_site_wins() -> None:
    found = check(look("linux.disk.usage", df(50_000_000), variables={"linux_disk_used_warning": 40}))
    assert found.level is WARNING


def test_load_is_judged_by_the_number_of_cpus() -> None:
    reply = files({"/proc/loadavg": "5.00 5.00 5.00 2/200 1\n"})
    assert check(look("linux.cpu.load", reply)).level is OK  # 4 CPUs


def test_stale_package_lists_are_no_good_news() -> None:
    assert check(look("linux.security.updates", out("# apt \n"))).level is Level.UNKNOWN


def test_btrfs_without_inodes_is_no_problem() -> None:
    assert check(look("linux.disk.inodes", out(INODES.format(used=1, free=999999)))).level is OK


@pytest.mark.parametrize("name", ["inspect/monthly", "inspect/quarterly"])
def test_inspections_hold_the_linux_checks(name: str) -> None:
    held = {step.id for step in catalogue(name).steps}
    wanted = {
        s.id for s in catalogue("checks/linux").steps if name == "inspect/quarterly" or "monthly" in s.tags
    }
    assert wanted <= held
    assert len(wanted) >= 36

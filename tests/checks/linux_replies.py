"""What Linux hosts print, with the figures that tests vary."""

from __future__ import annotations

from hmaint.model.look import Reply
from tests.checks.hosts import files, out, stream

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
SSHD = """\
maxauthtries {tries}
ignorerhosts yes
hostbasedauthentication no
ciphers {ciphers}
macs hmac-sha2-256
kexalgorithms curve25519-sha256
"""
PS = """\
    PID    PPID USER     STAT     ELAPSED     TIME   RSS COMMAND         COMMAND
      1       0 root     Ss    12-03:04:05 00:10:05 12345 systemd         /usr/lib/systemd/systemd
    900       1 tomcat   Sl       01:00:00 00:30:00 2097152 java            java -Dcatalina.home=/opt/tomcat9 start
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
MEMORY = """\
MemTotal: 1000000 kB
MemFree: 1000 kB
MemAvailable: {available} kB
SwapTotal: 1000 kB
SwapFree: {swap} kB
"""
PASSWD = "root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\noracle:x:500:500::/home/oracle:/bin/bash\n"
SHADOW = "root:$6$a$b:19000:0:{days}:7:::\nbin:*:17110:0:99999:7:::\n"
UNITS = "  UNIT LOAD ACTIVE SUB DESCRIPTION\n{rows}\n{n} loaded units listed.\n"
SHOW = """\
Id=tomcat.service
LoadState=loaded
ActiveState={state}
SubState=x
UnitFileState={enabled}

Id=mysqld.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
"""
SS = "Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\ntcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n"
CHRONY = """\
Reference ID    : 0A010001 (10.1.0.1)
Stratum : 4
System time     : {off} seconds slow of NTP time
Leap status     : {leap}
"""
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

"""The twins of what the Linux catalogue looks at for safety: accounts, settings, planned tasks, clusters."""

from __future__ import annotations

from hmaint.model.playbook import Level
from tests.checks.hosts import files, out
from tests.checks.linux_replies import KEY, LAST, NFT, PASSWD, PS, SHADOW, SS, SSHD, TRY, X509
from tests.checks.twin import Twin

WARNING, CRITICAL = Level.WARNING, Level.CRITICAL
_NO_RHOSTS = ["/etc/hosts.equiv", "/root/.rhosts", "/root/.shosts"]

TWINS: dict[str, Twin] = {
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
    "linux.security.sshd.algorithms": Twin(
        out(SSHD.format(ciphers="aes256-gcm@openssh.com", tries=4)),
        out(SSHD.format(ciphers="aes256-ctr,aes128-cbc", tries=4)),
        WARNING,
    ),
    "linux.security.sshd.limits": Twin(
        out(SSHD.format(ciphers="aes256-ctr", tries=4)),
        out(SSHD.format(ciphers="aes256-ctr", tries=20)),
        WARNING,
    ),
    "linux.security.exposed": Twin(out(SS), out(SS + "tcp LISTEN 0 128 *:6379 *:*\n"), WARNING),
    "linux.security.writable": Twin(out(""), out("/opt/his/upload/shell.jsp\n"), WARNING),
    "linux.security.files": Twin(
        out(
            "-rw-r--r-- root /etc/passwd\n-rw-r----- root /etc/shadow\n-rw------- root /etc/ssh/ssh_host_rsa_key\n"
        ),
        out(
            "-rw-r--r-- root /etc/passwd\n-rw-r--r-- root /etc/shadow\n-rw------- root /etc/ssh/ssh_host_rsa_key\n"
        ),
        WARNING,
    ),
    "linux.security.audit": Twin(
        out(PS + "    77       1 root     S<sl     01:00:00 00:00:01  2000 auditd          /sbin/auditd\n"),
        out(PS + "    77       2 root     S        01:00:00 00:00:01     0 kauditd         [kauditd]\n"),
        WARNING,
    ),
    "linux.security.signatures": Twin(out("files=3\nfresh=2\n"), out("files=3\nfresh=0\n"), WARNING),
    "linux.account.quality": Twin(out("quality=yes\nlock=yes\n"), out("quality=yes\nlock=no\n"), WARNING),
    "linux.account.umask": Twin(out("umask=（027）\n"), out("umask=（000）\n"), WARNING),
    "linux.account.timeout": Twin(out("seconds=600\n"), out("seconds=0\n"), WARNING),
    "linux.account.groups": Twin(
        files({"/etc/group": "root:x:0:\nwheel:x:10:ops\nusers:x:100:\n"}),
        files({"/etc/group": "root:x:0:\nwheel:x:10:ops,temp\nusers:x:100:\n"}),
        WARNING,
        changed=True,
    ),
    "linux.account.rhosts": Twin(
        files({"/home/old/.rhosts": "# none\n"}, missing=_NO_RHOSTS),
        files({"/home/old/.rhosts": "10.1.2.3 root\n"}, missing=_NO_RHOSTS),
        CRITICAL,
    ),
    "linux.folder.waiting": Twin(out("4 0 0 /data/lis/in\n"), out("90 80 70 /data/lis/in\n"), CRITICAL),
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

"""`mounts`: what /etc/fstab wants mounted against what /proc/mounts has.

The text holds lines of both, each behind `fstab ` or `mount `; bare lines count as /proc/mounts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, filled, unescaped

_ON_DISK = re.compile(r"ext[234]|xfs|btrfs|zfs|jfs|reiserfs|f2fs|ocfs2|gfs2?")
_NETWORK = re.compile(r"nfs4?|cifs|smbfs|smb3|glusterfs|ceph|fuse\.glusterfs|lustre|beegfs")
_FIELDS = 4


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of either file."""

    device: str
    point: str
    fstype: str
    options: frozenset[str]

    @property
    def readonly(self) -> bool:
        """Whether nothing can be written, be it asked for or the kernel's answer to errors."""
        return bool(self.options & {"ro", "emergency_ro"})


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per file system on disks or the network: `mount device fstype mounted ro wanted problem`.

    `wanted` tells that fstab names it. `problem` is `missing` (fstab mounts it at boot, but it is not
    there), `readonly` (it is read-only though fstab does not say so), or empty. Removable media and
    `noauto` are nobody's fault.
    """
    wanted, mounted = _read(text)
    rows = [_row(wanted.get(point), mount) for point, mount in mounted.items() if _counts(mount)]
    rows += [
        _row(mount, None)
        for point, mount in wanted.items()
        if point not in mounted and _at_boot(mount) and _counts(mount)
    ]
    if not mounted:
        raise ValueError("没有已挂载的文件系统")
    return rows


def _read(text: str) -> tuple[dict[str, Mount], dict[str, Mount]]:
    wanted: dict[str, Mount] = {}
    mounted: dict[str, Mount] = {}
    for line in filled(text):
        source, _, rest = line.partition(" ")
        if source == "fstab":
            if rest.strip() and not rest.lstrip().startswith("#"):
                mount = _mount(rest)
                wanted[mount.point.rstrip("/") or "/"] = mount
        else:
            mount = _mount(rest if source == "mount" else line)
            mounted[mount.point] = mount
    return wanted, mounted


def _mount(line: str) -> Mount:
    words = line.split()
    if len(words) < _FIELDS:
        raise ValueError(f"无法解读：{line[:60]!r}")
    return Mount(unescaped(words[0]), unescaped(words[1]), words[2], frozenset(words[3].split(",")))


def _counts(mount: Mount) -> bool:
    return bool(_ON_DISK.fullmatch(mount.fstype) or _NETWORK.fullmatch(mount.fstype))


def _at_boot(mount: Mount) -> bool:
    return not mount.options & {"noauto", "x-systemd.automount"} and mount.point.startswith("/")


def _row(wanted: Mount | None, mounted: Mount | None) -> dict[str, Scalar]:
    mount = mounted or wanted
    if mount is None:
        raise ValueError("没有文件系统")
    problem = ""
    if mounted is None:
        problem = "missing"
    elif mounted.readonly and wanted is not None and "ro" not in wanted.options:
        problem = "readonly"
    return {
        "mount": mount.point,
        "device": mount.device,
        "fstype": mount.fstype,
        "mounted": mounted is not None,
        "ro": mounted is not None and mounted.readonly,
        "wanted": wanted is not None,
        "problem": problem,
    }

"""What a hospital has, flat: every default already resolved, every secret only referred to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal

from hmaint.kit.frozen import dataclass
from hmaint.model.channel import Notify
from hmaint.model.drill import Drill
from hmaint.model.secret import Secret as Secret  # noqa: PLC0414 - whoever speaks of the inventory finds it here

Scalar = str | int | float | bool | None
Vars = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one visit, in seconds and bytes; each stands alone so that no wait hides in another."""

    connect: float = 10.0
    banner: float = 10.0
    login: float = 20.0
    command: float = 20.0
    host: float = 120.0
    output: int = 1_048_576


@dataclass(frozen=True, slots=True)
class Ssh:
    """How to log in; `jumps` are host names of the site (or user@address:port), nearest first."""

    user: str = ""
    key: str | None = None
    key_passphrase: Secret | None = None
    password: Secret | None = None
    agent: bool = False
    jumps: tuple[str, ...] = ()
    sudo: bool = False
    sudo_password: Secret | None = None
    legacy: bool = False


Middleware = Literal["tomcat", "nginx", "redis", "rabbitmq", "docker", "elasticsearch"]


@dataclass(frozen=True, slots=True)
class Host:
    """A machine that is looked at over SSH, or this very one."""

    name: str
    site: str
    address: str = ""
    port: int = 22
    connection: Literal["ssh", "local"] = "ssh"
    platform: Literal["linux", "windows"] = "linux"
    title: str = ""
    roles: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    logs: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    middleware: tuple[Middleware, ...] = ()
    encoding: str = "utf-8"
    ssh: Ssh = Ssh()
    limits: Limits = Limits()
    vars: Vars = field(default_factory=dict)

    kind = "host"


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is read through its driver; `path` only for SQLite, relative to the workspace.

    Oracle alone has `sid` (instead of `service`), `client` (the folder of its client libraries), `driver` and
    `diagnostics_pack` (whether the hospital has bought it, without which its views must not be read); SQL Server
    alone `instance`, `tds_version` and `legacy` (TLS before 1.2 is good enough).
    """

    name: str
    site: str
    engine: Literal["mysql", "postgresql", "sqlite", "oracle", "sqlserver"]
    address: str = ""
    port: int = 0
    user: str = ""
    password: Secret | None = None
    database: str = ""
    service: str = ""
    sid: str = ""
    client: str = ""
    driver: Literal["", "oracledb", "cx_oracle"] = ""
    diagnostics_pack: bool = False
    instance: str = ""
    tds_version: Literal["", "7.1", "7.2", "7.3", "7.4"] = ""
    legacy: bool = False
    path: str = ""
    title: str = ""
    roles: tuple[str, ...] = ()
    tls: bool = False
    kill_user: str = ""
    """The account that may end sessions; never used for looking."""
    kill_password: Secret | None = None
    tune_user: str = ""
    """The account that may change indexes, statistics and parameters: inside the window alone, never for looking."""
    tune_password: Secret | None = None
    upgrade_user: str = ""
    """The account that runs the scripts of approved upgrades; used while one runs alone, never for looking."""
    upgrade_password: Secret | None = None
    limits: Limits = Limits()
    vars: Vars = field(default_factory=dict)

    kind = "database"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service that is asked from the laptop: a URL, or host:port by the protocol whose name the field bears.

    `dns` is a host name that `dns_servers` are asked for; `dns_answers` what they should say.
    """

    name: str
    site: str
    url: str = ""
    tcp: str = ""
    tls: str = ""
    ntp: str = ""
    dns: str = ""
    ldap: str = ""
    smtp: str = ""
    ftp: str = ""
    ssh: str = ""
    dicom: str = ""
    mllp: str = ""
    expect: int | None = None
    contains: str = ""
    json_path: str = ""
    json_equals: Scalar = None
    dns_servers: tuple[str, ...] = ()
    dns_answers: tuple[str, ...] = ()
    starttls: bool = False
    called: str = ""
    calling: str = ""
    verify: bool = True
    title: str = ""
    limits: Limits = Limits()
    vars: Vars = field(default_factory=dict)

    kind = "endpoint"


SnmpAuth = Literal["md5", "sha", "sha224", "sha256", "sha384", "sha512"]
SnmpPrivacy = Literal["des", "3des", "aes128", "aes192", "aes256", "aes192-cisco", "aes256-cisco"]
DeviceModel = Literal[
    "switch", "router", "firewall", "wireless", "storage", "ups", "server", "sensor", "printer", "other"
]


@dataclass(frozen=True, slots=True)
class Snmp:
    """How a device is asked: a community for versions 1 and 2c; a user, with keys or without, for version 3."""

    version: Literal["1", "2c", "3"] = "3"
    community: Secret | None = None
    user: str = ""
    auth: SnmpAuth | None = None
    auth_password: Secret | None = None
    privacy: SnmpPrivacy | None = None
    privacy_password: Secret | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A thing on the network that is asked by SNMP: a switch, a storage box, a UPS."""

    name: str
    site: str
    address: str = ""
    port: int = 161
    model: DeviceModel = "other"
    title: str = ""
    roles: tuple[str, ...] = ()
    snmp: Snmp = Snmp()
    limits: Limits = Limits()
    vars: Vars = field(default_factory=dict)

    kind = "device"


Target = Host | Database | Endpoint | Device


@dataclass(frozen=True, slots=True)
class Copy:
    """A further copy of a backup on another machine."""

    host: str
    path: str


BackupKind = Literal[
    "auto",
    "mysqldump",
    "pg_dump",
    "mysql_tab",
    "mydumper",
    "xtrabackup",
    "pg_basebackup",
    "expdp",
    "rman",
    "sqlserver",
    "restic",
    "borg",
    "sqlite",
    "files",
]


@dataclass(frozen=True, slots=True)
class TableWanted:
    """A table that a dump must hold, and how many rows at least and at most; None leaves that end open."""

    name: str
    min_rows: int | None = None
    max_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """What must lie beside a full backup so that a point in time can be reached: logs without a gap.

    `path` is a glob of the logs; of `kind` binlog and wal the numbers in the names must follow each other.
    """

    path: str
    kind: Literal["binlog", "wal", "numbered"] = "numbered"
    max_age: float | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that somebody else's script makes; `path` holds strftime marks and globs.

    Everything below `copies` is what it should be, and optional: what is not said is not checked and is listed as such.
    Sizes are bytes, ages seconds.
    """

    name: str
    site: str
    path: str
    host: str = ""
    of: str = ""
    schedule: str = "daily"
    max_age: float = 93_600.0
    copies: tuple[Copy, ...] = ()
    vars: Vars = field(default_factory=dict)
    kind: BackupKind = "auto"
    title: str = ""
    min_size: int = 0
    max_size: int = 0
    """The most it may be once unpacked; 0: bounded by the ratio alone."""
    tables: tuple[TableWanted, ...] = ()
    objects: Mapping[str, int] = field(default_factory=dict)
    """How many views, triggers, routines, events, foreign_keys there must be at least."""
    database: str = ""
    """The name of the database within the backup; empty: that of the database it is `of`."""
    contains: tuple[str, ...] = ()
    """Words of this hospital that must stand in it."""
    lacks: tuple[str, ...] = ()
    """Words of other hospitals that must not."""
    charset: str = ""
    immutable: tuple[str, ...] = ()
    """Tables that never change any more: their rows must be byte for byte those of the last good backup."""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 that the rows of a table must have."""
    files: tuple[str, ...] = ()
    """Globs of names that a folder or an archive must hold."""
    requires: tuple[str, ...] = ()
    """Further pieces the engine's own catalogue must list: archivelog, controlfile, spfile; log, differential."""
    split: bool = False
    """The path names the volumes of one archive, to be read one after another."""
    base: str = ""
    """The backup of the same site without which this one is worth nothing: the full one of a differential."""
    chain: Chain | None = None
    log: str = ""
    """The log that the tool wrote which made the backup (expdp)."""
    password: Secret | None = None
    """The key of a restic or borg repository."""
    drill: Drill | None = None
    """How it is restored on trial; None where nobody has said how."""


@dataclass(frozen=True, slots=True)
class Hospital:
    """The party the forms are made for."""

    name: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """The party that maintains and signs."""

    name: str = ""
    project_manager: str = ""
    hotline: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One hospital system under maintenance."""

    name: str
    title: str
    contract: str = ""
    hosts: tuple[Host, ...] = ()
    databases: tuple[Database, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    backups: tuple[Backup, ...] = ()
    devices: tuple[Device, ...] = ()
    vars: Vars = field(default_factory=dict)
    notify: Notify = field(default_factory=Notify)
    """Who is told of this site: the inventory's own channels and the site's."""

    def targets(self) -> tuple[Target, ...]:
        """Everything of the site that can be looked at, in the order of the file."""
        return (*self.hosts, *self.databases, *self.devices, *self.endpoints)

    def host(self, name: str) -> Host | None:
        """The host of that name."""
        return next((host for host in self.hosts if host.name == name), None)


@dataclass(frozen=True, slots=True)
class Inventory:
    """One inventory file, resolved."""

    path: Path
    hospital: Hospital
    vendor: Vendor
    sites: Mapping[str, Site]
    redact: tuple[str, ...] = ()
    """Extra patterns whose matches never reach a record, such as the hospital's 病历号."""
    notify: Notify = field(default_factory=Notify)
    """Who is told of what concerns no single site."""

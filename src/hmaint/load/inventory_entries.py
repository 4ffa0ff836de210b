"""The inventory as it is written: one class for each kind of entry, its fields the keys one may write."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from hmaint.load.drill_entry import DrillEntry
from hmaint.load.fields import (
    AbsolutePath,
    Address,
    AeTitle,
    Digest,
    Duration,
    Encoding,
    Entry,
    FilePath,
    HostPort,
    Instance,
    Line,
    Listed,
    Name,
    Named,
    Password,
    Pattern,
    Place,
    Port,
    Size,
    Title,
    Url,
    User,
    Vars,
    Word,
)
from hmaint.load.notify_entries import NotifyEntry
from hmaint.model.inventory import BackupKind, DeviceModel, Middleware, SnmpAuth, SnmpPrivacy


class LimitsEntry(Entry):
    """Bounds on one visit."""

    connect: Duration | None = None
    banner: Duration | None = None
    login: Duration | None = None
    command: Duration | None = None
    host: Duration | None = None


class SshEntry(Entry):
    """How to log in; an explicit empty value takes back what a default gave."""

    user: User | None = None
    key: FilePath | None = None
    key_passphrase: Password | None = None
    password: Password | None = None
    agent: bool | None = None
    proxy_jump: Line | Listed[Line] | None = None
    sudo: bool | None = None
    sudo_password: Password | None = None
    legacy: bool | None = None
    timeout: Duration | None = None


class HostEntry(Entry):
    """A machine."""

    address: Address = ""
    port: Port = 22
    connection: Literal["ssh", "local"] = "ssh"
    platform: Literal["linux", "windows"] = "linux"
    title: Title = ""
    roles: Listed[Line] = ()
    services: Listed[Word] = ()
    processes: Listed[Word] = ()
    ports: Listed[Port] = ()
    logs: Listed[AbsolutePath] = ()
    certificates: Listed[AbsolutePath] = ()
    folders: Listed[AbsolutePath] = ()
    middleware: Listed[Middleware] = ()
    encoding: Encoding = "utf-8"
    ssh: SshEntry = SshEntry()
    limits: LimitsEntry = LimitsEntry()
    vars: Vars = Field(default_factory=dict)


class DatabaseEntry(Entry):
    """A database."""

    engine: Literal["mysql", "postgresql", "sqlite", "oracle", "sqlserver"]
    address: Address = ""
    port: Port | None = None
    user: Line = ""
    password: Password | None = None
    name: Line = ""
    service: Line = ""
    sid: Line = ""
    client: FilePath = ""
    driver: Literal["oracledb", "cx_oracle"] | None = None
    diagnostics_pack: bool = False
    instance: Instance = ""
    tds_version: Literal["7.1", "7.2", "7.3", "7.4"] | None = None
    legacy: bool = False
    path: FilePath = ""
    title: Title = ""
    roles: Listed[Line] = ()
    tls: bool = False
    kill_user: Line = ""
    kill_password: Password | None = None
    tune_user: Line = ""
    tune_password: Password | None = None
    upgrade_user: Line = ""
    upgrade_password: Password | None = None
    limits: LimitsEntry = LimitsEntry()
    vars: Vars = Field(default_factory=dict)


class JsonEntry(Entry):
    """What a field of a JSON answer must be."""

    path: Line
    equals: str | int | float | bool


class DnsEntry(Entry):
    """A host name that resolvers are asked for."""

    name: Address
    servers: Listed[Place]
    answers: Listed[Address] = ()


class EndpointEntry(Entry):
    """A service asked from the laptop."""

    url: Url = ""
    tcp: HostPort = ""
    tls: HostPort = ""
    ntp: Place = ""
    dns: DnsEntry | None = None
    ldap: HostPort = ""
    smtp: HostPort = ""
    ftp: HostPort = ""
    ssh: HostPort = ""
    dicom: HostPort = ""
    mllp: HostPort = ""
    expect: Annotated[int, Field(ge=100, le=599)] | None = None
    contains: Annotated[str, Field(max_length=500)] = ""
    json_: JsonEntry | None = Field(default=None, alias="json")
    starttls: bool = False
    called: AeTitle = ""
    calling: AeTitle = ""
    verify: bool = True
    title: Title = ""
    limits: LimitsEntry = LimitsEntry()
    vars: Vars = Field(default_factory=dict)


class SnmpAuthEntry(Entry):
    """How a user of SNMP version 3 proves who he is."""

    protocol: SnmpAuth = "sha256"
    password: Password


class SnmpPrivacyEntry(Entry):
    """How what is said to a device is hidden."""

    protocol: SnmpPrivacy = "aes128"
    password: Password


def _spelt(version: object) -> object:
    """Take `version: 3` for the text it means: versions are words, one of them has a letter."""
    return str(version) if isinstance(version, int) and not isinstance(version, bool) else version


class SnmpEntry(Entry):
    """How to ask devices; what is not written is inherited."""

    version: Annotated[Literal["1", "2c", "3"], BeforeValidator(_spelt)] | None = None
    community: Password | None = None
    user: Line | None = None
    auth: SnmpAuthEntry | None = None
    privacy: SnmpPrivacyEntry | None = None
    context: Title | None = None


class DeviceEntry(Entry):
    """A thing on the network that is asked by SNMP."""

    address: Address = ""
    port: Port = 161
    model: DeviceModel = "other"
    title: Title = ""
    roles: Listed[Line] = ()
    snmp: SnmpEntry = SnmpEntry()
    limits: LimitsEntry = LimitsEntry()
    vars: Vars = Field(default_factory=dict)


class CopyEntry(Entry):
    """A further copy of a backup."""

    host: Name
    path: AbsolutePath


class TableEntry(Entry):
    """What one table of a backup must hold."""

    min_rows: Annotated[int, Field(ge=0)] | None = None
    max_rows: Annotated[int, Field(ge=0)] | None = None


class ChainEntry(Entry):
    """The logs beside a full backup."""

    path: AbsolutePath
    kind: Literal["binlog", "wal", "numbered"] = "numbered"
    max_age: Duration | None = None


class ObjectsEntry(Entry):
    """How many objects of each kind there must be at least."""

    views: Annotated[int, Field(ge=0)] = 0
    triggers: Annotated[int, Field(ge=0)] = 0
    routines: Annotated[int, Field(ge=0)] = 0
    events: Annotated[int, Field(ge=0)] = 0
    foreign_keys: Annotated[int, Field(ge=0)] = 0


def _names_of_tables(value: object) -> object:
    """Take a plain list of tables for what it means: they must be there, with however many rows."""
    return {name: {} for name in value} if isinstance(value, list) else value or {}


class BackupEntry(Entry):
    """A backup somebody else's script makes."""

    path: AbsolutePath
    host: Name = ""
    of: Name = ""
    schedule: Line = "daily"
    max_age: Duration = 93_600.0
    copies: Listed[CopyEntry] = ()
    vars: Vars = Field(default_factory=dict)
    kind: BackupKind = "auto"
    title: Title = ""
    min_size: Size = 0
    max_size: Size = 0
    tables: Annotated[dict[Line, TableEntry], BeforeValidator(_names_of_tables)] = Field(default_factory=dict)
    objects: ObjectsEntry = ObjectsEntry()
    database: Line = ""
    contains: Listed[Line] = ()
    lacks: Listed[Line] = ()
    charset: Encoding = ""
    immutable: Listed[Line] = ()
    fingerprints: dict[Line, Digest] = Field(default_factory=dict)
    files: Listed[Line] = ()
    requires: Listed[Line] = ()
    split: bool = False
    base: Name = ""
    chain: ChainEntry | None = None
    log: AbsolutePath = ""
    password: Password | None = None
    drill: DrillEntry | None = None


class SiteEntry(Entry):
    """One hospital system."""

    name: Title = ""
    contract: Name = ""
    hosts: Named[HostEntry] = Field(default_factory=dict)
    databases: Named[DatabaseEntry] = Field(default_factory=dict)
    endpoints: Named[EndpointEntry] = Field(default_factory=dict)
    devices: Named[DeviceEntry] = Field(default_factory=dict)
    backups: Named[BackupEntry] = Field(default_factory=dict)
    ssh: SshEntry = SshEntry()
    snmp: SnmpEntry = SnmpEntry()
    limits: LimitsEntry = LimitsEntry()
    notify: NotifyEntry = NotifyEntry()
    vars: Vars = Field(default_factory=dict)


class DefaultsEntry(Entry):
    """What every site starts from."""

    ssh: SshEntry = SshEntry()
    snmp: SnmpEntry = SnmpEntry()
    limits: LimitsEntry = LimitsEntry()
    vars: Vars = Field(default_factory=dict)


class HospitalEntry(Entry):
    """The party the forms are made for."""

    name: Line
    department: Title = ""


class VendorEntry(Entry):
    """The party that maintains and signs."""

    name: Title = ""
    project_manager: Title = ""
    hotline: Title = ""


class InventoryEntry(Entry):
    """The whole file."""

    version: Literal[1]
    hospital: HospitalEntry
    vendor: VendorEntry = VendorEntry()
    defaults: DefaultsEntry = DefaultsEntry()
    notify: NotifyEntry = NotifyEntry()
    sites: Named[SiteEntry] = Field(default_factory=dict)
    allow_plaintext: bool = False
    redact: Listed[Pattern] = ()

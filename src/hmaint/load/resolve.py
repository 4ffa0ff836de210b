"""Entries as written to the flat nouns of the model: defaults, then the site, then the entry's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hmaint.load.drill_entry import drill_of
from hmaint.load.inventory_entries import (
    BackupEntry,
    DatabaseEntry,
    DeviceEntry,
    EndpointEntry,
    HostEntry,
    InventoryEntry,
    LimitsEntry,
    SiteEntry,
    SnmpEntry,
    SshEntry,
)
from hmaint.load.jumps import flattened, listed, own_jumps
from hmaint.load.notify_entries import notified
from hmaint.model.channel import Notify
from hmaint.model.inventory import (
    Backup,
    Chain,
    Copy,
    Database,
    Device,
    Endpoint,
    Hospital,
    Host,
    Inventory,
    Limits,
    Secret,
    Site,
    Snmp,
    Ssh,
    TableWanted,
    Vendor,
)

_PORTS = {"mysql": 3306, "postgresql": 5432, "oracle": 1521, "sqlserver": 1433, "sqlite": 0}


@dataclass(frozen=True, slots=True)
class _Layer:
    """What an entry inherits: later ones win, word by word."""

    ssh: tuple[SshEntry, ...]
    snmp: tuple[SnmpEntry, ...]
    limits: tuple[Mapping[str, float], ...]
    vars: Mapping[str, object]

    def below(self, entry: HostEntry | DatabaseEntry | EndpointEntry | DeviceEntry | SiteEntry) -> _Layer:
        ssh = (entry.ssh,) if isinstance(entry, HostEntry | SiteEntry) else ()
        snmp = (entry.snmp,) if isinstance(entry, DeviceEntry | SiteEntry) else ()
        own = {**_timeout(*ssh), **_given(entry.limits)}
        return _Layer(
            (*self.ssh, *ssh), (*self.snmp, *snmp), (*self.limits, own), {**self.vars, **entry.vars}
        )

    def limited(self) -> Limits:
        merged: dict[str, float] = {}
        for limits in self.limits:
            merged.update(limits)
        return Limits(**merged)  # type: ignore[arg-type]  # the entry has durations only


def resolved(entry: InventoryEntry, path: Path) -> Inventory:
    """Make the model of a checked inventory."""
    defaults = entry.defaults
    top = _Layer(
        (defaults.ssh,),
        (defaults.snmp,),
        ({**_timeout(defaults.ssh), **_given(defaults.limits)},),
        defaults.vars,
    )
    told = notified(Notify(), entry.notify)
    return Inventory(
        path,
        Hospital(entry.hospital.name, entry.hospital.department),
        Vendor(entry.vendor.name, entry.vendor.project_manager, entry.vendor.hotline),
        {name: _site(name, site, top.below(site), told) for name, site in entry.sites.items()},
        entry.redact,
        told,
    )


def _site(name: str, site: SiteEntry, layer: _Layer, told: Notify) -> Site:
    jumps = {host: _jumps(host, entry, layer) for host, entry in site.hosts.items()}
    return Site(
        name,
        site.name or name,
        site.contract,
        tuple(_host(name, host, entry, layer, flattened(host, jumps)) for host, entry in site.hosts.items()),
        tuple(_database(name, key, entry, layer) for key, entry in site.databases.items()),
        tuple(_endpoint(name, key, entry, layer) for key, entry in site.endpoints.items()),
        tuple(_backup(name, key, entry, layer) for key, entry in site.backups.items()),
        tuple(_device(name, key, entry, layer) for key, entry in site.devices.items()),
        layer.vars,
        notified(told, site.notify),
    )


def _jumps(name: str, host: HostEntry, layer: _Layer) -> tuple[str, ...]:
    inherited: tuple[str, ...] = ()
    for ssh in layer.ssh:
        if "proxy_jump" in ssh.model_fields_set:
            inherited = listed(ssh.proxy_jump)
    own = listed(host.ssh.proxy_jump) if "proxy_jump" in host.ssh.model_fields_set else None
    return own_jumps(name, own, inherited)


def _host(site: str, name: str, host: HostEntry, above: _Layer, jumps: tuple[str, ...]) -> Host:
    layer = above.below(host)
    return Host(
        name,
        site,
        address=host.address,
        port=host.port,
        connection=host.connection,
        platform=host.platform,
        title=host.title,
        roles=host.roles,
        services=host.services,
        processes=host.processes,
        ports=host.ports,
        logs=host.logs,
        certificates=host.certificates,
        folders=host.folders,
        middleware=host.middleware,
        encoding=host.encoding,
        ssh=_ssh(layer, jumps),
        limits=layer.limited(),
        vars=layer.vars,
    )


def _ssh(layer: _Layer, jumps: tuple[str, ...]) -> Ssh:
    said = SshEntry()
    for ssh in layer.ssh:
        said = said.model_copy(update={name: getattr(ssh, name) for name in ssh.model_fields_set})
    # Whoever names neither key nor password means the keys his agent holds, as with ssh itself.
    agent = said.agent if said.agent is not None else said.key is None and said.password is None
    return Ssh(
        user=said.user or "",
        key=said.key,
        key_passphrase=_secret(said.key_passphrase),
        password=_secret(said.password),
        agent=agent,
        jumps=jumps,
        sudo=bool(said.sudo),
        sudo_password=_secret(said.sudo_password),
        legacy=bool(said.legacy),
    )


def _database(site: str, name: str, database: DatabaseEntry, above: _Layer) -> Database:
    layer = above.below(database)
    return Database(
        name,
        site,
        database.engine,
        address=database.address,
        port=database.port or (0 if database.instance else _PORTS[database.engine]),
        user=database.user,
        password=_secret(database.password),
        database=database.name,
        service=database.service,
        sid=database.sid,
        client=database.client,
        driver=database.driver or "",
        diagnostics_pack=database.diagnostics_pack,
        instance=database.instance,
        tds_version=database.tds_version or "",
        legacy=database.legacy,
        path=database.path,
        title=database.title,
        roles=database.roles,
        tls=database.tls,
        kill_user=database.kill_user,
        kill_password=_secret(database.kill_password),
        tune_user=database.tune_user,
        tune_password=_secret(database.tune_password),
        upgrade_user=database.upgrade_user,
        upgrade_password=_secret(database.upgrade_password),
        limits=layer.limited(),
        vars=layer.vars,
    )


def _endpoint(site: str, name: str, endpoint: EndpointEntry, above: _Layer) -> Endpoint:
    layer = above.below(endpoint)
    return Endpoint(
        name,
        site,
        url=endpoint.url,
        tcp=endpoint.tcp,
        tls=endpoint.tls,
        ntp=endpoint.ntp,
        dns=endpoint.dns.name if endpoint.dns else "",
        ldap=endpoint.ldap,
        smtp=endpoint.smtp,
        ftp=endpoint.ftp,
        ssh=endpoint.ssh,
        dicom=endpoint.dicom,
        mllp=endpoint.mllp,
        expect=endpoint.expect,
        contains=endpoint.contains,
        json_path=endpoint.json_.path if endpoint.json_ else "",
        json_equals=endpoint.json_.equals if endpoint.json_ else None,
        dns_servers=endpoint.dns.servers if endpoint.dns else (),
        dns_answers=endpoint.dns.answers if endpoint.dns else (),
        starttls=endpoint.starttls,
        called=endpoint.called,
        calling=endpoint.calling,
        verify=endpoint.verify,
        title=endpoint.title,
        limits=layer.limited(),
        vars=layer.vars,
    )


def _device(site: str, name: str, device: DeviceEntry, above: _Layer) -> Device:
    layer = above.below(device)
    return Device(
        name,
        site,
        address=device.address,
        port=device.port,
        model=device.model,
        title=device.title,
        roles=device.roles,
        snmp=_snmp(layer),
        limits=layer.limited(),
        vars=layer.vars,
    )


def _snmp(layer: _Layer) -> Snmp:
    said = SnmpEntry()
    for snmp in layer.snmp:
        said = said.model_copy(update={name: getattr(snmp, name) for name in snmp.model_fields_set})
    version = said.version or "3"
    if version != "3":
        # What a site gives for its version 3 does not serve a device that is too old for it.
        return Snmp(version, _secret(said.community))
    return Snmp(
        version,
        user=said.user or "",
        auth=said.auth.protocol if said.auth else None,
        auth_password=_secret(said.auth.password) if said.auth else None,
        privacy=said.privacy.protocol if said.privacy else None,
        privacy_password=_secret(said.privacy.password) if said.privacy else None,
        context=said.context or "",
    )


def _backup(site: str, name: str, backup: BackupEntry, layer: _Layer) -> Backup:
    return Backup(
        name,
        site,
        backup.path,
        host=backup.host,
        of=backup.of,
        schedule=backup.schedule,
        max_age=backup.max_age,
        copies=tuple(Copy(copy.host, copy.path) for copy in backup.copies),
        vars={**layer.vars, **backup.vars},
        kind=backup.kind,
        title=backup.title,
        min_size=backup.min_size,
        max_size=backup.max_size,
        tables=tuple(TableWanted(name, t.min_rows, t.max_rows) for name, t in backup.tables.items()),
        objects=backup.objects.model_dump(exclude_defaults=True),
        database=backup.database,
        contains=backup.contains,
        lacks=backup.lacks,
        charset=backup.charset,
        immutable=backup.immutable,
        fingerprints=backup.fingerprints,
        files=backup.files,
        requires=backup.requires,
        split=backup.split,
        base=backup.base,
        chain=Chain(backup.chain.path, backup.chain.kind, backup.chain.max_age) if backup.chain else None,
        log=backup.log,
        password=_secret(backup.password),
        drill=drill_of(backup.drill),
    )


def _secret(password: Secret | str | None) -> Secret | None:
    return Secret("plain", password) if isinstance(password, str) else password


def _timeout(*ssh: SshEntry) -> dict[str, float]:
    waits = [entry.timeout for entry in ssh if entry.timeout is not None]
    return {"connect": waits[-1]} if waits else {}


def _given(limits: LimitsEntry) -> dict[str, float]:
    return limits.model_dump(exclude_none=True)

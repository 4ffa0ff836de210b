"""What an inventory must get right beyond the types of its values: entries that need or name each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import N_, _, series
from hmaint.kit.registry import nearest
from hmaint.kit.text import one_line
from hmaint.load import addresses
from hmaint.load.compose import At
from hmaint.load.device_rules import written_out, wrong_devices
from hmaint.load.endpoint_rules import endpoint_rule
from hmaint.load.jumps import circle, listed, own_jumps
from hmaint.load.notify_rules import written_out_channels, wrong_channels
from hmaint.load.site_view import SiteView, Written, Wrong, mapping, views
from hmaint.model.inventory import Secret

_SQLITE_NEVER = ("address", "port", "user", "password", "name", "service", "tls")
_PASSWORDS = (
    "password",
    "key_passphrase",
    "sudo_password",
    "kill_password",
    "tune_password",
    "upgrade_password",
)
_POSIX_ONLY = ("logs", "certificates", "folders", "middleware")
_SERVICE = re.compile(r"[\w.$#-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def wrongs(document: object) -> Iterator[Wrong]:
    """Find everything the rules object to in an inventory document, in no order."""
    sites = list(views(document))
    for view in sites:
        for rule in _RULES:
            yield from rule(view)
    yield from _same_names(sites)
    yield from _defaults(mapping(document))
    yield from wrong_channels(document)


def plaintext(document: object) -> Iterator[Wrong]:
    """Find every password that is written out."""
    defaults = mapping(mapping(document).get("defaults"))
    places: list[tuple[At, Written]] = [(("defaults", "ssh"), mapping(defaults.get("ssh")))]
    for view in views(document):
        places += [*view.ssh(), *((at, database) for at, _, database in view.entries("databases"))]
        places += [(at, backup) for at, _, backup in view.entries("backups")]
    words = _(
        "{key} is written out: use !secret NAME or !env VARIABLE; "
        "if it must be so, write allow_plaintext: true at the top"
    )
    for at, entry in places:
        yield from (
            Wrong((*at, key), words.format(key=key)) for key in _PASSWORDS if isinstance(entry.get(key), str)
        )
    told = [written for view in views(document) for written in written_out(view)]
    told += written_out_channels(document)
    yield from (Wrong(at, words.format(key=key)) for at, key in dict.fromkeys(told))


def _hosts(view: SiteView) -> Iterator[Wrong]:
    for at, name, host in view.entries("hosts"):
        typo = nearest("address", [str(key) for key in host])  # an unknown key has been complained of already
        if not typo and host.get("connection") != "local":
            words = _("host {name} lacks address (for this laptop write connection: local)")
            yield Wrong(at, words.format(name=one_line(name, 64)), key=True)


def _windows(view: SiteView) -> Iterator[Wrong]:
    """What a Windows host cannot have: it would be taken for looked at, and nothing would look."""
    for at, name, host in view.entries("hosts"):
        if host.get("platform") != "windows":
            continue
        words = _("host {name} runs Windows: {key} is for Linux hosts")
        only = [key for key in _POSIX_ONLY if host.get(key)]
        here: list[At] = [(*at, key) for key in only]
        if host.get("connection") == "local":
            here.append((*at, "connection"))
        if mapping(host.get("ssh")).get("sudo") is True:
            here.append((*at, "ssh", "sudo"))
        label = one_line(name, 64)
        yield from (Wrong(place, words.format(name=label, key=place[-1]), key=True) for place in here)


def _databases(view: SiteView) -> Iterator[Wrong]:
    for at, name, database in view.entries("databases"):
        engine = database.get("engine")
        if isinstance(engine, str) and engine in _ENGINES:
            need, never = _ENGINES[engine]
            label = _("{engine} database {name}").format(engine=engine, name=one_line(name, 64))
            lacks, takes_no = _("{label} lacks {key}"), _("{label} takes no {key}")
            if need not in database:
                yield Wrong(at, lacks.format(label=label, key=need), key=True)
            for key in never:
                if key in database:
                    yield Wrong((*at, key), takes_no.format(label=label, key=key), key=True)
            if engine == "oracle":
                yield from _oracle(at, label, database)
            if {"instance", "port"} <= database.keys():
                words = _("{label} has {keys} together, only one can stand")
                keys = series(["instance", "port"])
                yield Wrong((*at, "instance"), words.format(label=label, keys=keys), key=True)


def _oracle(at: At, label: str, database: Written) -> Iterator[Wrong]:
    named = [key for key in ("service", "sid") if key in database]
    if not named:
        yield Wrong(at, _("{label} lacks {key}").format(label=label, key="service"), key=True)
    elif len(named) > 1:
        words = _("{label} has {keys} together, only one can stand")
        yield Wrong((*at, named[1]), words.format(label=label, keys=series(named)), key=True)
    for key in named:
        # They stand within the parentheses of a connect descriptor, which more of them would rewrite.
        if not _SERVICE.fullmatch(str(database[key])):
            yield Wrong((*at, key), _("{key} takes letters, digits and . _ - $ # only").format(key=key))


_ORACLE_ONLY = ("service", "sid", "client", "driver", "diagnostics_pack")
_SQLSERVER_ONLY = ("instance", "tds_version", "legacy")
_ACTING = (
    "kill_user",
    "kill_password",
    "tune_user",
    "tune_password",
    "upgrade_user",
    "upgrade_password",
)
"""Sessions are ended, and tuning is applied, where this release can see what became of it."""
_ENGINES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sqlite": ("path", (*_SQLITE_NEVER, *_ORACLE_ONLY[1:], *_SQLSERVER_ONLY, *_ACTING)),
    "oracle": ("address", ("path", *_SQLSERVER_ONLY, *_ACTING)),
    "sqlserver": ("address", ("path", *_ORACLE_ONLY, *_ACTING)),
    **dict.fromkeys(("mysql", "postgresql"), ("address", ("path", *_ORACLE_ONLY, *_SQLSERVER_ONLY))),
}


def _backups(view: SiteView) -> Iterator[Wrong]:
    for at, name, backup in view.entries("backups"):
        for key, section in (("host", "hosts"), ("of", "databases")):
            named = backup.get(key)
            if isinstance(named, str) and named not in view.names(section):
                yield Wrong((*at, key), _nobody(named, section, view.names(section)))
        drill = mapping(backup.get("drill"))
        for key in ("host", "copy"):
            named = drill.get(key)
            if isinstance(named, str) and named and named not in view.names("hosts"):
                yield Wrong((*at, "drill", key), _nobody(named, "hosts", view.names("hosts")))
        base, others = backup.get("base"), [other for other in view.names("backups") if other != name]
        if isinstance(base, str) and base not in others:
            yield Wrong((*at, "base"), _nobody(base, "backups", others))


def _jump_names(view: SiteView) -> Iterator[Wrong]:
    hosts = view.names("hosts")
    sections = [*view.ssh(), (("defaults", "ssh"), mapping(view.defaults.get("ssh")))]
    for at, ssh in sections:
        value = ssh.get("proxy_jump")
        for number, hop in enumerate(listed(value)):
            here = (*at, "proxy_jump", number) if isinstance(value, list) else (*at, "proxy_jump")
            yield from (Wrong(here, words) for words in _hop(hop, hosts))


def _hop(hop: str, hosts: list[str]) -> Iterator[str]:
    if hop in hosts:
        return
    if not re.search(r"[@:]", hop):
        outside = _(" (a jump host outside the inventory is written user@address:port)")
        yield _nobody(hop, "hosts", hosts) + outside
        return
    try:
        addresses.jump(hop)
    except ValueError as error:
        yield f"proxy_jump {error}"


def _jump_circles(view: SiteView) -> Iterator[Wrong]:
    inherited: object = mapping(view.defaults.get("ssh")).get("proxy_jump")
    inherited = mapping(view.site.get("ssh")).get("proxy_jump", inherited)
    jumps: dict[str, tuple[str, ...]] = {}
    for _at, name, host in view.entries("hosts"):
        ssh = mapping(host.get("ssh"))
        own = listed(ssh["proxy_jump"]) if "proxy_jump" in ssh else None
        jumps[name] = own_jumps(name, own, listed(inherited))
    told: set[frozenset[str]] = set()
    for name in jumps:
        way = circle(name, jumps)
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            at = (*view.at, "hosts", name)
            words = _("the jump hosts go in a circle: {way}").format(way=" → ".join(way))
            yield Wrong(at, words, key=True)


def _vars(view: SiteView) -> Iterator[Wrong]:
    for at, variables in view.vars():
        yield from _variables(at, variables)


def _variables(at: At, variables: Written) -> Iterator[Wrong]:
    for name, value in variables.items():
        if isinstance(name, str):
            here = (*at, name)
            if not _VARIABLE.fullmatch(name):
                words = _("a variable's name takes English letters, digits and underscores, no digit first")
                yield Wrong(here, words, key=True)
            yield from _secrets_in(here, value)


def _secrets_in(at: At, value: object) -> Iterator[Wrong]:
    if isinstance(value, Secret):
        yield Wrong(at, _("a variable must hold no secret: variables get into commands and records"))
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from _secrets_in((*at, key), below)


def _defaults(root: Written) -> Iterator[Wrong]:
    yield from _variables(("defaults", "vars"), mapping(mapping(root.get("defaults")).get("vars")))


def _same_names(sites: list[SiteView]) -> Iterator[Wrong]:
    seen: dict[str, object] = {}
    for view in sites:
        name = str(view.at[-1])
        if name.lower() in seen:
            words = _(
                "sites {one} and {other} differ in case only; their report folders would collide on Windows"
            )
            yield Wrong(view.at, words.format(one=name, other=seen[name.lower()]), key=True)
        seen.setdefault(name.lower(), name)


_NOBODY = {
    "hosts": N_("hosts has no {name}"),
    "databases": N_("databases has no {name}"),
    "backups": N_("backups has no other {name}"),
}


def _nobody(named: str, section: str, known: list[str]) -> str:
    return _(_NOBODY[section]).format(name=one_line(named, 64)) + did_you_mean(named, known)


_RULES: tuple[Callable[[SiteView], Iterator[Wrong]], ...] = (
    _hosts,
    _windows,
    _databases,
    endpoint_rule,
    wrong_devices,
    _backups,
    _jump_names,
    _jump_circles,
    _vars,
)

"""What an inventory must get right beyond the types of its values: entries that need or name each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from hmaint.kit.registry import nearest
from hmaint.kit.text import one_line
from hmaint.load import addresses
from hmaint.load.compose import At
from hmaint.load.jumps import circle, listed, own_jumps
from hmaint.load.site_view import SiteView, Written, Wrong, mapping, views
from hmaint.model.inventory import Secret

_SQLITE_NEVER = ("address", "port", "user", "password", "name", "service", "tls")
_PASSWORDS = ("password", "key_passphrase", "sudo_password")
_ADDRESSED = ("url", "tcp", "tls")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def wrongs(document: object) -> Iterator[Wrong]:
    """Find everything the rules object to in an inventory document, in no order."""
    sites = list(views(document))
    for view in sites:
        for rule in _RULES:
            yield from rule(view)
    yield from _same_names(sites)
    yield from _defaults(mapping(document))


def plaintext(document: object) -> Iterator[Wrong]:
    """Find every password that is written out."""
    defaults = mapping(mapping(document).get("defaults"))
    places: list[tuple[At, Written]] = [(("defaults", "ssh"), mapping(defaults.get("ssh")))]
    for view in views(document):
        places += [*view.ssh(), *((at, database) for at, _, database in view.entries("databases"))]
    words = "写了明文口令：改用 !secret 名字 或 !env 变量；确实要明文，请在文件顶层写 allow_plaintext: true"
    for at, entry in places:
        yield from (
            Wrong((*at, key), f"{key} {words}") for key in _PASSWORDS if isinstance(entry.get(key), str)
        )


def _hosts(view: SiteView) -> Iterator[Wrong]:
    for at, name, host in view.entries("hosts"):
        typo = nearest("address", [str(key) for key in host])  # an unknown key has been complained of already
        if not typo and host.get("connection") != "local":
            yield Wrong(at, f"主机 {one_line(name, 64)} 缺少 address（本机请写 connection: local）", key=True)


def _databases(view: SiteView) -> Iterator[Wrong]:
    for at, name, database in view.entries("databases"):
        engine = database.get("engine")
        if isinstance(engine, str) and engine in _ENGINES:
            needs, never = _ENGINES[engine]
            label = f"{engine} 数据库 {one_line(name, 64)}"
            if not any(key in database for key in needs):
                yield Wrong(at, f"{label} 缺少 {' 或 '.join(needs)}", key=True)
            yield from (
                Wrong((*at, key), f"{label} 不用写 {key}", key=True) for key in never if key in database
            )
            if engine == "oracle" and not {"service", "name"} & database.keys():
                yield Wrong(at, f"{label} 缺少 service", key=True)


_ENGINES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sqlite": (("path",), _SQLITE_NEVER),
    "oracle": (("address",), ("path",)),
    **dict.fromkeys(("mysql", "postgresql", "sqlserver"), (("address",), ("path", "service"))),
}


def _endpoints(view: SiteView) -> Iterator[Wrong]:
    for at, name, endpoint in view.entries("endpoints"):
        given = [key for key in _ADDRESSED if key in endpoint]
        if len(given) != 1:
            slip = f"同时写了 {'、'.join(given)}，只能写一个" if given else "缺少 url、tcp 或 tls"
            yield Wrong(at, f"端点 {one_line(name, 64)} {slip}", key=True)
        elif given != ["url"]:
            only = [key for key in ("expect", "contains") if key in endpoint]
            yield from (Wrong((*at, key), f"{key} 只能和 url 一起写", key=True) for key in only)


def _backups(view: SiteView) -> Iterator[Wrong]:
    for at, _, backup in view.entries("backups"):
        for key, section, kind in (("host", "hosts", "主机"), ("of", "databases", "数据库")):
            named = backup.get(key)
            if isinstance(named, str) and named not in view.names(section):
                yield Wrong((*at, key), _nobody(kind, named, section, view.names(section)))


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
        yield _nobody("主机", hop, "hosts", hosts) + "（清单以外的跳板机写成 用户@地址:端口）"
        return
    try:
        addresses.jump(hop)
    except ValueError as error:
        yield f"proxy_jump {error}"


def _jump_circles(view: SiteView) -> Iterator[Wrong]:
    inherited: object = mapping(view.defaults.get("ssh")).get("proxy_jump")
    inherited = mapping(view.site.get("ssh")).get("proxy_jump", inherited)
    jumps: dict[str, tuple[str, ...]] = {}
    for _, name, host in view.entries("hosts"):
        ssh = mapping(host.get("ssh"))
        own = listed(ssh["proxy_jump"]) if "proxy_jump" in ssh else None
        jumps[name] = own_jumps(name, own, listed(inherited))
    told: set[frozenset[str]] = set()
    for name in jumps:
        way = circle(name, jumps)
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            at = (*view.at, "hosts", name)
            yield Wrong(at, f"跳板机绕成了圈：{' → '.join(way)}", key=True)


def _vars(view: SiteView) -> Iterator[Wrong]:
    for at, variables in view.vars():
        yield from _variables(at, variables)


def _variables(at: At, variables: Written) -> Iterator[Wrong]:
    for name, value in variables.items():
        if isinstance(name, str):
            here = (*at, name)
            if not _VARIABLE.fullmatch(name):
                yield Wrong(here, "变量名只能用英文字母、数字和下划线，不以数字开头", key=True)
            yield from _secrets_in(here, value)


def _secrets_in(at: At, value: object) -> Iterator[Wrong]:
    if isinstance(value, Secret):
        yield Wrong(at, "变量里不能放口令：变量会写进命令和记录")
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
            other = seen[name.lower()]
            yield Wrong(
                view.at, f"站点 {name} 与 {other} 只差大小写，报告文件夹会在 Windows 上相撞", key=True
            )
        seen.setdefault(name.lower(), name)


def _nobody(kind: str, named: str, section: str, known: list[str]) -> str:
    near = nearest(named, known)
    hint = f"，是否想写 {near}？" if near else ""
    return f"{section} 里没有{kind} {one_line(named, 64)}{hint}"


_RULES: tuple[Callable[[SiteView], Iterator[Wrong]], ...] = (
    _hosts,
    _databases,
    _endpoints,
    _backups,
    _jump_names,
    _jump_circles,
    _vars,
)

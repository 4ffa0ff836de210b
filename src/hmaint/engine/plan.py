"""Which steps go to which targets: decided whole, before anything is touched."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hmaint.errors import Refused, WrongUsage
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _, series
from hmaint.model.inventory import Database, Endpoint, Host, Site, Target
from hmaint.model.playbook import Playbook, Risk, Selector, Step


@dataclass(frozen=True, slots=True)
class Job:
    """One target and the steps meant for it, in the order of the playbook."""

    target: Target
    steps: tuple[Step, ...]
    contact: bool = False
    """Go there even without a step, to learn whether it can be reached."""
    uncovered: bool = False
    """The playbook looks at targets of this kind but has no step for this one (an engine it does not know)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one run will ask, target by target."""

    site: Site
    playbook: Playbook
    jobs: tuple[Job, ...]


def make_plan(
    playbook: Playbook,
    site: Site,
    *,
    allowed: Risk = Risk.READ,
    limit: str = "",
    tags: tuple[str, ...] = (),
) -> Plan:
    """Match steps to targets.

    Raises Refused when any step of the playbook may do more than `allowed`, WrongUsage when `limit` or `tags`
    leave nothing.
    """
    bold = [step for step in playbook.steps if step.risk > allowed]
    if bold:
        words = _("{place}: step {id} ({kind}) changes things; this command only looks")
        raise Refused(words.format(place=bold[0].place, id=bold[0].id, kind=bold[0].do))
    steps = tuple(step for step in playbook.steps if not tags or set(tags) & set(step.tags))
    if not steps:
        known = sorted({tag for step in playbook.steps for tag in step.tags})
        words = _("no step of {playbook} has tag {tags}").format(playbook=playbook.name, tags=series(tags))
        raise WrongUsage(words + _("; there are: {names}").format(names=series(known)))
    targets = [t for t in site.targets() if not limit or fnmatchcase(t.name, limit)]
    if not targets and not limit:
        raise WrongUsage(_("site {site} has nothing to look at in the inventory").format(site=site.name))
    if not targets:
        words = _("nothing in site {site} is called {name}; it has: {names}")
        names = series(target.name for target in site.targets())
        raise WrongUsage(words.format(site=site.name, name=limit, names=names))
    kinds = frozenset[str](step.on.kind for step in steps)
    return Plan(site, playbook, tuple(_job(target, steps, kinds) for target in targets))


def _job(target: Target, steps: tuple[Step, ...], kinds: frozenset[str]) -> Job:
    chosen = tuple(step for step in steps if selects(step.on, target))
    return Job(target, chosen, uncovered=not chosen and target.kind in kinds)


def selects(selector: Selector, target: Target) -> bool:
    """Whether every condition of a selector holds for a target."""
    if selector.kind != target.kind:
        return False
    # What was written for Linux, by whomever and whenever, never reaches a host that is not said to be meant.
    if isinstance(target, Host) and "platform" not in selector.match and target.platform != "linux":
        return False
    return all(_holds(key, wanted, target) for key, wanted in selector.match.items())


def _holds(key: str, wanted: tuple[object, ...], target: Target) -> bool:
    if key == "has":
        return all(bool(getattr(target, str(name), None)) for name in wanted)
    if key == "types" and isinstance(target, Endpoint):
        return bool(set(endpoint_types(target)) & set(wanted))
    actual = getattr(target, key, None)
    values = actual if isinstance(actual, tuple) else (actual,)
    return any(value in wanted for value in values)


def endpoint_types(endpoint: Endpoint) -> tuple[str, ...]:
    """What can be asked of an endpoint: an https URL answers both as http and as tls."""
    types = ["http"] * bool(endpoint.url) + ["json"] * bool(endpoint.json_path)
    if endpoint.tls or endpoint.starttls or endpoint.url.startswith("https:"):
        types.append("tls")
    return (*types, *(name for name in _PROTOCOLS if getattr(endpoint, name)))


_PROTOCOLS = ("tcp", "ntp", "dns", "ldap", "smtp", "ftp", "ssh", "dicom", "mllp")


def address_of(target: Target) -> str:
    """Where a target is, for people."""
    match target:
        case Database(engine="sqlite"):
            return target.path
        case Endpoint():
            place = next((getattr(target, name) for name in _PROTOCOLS if getattr(target, name)), "")
            return target.url or target.tls or place
        case _ if getattr(target, "connection", "") == "local":
            return "本机"
    return f"{target.address}:{target.port}" if target.port else target.address


def described(target: Target) -> str:
    """What sort of target it is, in a word for people."""
    if isinstance(target, Host) and target.platform == "windows":
        return "Windows 主机"
    return (
        target.engine
        if isinstance(target, Database)
        else {"host": "主机", "endpoint": "服务接口", "device": "设备"}[target.kind]
    )

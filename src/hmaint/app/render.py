"""Fill a form: as a trial print from its sample or a file of data, or as a document that is issued."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.app.contract import questions_of_form
from hmaint.app.documents import issue_document, placed
from hmaint.app.gather import GATHERERS, Options
from hmaint.app.told import Told
from hmaint.app.world import World, make_world
from hmaint.errors import BadFile, Fault, Place, Refused, WrongUsage
from hmaint.kit.clock import SystemClock
from hmaint.kit.filename import file_name
from hmaint.kit.i18n import _
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.document import Document

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.form import Form

TRIAL = "试印，未登记"
"""Stands where a number would: a trial print must not be taken for a document."""
_UNFILLED: Mapping[str, object] = {"text": "", "number": 0, "flag": False, "rows": (), "picture": ""}


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asked for: a document of a site is issued, anything else is a trial print."""

    form: str
    sample: bool = False
    site: str = ""
    data: Path | None = None
    output: Path | None = None
    pdf: bool = False
    records: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was made; `document` is given where it was issued, `no_pdf` says why there is no PDF."""

    path: str
    document: Document | None = None
    pdf: str = ""
    no_pdf: str = ""
    questions: tuple[Ambiguity, ...] = ()
    """What the contract leaves open about this document."""


def render(request: Request, workspace: Path | None, inventory: Path | None, root: Path | None) -> Rendered:
    """Fill the form asked for. Raises WrongUsage, BadFile or Refused, and then nothing was written."""
    if request.sample or not request.site:
        path = _trial(request, root)
        return _with_pdf(Rendered(str(path)), path) if request.pdf else Rendered(str(path))
    world = make_world(workspace, inventory)
    site = world.site(request.site).name
    told = _of_file(world, site, request) if request.data else _of_records(world, site, request)
    questions = questions_of_form(world, site, request.form)
    document = issue_document(world, request.form, site, told, request.output and request.output.absolute())
    made = Rendered(document.path, document, questions=questions)
    return _with_pdf(made, world.workspace.root / document.path, world) if request.pdf else made


def _of_records(world: World, site: str, request: Request) -> Told:
    gather = GATHERERS.get(request.form)
    if gather is None:
        _form(request.form, world.workspace.root)
        words = _(
            "{form} is not told from records: give its data with --data FILE.json, as its sample.json has it"
        )
        raise WrongUsage(words.format(form=request.form))
    return gather(world, site, request.records)


def _of_file(world: World, site: str, request: Request) -> Told:
    """Take the data of a file; what every document says of its parties need not stand in it."""
    assert request.data is not None  # noqa: S101 - asked for by whoever has a file
    form, data = _form(request.form, world.workspace.root), _read(request.data)
    now, known = world.clock.now(), world.inventory
    said = {
        "hospital": known.hospital.name,
        "department": known.hospital.department,
        "vendor": known.vendor.name,
        "system": known.sites[site].title,
        "contract": known.sites[site].contract,
        "operator": world.operator,
    }
    source = _source(world, request.data)
    whole = _completed(form, {**said, **data}, number=TRIAL, record=source, now=now)
    _refuse_gaps(form, whole, request.data)
    return Told(whole, (source,), now.date())


def _source(world: World, path: Path) -> str:
    """Name a file of data as a record: by its place in the workspace, else by its content."""
    name = placed(world, path.absolute())
    return name if name != str(path.absolute()) else f"sha256:{sha256(path.read_bytes()).hexdigest()}"


def _trial(request: Request, root: Path | None) -> Path:
    if request.sample == (request.data is not None):
        raise WrongUsage(_("say what to fill the form with: --sample, --data FILE.json, or --site SITE"))
    from hmaint.report.docx import print_version  # noqa: PLC0415 - the Word libraries, see above

    form = _form(request.form, root)
    source = request.data or form.sample
    data = form.example() if request.data is None else _read(request.data)
    whole = _completed(form, data, number=TRIAL, record=source.name, now=SystemClock().now())
    _refuse_gaps(form, whole, source)
    name = "样例" if request.data is None else request.data.stem
    path = request.output or Path(f"{file_name(form.title)}-{name}.docx")
    try:
        written = print_version(form, {**whole, "number": TRIAL}, path.absolute()).path
    except OSError as error:
        raise _unwritten(path, error) from None
    return written if path.is_absolute() else Path(os.path.relpath(written))


def _completed(
    form: Form, data: Mapping[str, object], *, number: str, record: str, now: datetime
) -> dict[str, object]:
    """Add what printing itself knows, and leave empty what a form does not insist on."""
    printing: dict[str, object] = {
        "title": form.title, "number": number, "record": record, "version": 1,
        "generated_at": f"{now:%Y-%m-%d %H:%M}", "digest": "-",
    }  # fmt: skip
    empty = {
        name: _UNFILLED[each.type]
        for name, each in form.fields.items()
        if not each.required or each.handwriting
    }
    return {**empty, **printing, **data}


def _refuse_gaps(form: Form, data: Mapping[str, object], path: Path) -> None:
    from hmaint.report.agreement import disagreements  # noqa: PLC0415 - goes with the Word libraries

    faults = disagreements(data, form.fields)
    if faults:
        raise BadFile([Fault(Place(str(path)), each) for each in faults])


def _read(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as fault:
        raise BadFile(
            [Fault(Place(str(path)), _("cannot be read: {reason}").format(reason=fault.strerror))]
        ) from None
    except json.JSONDecodeError as fault:
        place = Place(str(path), fault.lineno, fault.colno)
        raise BadFile([Fault(place, _("is no JSON: {reason}").format(reason=fault.msg))]) from None
    except (ValueError, RecursionError) as fault:
        raise BadFile([Fault(Place(str(path)), _("is no JSON: {reason}").format(reason=fault))]) from None
    if not isinstance(data, dict):
        raise BadFile(
            [Fault(Place(str(path)), _("the data must be an object, as the form's sample.json has it"))]
        )
    return data


def _form(name: str, root: Path | None) -> Form:
    from hmaint.report.form import find_form  # noqa: PLC0415 - the Word libraries, see above

    return find_form(name, root)


def _with_pdf(made: Rendered, path: Path, world: World | None = None) -> Rendered:
    """Convert beside the Word file; where that cannot be done the Word file stands, and the reason is told."""
    from hmaint.report.pdf import NoPdf, to_pdf  # noqa: PLC0415 - goes with the Word libraries
    from hmaint.report.versions import write_version  # noqa: PLC0415 - as above

    try:
        content = to_pdf(path.read_bytes())
        written = write_version(path.with_suffix(".pdf"), lambda _version: content)
    except NoPdf as missing:
        return Rendered(made.path, made.document, no_pdf=str(missing))
    except OSError as error:
        return Rendered(made.path, made.document, no_pdf=str(_unwritten(path.with_suffix(".pdf"), error)))
    return Rendered(made.path, made.document, pdf=placed(world, written) if world else str(written))


def _unwritten(path: Path, error: OSError) -> Refused:
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    return Refused(_("{file} cannot be written: {reason}").format(file=path, reason=why))

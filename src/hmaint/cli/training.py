"""`hmaint training`: plan it, invite, put down who came, hand over material, check the effect (附件2 签到表)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hmaint.cli.app import about
from hmaint.cli.matter import Verb, number_of, parameter, signed
from hmaint.cli.matter_command import recording
from hmaint.cli.matter_standard import register_standard
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.ledgers.training import TRAINING

if TYPE_CHECKING:
    from hmaint.app.world import World

_LIST = parameter(
    "list_",
    Annotated[
        Path | None,
        typer.Option(
            "--list",
            help=_("A CSV file with the columns 姓名, 工号, 科室 (UTF-8, or as Excel saves it)."),
            metavar="FILE.csv",
        ),
    ],
    None,
)
_ALL = parameter(
    "all_",
    Annotated[bool, typer.Option("--all", help=_("Everybody invited, but those named --absent."))],
    default=False,
)


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    group = typer.Typer(
        help=about("training"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    planned, invited, attended, handed, checked = TRAINING.events
    then = "hmaint training invite {id} · hmaint training report {id}"
    group.command(
        "new",
        help=_("Plan a training; its day may lie ahead."),
        epilog=_(
            "Example: hmaint training new --site tj --topic 数据库备份与恢复 --date 2026-12-05 --trainer 张工"
            " --audience 信息科系统管理人员 --item '单表恢复|70 分钟|张工'"
        ),
    )(with_terminal(recording(Verb(TRAINING, planned, then=then))))
    group.command(
        "invite",
        help=_("Put down who is invited; they stand on the sign-in sheet and sign it by hand."),
        epilog=_(
            "Examples: hmaint training invite latest --person '李老师|1021|信息科'"
            " · hmaint training invite T-20261121-001 --list 名单.csv"
        ),
    )(with_terminal(recording(Verb(TRAINING, invited, (_LIST,), _invited, "hmaint training report {id}"))))
    group.command(
        "attend",
        help=_(
            "Put down who came, and by that that the training was held; keep the signed sheet as evidence."
        ),
        epilog=_("Example: hmaint training attend latest --all --absent '周老师|值班' --evidence 签到表.pdf"),
    )(
        with_terminal(
            recording(
                Verb(
                    TRAINING,
                    attended,
                    (_LIST, _ALL),
                    _attended,
                    "hmaint training effect {id} · hmaint training report {id}",
                )
            )
        )
    )
    group.command(
        "material",
        help=_("Put down which material was handed over."),
        epilog=_("Example: hmaint training material latest --material '备份与恢复课件|1.2|2026-12-05'"),
    )(with_terminal(recording(Verb(TRAINING, handed))))
    group.command(
        "effect",
        help=_("Put down what the training brought: how it was checked, and what people said."),
        epilog=_(
            "Example: hmaint training effect latest --effect '上机考核|3|2 人独立完成|12 月复测' --assessment 达到目标"
        ),
    )(with_terminal(recording(Verb(TRAINING, checked, then="hmaint training report {id}"))))
    group.command(
        "export",
        help=_("Write the list of people as CSV, for a spreadsheet."),
        epilog=_("Example: hmaint training export latest --output 名单.csv"),
    )(with_terminal(signed(export, [number_of(TRAINING), _output()])))
    register_standard(group, TRAINING, "training", ("training-signin", "training-record"))
    app.add_typer(group, name="training")


def export(terminal: Terminal, **given: Any) -> None:  # noqa: ANN401 - what Typer parsed
    """Everybody of the list; no cell can be a formula."""
    from hmaint.app.matter_list import find
    from hmaint.duty.training import attendees
    from hmaint.load.attendance import write_people

    training = find(terminal.world(), TRAINING, given["number"])
    people = [
        {"name": each.name, "staff_number": each.staff_number, "department": each.department}
        for each in attendees(training)
    ]
    write_people(given["output"], people)
    terminal.out(str(given["output"]))


def _output() -> Any:  # noqa: ANN401 - as `parameter` makes it
    option = typer.Option(
        "--output", "-o", help=_("The file to write; never over another."), metavar="FILE.csv"
    )
    return parameter("output", Annotated[Path, option], Path("名单.csv"))


def _invited(_world: World, _number: str, given: Mapping[str, Any]) -> Mapping[str, object]:
    from hmaint.load.entry_values import read_value

    field = TRAINING.fields["invited"]
    people = [read_value(field, each) for each in given.get("invited") or ()] + _listed(given, "invited")
    if not people:
        raise WrongUsage(_("say who with --person or --list"))
    return {"invited": people}


def _attended(world: World, number: str, given: Mapping[str, Any]) -> Mapping[str, object]:
    from hmaint.app.matter_list import find
    from hmaint.load.entry_values import read_value

    fields = TRAINING.fields
    people = [read_value(fields["attended"], each) for each in given.get("attended") or ()]
    people += _listed(given, "attended")
    absent = {str(each).split("|")[0].strip() for each in given.get("absent") or ()}
    if given["all_"]:
        invited = find(world, TRAINING, number).rows("invited")
        if not invited:
            raise WrongUsage(
                _("nobody was invited to {number}: say who came with --person or --list").format(
                    number=number
                )
            )
        people += [dict(each) for each in invited if each["name"] not in absent]
    if not people:
        raise WrongUsage(_("say who came with --person, --list or --all"))
    return {"attended": people}


def _listed(given: Mapping[str, Any], name: str) -> list[Any]:
    from hmaint.load.attendance import read_people

    return list(read_people(given["list_"], TRAINING.fields[name])) if given["list_"] else []

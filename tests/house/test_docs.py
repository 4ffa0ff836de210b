"""What the documents say is so: commands, options, statuses, links; and no file tells of the machine it came from."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from hmaint.cli import app
from hmaint.errors import ExitStatus

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if path.name != "commands.md"  # generated from the very tree that is compared here
)
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
REFERENCE = (ROOT / "docs/reference/interface.md").read_text("utf-8")
MAKE = re.compile(r"(?:^|[`$(;&] ?|and )make ([a-z]+(?:-[a-z]+)*)\b")


@cache
def tree() -> Any:
    return typer.main.get_command(app.make_app(*app.COMMANDS))


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", {})
    if not children:
        yield path, command
    for name, child in children.items():
        yield from leaves(child, (*path, name))


COMMANDS = {" ".join(path): command for path, command in leaves(tree())}


_AMIDST = re.compile(
    rf"(?<![\w.])(hmaint (?:{'|'.join(sorted({path.split()[0] for path in COMMANDS}))})\b.*)"
)


def fenced(text: str) -> Iterator[str]:
    """The lines of code blocks, those that were broken with a backslash put together."""
    inside = False
    for line in text.replace("\\\n", " ").splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
        elif inside:
            yield line


def command_lines(text: str) -> Iterator[str]:
    """Every `hmaint …` that a reader could type: in code spans, at a prompt, in a crontab or a script."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for line in (*fenced(text), *re.findall(r"`([^`\n]+)`", prose)):
        # An error begins like a command, but has a colon behind the name.
        found = re.match(r"\s*(?:\$ )?(hmaint [a-z-].*)", line) or _AMIDST.search(line)
        if found:
            yield found.group(1)


def words_of(line: str) -> list[str]:
    """The words up to a comment, a pipe or a redirection; `…` stands for what is left out."""
    line = re.split(r" +#|\s[|;&]|\s*\d?>{1,2}", line)[0].replace("…", "X").replace(" · ", " ")
    return shlex.split(line)[1:]


def parsed(line: str) -> str:
    """The command a line calls; AssertionError where hmaint would answer 64."""
    words = words_of(line)
    command, path = tree(), []
    while words and words[0] in getattr(command, "commands", {}):
        path.append(words[0])
        command = command.commands[words.pop(0)]
    if words and getattr(command, "commands", {}):
        assert words in (["--help"], ["--version"], ["-h"], ["-V"]), f"no such command: {line}"
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    known |= {"--help", "-h"}
    wrong = [word for word in words if word.startswith("-") and word.split("=")[0] not in known]
    assert not wrong, f"{line}: no option {wrong}"
    return " ".join(path)


def called(text: str) -> set[str]:
    return {parsed(line) for line in command_lines(text) if "/" not in words_of(line)[:1]}


@pytest.mark.parametrize("name", NAMES)
def test_every_command_line_in_a_document_is_one_hmaint_understands(name: str) -> None:
    called((ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        "hmaint inspct --site icu",
        "hmaint inspect --sight icu",
        "hmaint --lang zh inspect",
        "hmaint finding lst",
    ],
)
def test_a_command_line_that_hmaint_would_refuse_is_noticed(line: str) -> None:
    with pytest.raises(AssertionError):
        called(f"```console\n$ {line}\n```\n")


def test_command_lines_are_found_at_prompts_in_spans_and_in_crontabs() -> None:
    text = (
        "see `hmaint doctor`\n```console\n$ hmaint runs list | head\nhmaint: an error\n```\n"
        "```\n0 1 * * * X=1 /srv/bin/hmaint inspect --all >>log 2>&1\n```\n"
    )
    assert called(text) == {"doctor", "runs list", "inspect"}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_a_how_to_a_tutorial_or_a_reference(command: str) -> None:
    texts = [path.read_text("utf-8") for path in DOCUMENTS if path not in READMES]
    assert any(f"hmaint {command}" in text or f"`{command}`" in text for text in texts), command


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_generated_reference_with_its_options(command: str) -> None:
    page = (ROOT / "docs/reference/commands.md").read_text("utf-8")
    section = page.partition(f"## hmaint {command}\n")[2].partition("\n## ")[0]
    options = [max(p.opts, key=len) for p in COMMANDS[command].params if p.param_type_name == "option"]
    assert section, f"make docs: {command} is not there"
    assert [option for option in options if option not in section] == []


@pytest.mark.parametrize("status", list(ExitStatus))
def test_every_exit_status_is_documented(status: ExitStatus) -> None:
    assert re.search(rf"^\| {status.value} \|", REFERENCE, re.MULTILINE)
    for readme in READMES:
        assert re.search(rf"(?<!\d){status.value}(?!\d)", readme.read_text("utf-8"))


def test_every_variable_of_the_environment_is_documented() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    used = set(re.findall(r"\bHMAINT_[A-Z_]*[A-Z]", source)) | {"HMAINT_SECRET_NAME"}
    assert {name for name in used - {"HMAINT_SECRET"} if name not in REFERENCE} == set()


def test_every_schema_of_json_is_documented() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src/hmaint/cli").rglob("*.py"))
    schemas = set(re.findall(r"hmaint\.[a-z-]+/\d", source))
    assert schemas
    assert {schema for schema in schemas if schema not in REFERENCE} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_leads_somewhere(name: str) -> None:
    path = ROOT / name
    broken = [link for link in links(path.read_text("utf-8")) if not leads(path, link)]
    assert broken == []


def links(text: str) -> list[str]:
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", prose) if not re.match(r"[a-z]+:", link)]


def leads(path: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (path.parent / file) if file else path
    if not target.is_file():
        return False
    return not anchor or anchor in {anchor_of(head) for head in headings(target.read_text("utf-8"))}


def headings(text: str) -> list[str]:
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^#+ +(.+)$", prose, re.MULTILINE)


def anchor_of(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def test_a_broken_link_and_a_wrong_anchor_are_noticed() -> None:
    assert leads(ROOT / "README.md", "CONTRIBUTING.md#add-a-check")
    assert not leads(ROOT / "README.md", "CONTRIBUTING.md#add-a-cheque")
    assert not leads(ROOT / "README.md", "docs/nothing.md")


def test_the_readme_can_be_read_in_one_sitting() -> None:
    for readme in READMES:
        assert len(readme.read_text("utf-8").splitlines()) <= 120


def test_both_readmes_name_the_same_commands() -> None:
    english, chinese = (readme.read_text("utf-8") for readme in READMES)
    assert called(english) == called(chinese)
    assert set(MAKE.findall(english)) == set(MAKE.findall(chinese)) >= {"demo", "test"}
    assert pages(english) == pages(chinese)


def pages(text: str) -> set[str]:
    """Pages that are linked to, in whichever language."""
    return {link.partition("#")[0].replace(".zh-CN.md", ".md") for link in links(text)}


def test_every_page_is_in_the_index() -> None:
    docs = ROOT / "docs"
    index = {link.partition("#")[0] for link in links((docs / "README.md").read_text("utf-8"))}
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    assert {page for page in pages if not page.startswith("decisions/")} - {"README.md"} == index - {
        "decisions"
    }


def test_every_make_target_in_the_documents_exists_and_is_explained() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {target for path in DOCUMENTS for target in MAKE.findall(path.read_text("utf-8"))}
    explained = set(
        re.findall(r"^\| `make ([a-z-]+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    )
    assert named - targets == set()
    assert explained == targets


_FORBIDDEN = {
    "a path of the machine it was written on": re.compile(
        rf"{re.escape(str(ROOT))}\b|(?<![\w.])/(?:mnt|home|Users)/\w+/\w"
    ),
    "the address of a package registry": re.compile(
        r"\bpypi\.[a-z]|pythonhosted\.[a-z]|registry\.npm|tuna\.tsinghua|//mirrors?\.[a-z]|/simple/(?=\s|$)"
    ),
}


def tracked() -> set[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git from the PATH
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return {path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()}


@pytest.mark.parametrize("what", list(_FORBIDDEN))
def test_no_file_holds(what: str) -> None:
    found = []
    for path in tracked() - {Path(__file__)}:  # which must name what it forbids
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in _FORBIDDEN[what].finditer(text)]
    assert sorted(found) == []


def test_what_must_not_be_in_a_file_is_recognised() -> None:
    machine, registry = _FORBIDDEN.values()
    assert machine.search(f"see {ROOT}/x")
    assert machine.search("cd /home/wang/hmaint")
    assert not machine.search("network/main, /opt/icu, /home/*/.ssh, https://10.1.2.11/login, docs/home/x")
    assert registry.search("https://pypi.org/x")
    assert registry.search("-i http://mirrors.example.cn/pypi/simple/")
    assert not registry.search("a simple / plain thing; OpenPyPI")

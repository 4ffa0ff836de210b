"""Every word hmaint says has its Chinese, and each language is really spoken where it was asked for."""

from __future__ import annotations

import re
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from tools import messages

from hmaint.errors import BadFile
from hmaint.kit.i18n import _, for_a_record, speak
from hmaint.load.inventory import load_inventory
from tests.load.test_playbook_faults import WRONG, faults_of, text_of

GOLDEN = Path(__file__).parents[1] / "load" / "golden"
CHINESE = re.compile("[\u4e00-\u9fff]")
WANTED = [message for message in messages.translated() if message.id]
SAME_IN_BOTH = {"true/false"}
BAD = "version: 1\nhospital: {name: a}\nsites:\n  icu:\n    hosts: {app: {adress: 10.1.2.11}}\n"


def hmaint(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", "from hmaint.cli.main import run; run()", *words],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "100", **environment},
    )


@pytest.fixture(scope="module")
def source() -> Catalog:
    """Every id of the source; all of it is read once, which takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parents[2])
        return messages.template()


@pytest.fixture
def gaps(source: Catalog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], list[str]]:
    """What is amiss with the catalogue where something in it were otherwise."""
    monkeypatch.chdir(Path(__file__).parents[2])

    def told(right: str, wrong: str) -> list[str]:
        text = messages.PO.read_text(encoding="utf-8")
        assert right in text
        (tmp_path / "hmaint.po").write_text(text.replace(right, wrong), encoding="utf-8")
        monkeypatch.setattr(messages, "PO", tmp_path / "hmaint.po")
        return messages.gaps(source)

    return told


def test_the_catalogue_is_complete_compiled_and_agrees_with_the_source(
    source: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.setattr(messages, "template", lambda: source)
    assert messages.faults() == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ('msgstr "没有剧本 {name}"', 'msgstr "没有剧本 {nam}"', "placeholders differ: 'no playbook {name}'"),
        ('msgstr "语句是空的"', 'msgstr ""', "no translation: 'the statement is empty'"),
        ('msgstr "语句是空的"', 'msgstr "空语句"', "is not compiled from it"),
        ('msgid "the statement is empty"', 'msgid "a statement of old"', "is not up to date"),
    ],
)
def test_a_gap_in_the_catalogue_is_told(
    gaps: Callable[[str, str], list[str]], right: str, wrong: str, fault: str
) -> None:
    assert any(fault in told for told in gaps(right, wrong))


def test_every_translation_is_chinese() -> None:
    spoken = [m for m in WANTED if re.search("[A-Za-z]{3}", re.sub(r"{\w+}", "", m.id))]
    assert [m.id for m in spoken if not CHINESE.search(m.string) and m.id not in SAME_IN_BOTH] == []


def test_every_translation_can_be_filled_with_the_values_of_its_message() -> None:
    for message in WANTED:
        fields = [(name, form) for _t, name, form, _c in string.Formatter().parse(message.id) if name]
        # Braces with a blank behind the colon are YAML that is shown, not a place for a value.
        if not any(form and form.startswith(" ") for _name, form in fields):
            assert message.string.format(**{name: 1 for name, _form in fields})


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('raise Refused("nothing was touched")', "the words of Refused want _()"),
        ('raise WrongUsage(f"no site {name}")', "the words of WrongUsage want _()"),
        ('print(_(f"no site {name}"))', "_() takes plain text, no f-string"),
        ("""print(f"{_('result')}: {name}")""", "_() within an f-string is not found"),
        ('raise Refused(_("nothing was touched"))', ""),
        ('raise WrongUsage(_("no site {name}").format(name=name))', ""),
    ],
)
def test_words_that_no_catalogue_can_hold_are_told(tmp_path: Path, code: str, fault: str) -> None:
    file = tmp_path / "words.py"
    file.write_text(code, encoding="utf-8")
    assert [told.split(": ", 1)[1] for told in messages.unspoken(file)] == ([fault] if fault else [])


def test_help_is_in_the_language_asked_for(tmp_path: Path) -> None:
    chinese = hmaint("--help", "--lang", "zh", folder=tmp_path, LANG="C").stdout
    english = hmaint("--lang=en", "--help", folder=tmp_path, LANG="zh_CN.UTF-8").stdout
    assert "用法：hmaint [选项] 命令" in chinese
    assert "显示本帮助后退出。" in chinese
    assert not re.search(r"\b(Usage|Options|Commands|Show|exit)\b", chinese)
    assert "Usage: hmaint [OPTIONS] COMMAND" in english
    assert not CHINESE.search(english)


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        ("inspect --nope", "没有选项 --nope", "no option --nope"),
        ("inspect --limt x", "没有选项 --limt；可以写 --limit", "no option --limt; possible: --limit"),
        ("inspekt", "没有命令 inspekt，是否想写 'inspect'？", "no command inspekt; did you mean 'inspect'?"),
        ("xyzzy", "没有命令 xyzzy", "no command xyzzy"),
        ("inspect --site", "选项 '--site' 后面要有值", "option '--site' wants a value"),
        ("inspect --all=1", "选项 '--all' 不带值", "option '--all' takes no value"),
        ("inspect a b", "多余的参数：a b", "too many arguments: a b"),
        (
            "inspect --workers x",
            "'--workers' 的值不对：要写整数",
            "wrong value for '--workers': must be a whole number",
        ),
        ("inspect --workers 999", "必须在 1 到 256 之间", "must be from 1 to 256"),
        ("runs list -n 0", "不能小于 1", "must not be below 1"),
        ("secret set", "缺少参数 'NAME'", "argument 'NAME' is missing"),
    ],
)
def test_a_wrong_command_line_is_told_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], words: str, chinese: str, english: str
) -> None:
    from hmaint.cli.rim import guarded  # noqa: PLC0415 - its help texts are made in the language of this moment

    for language, told in (("zh", chinese), ("en", english)):
        speak(language)
        assert guarded(words.split(), verbose=False) == 64
        assert told in capsys.readouterr().err


def test_a_fault_of_an_inventory_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    (tmp_path / "inventory.yaml").write_text(BAD, encoding="utf-8")
    chinese = hmaint("inventory", "check", folder=tmp_path, LANG="zh_CN.UTF-8")
    english = hmaint("inventory", "check", "--lang", "en", folder=tmp_path, LANG="zh_CN.UTF-8")
    assert (chinese.returncode, english.returncode) == (78, 78)
    assert chinese.stderr == "hmaint: inventory.yaml:5:19: 不认识的键 adress，是否想写 address？\n"
    assert english.stderr == "hmaint: inventory.yaml:5:19: unknown key adress; did you mean address?\n"


def test_no_fault_of_a_bad_inventory_keeps_a_chinese_word_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    speak("en")
    with pytest.raises(BadFile) as caught:
        load_inventory(Path("bad-inventory.yaml"))
    assert len(caught.value.faults) > 20
    assert [str(fault) for fault in caught.value.faults if CHINESE.search(fault.message)] == []


def test_no_fault_of_a_bad_playbook_keeps_a_chinese_word_in_english(tmp_path: Path) -> None:
    speak("en")
    told = [
        fault
        for changes, *_rest in WRONG
        if not CHINESE.search(str(changes))
        for fault in faults_of(tmp_path, text_of(**changes))
    ]
    assert len(told) > 50
    assert [fault for fault in told if CHINESE.search(fault)] == []


def test_what_goes_into_a_record_is_chinese_whatever_is_spoken() -> None:
    speak("en")
    with for_a_record():
        assert _("the statement is empty") == "语句是空的"
    assert _("the statement is empty") == "the statement is empty"

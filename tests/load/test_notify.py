"""`notify:` of an inventory: what may be written, who inherits what, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.errors import BadFile
from hmaint.kit.i18n import speak
from hmaint.load.inventory import load_inventory
from hmaint.model.channel import Channel
from hmaint.model.inventory import Inventory, Secret

HEAD = "version: 1\nhospital: {name: 某某医院}\n"


def load(folder: Path, text: str) -> Inventory:
    path = folder / "inventory.yaml"
    path.write_text(HEAD + text, "utf-8")
    return load_inventory(path)


def faults(folder: Path, text: str) -> list[str]:
    speak("en")
    with pytest.raises(BadFile) as caught:
        load(folder, text)
    return [str(fault).partition("inventory.yaml:")[2] for fault in caught.value.faults]


def channels(text: str) -> str:
    return "notify:\n  channels:\n    a: {" + text + "}\n"


TWO = """
notify:
  repeat: 12h
  channels:
    ops: {mail: "smtp.h.cn:587", from: a@h.cn, to: [b@h.cn], user: u, password: !secret smtp}
    group: {wecom: !secret wecom}
sites:
  icu: {notify: {channels: {group: {dingtalk: !env DING, sign: !secret s}, hub: {json: "http://10.1.1.1/x"}}}}
  lis: {notify: {inherit: false, repeat: 1h}}
  his: {}
"""


def test_a_sites_channels_stand_beside_those_at_the_top_and_replace_their_namesakes(tmp_path: Path) -> None:
    inventory = load(tmp_path, TWO)
    icu = inventory.sites["icu"].notify
    assert [(each.name, each.medium) for each in icu.channels] == [
        ("ops", "mail"),
        ("group", "dingtalk"),
        ("hub", "json"),
    ]
    assert icu.repeat == 12 * 3600
    assert inventory.sites["lis"].notify.channels == ()
    assert inventory.sites["lis"].notify.repeat == 3600
    assert inventory.sites["his"].notify == inventory.notify


def test_everything_written_arrives(tmp_path: Path) -> None:
    ops, group = load(tmp_path, TWO).notify.channels
    assert ops == Channel(
        "ops",
        "mail",
        address="smtp.h.cn:587",
        user="u",
        password=Secret("secret", "smtp"),
        sender="a@h.cn",
        to=("b@h.cn",),
    )
    assert group.url == Secret("secret", "wecom")
    assert (ops.tls, ops.least, ops.seconds, ops.verify) == ("starttls", "warning", 15.0, True)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("wecom: 'https://x.cn/?key=1'", "5:16", "wecom is written out"),
        ("json: 'http://x.cn/?token=1'", "5:15", "json is written out"),
        ("mail: 'a:25', from: a@b.c, to: [a@b.c], user: u, password: pw", "5:68", "password is written out"),
        ("wecom: !secret a, json: 'http://x/'", "5:5", "it has 2"),
        ("to: [a@b.c]", "5:5", "it has 0"),
        ("mail: 'a:25', to: [a@b.c]", "5:5", "channel a lacks from"),
        ("mail: 'a:25', from: a@b.c", "5:5", "channel a lacks to"),
        ("mail: 'a:25', from: a@b.c, to: [a@b.c], user: u", "5:5", "stand together"),
        (
            "mail: 'a:25', from: a@b.c, to: [a@b.c], user: u, password: !secret p, tls: none",
            "",
            "in the clear",
        ),
        ("wecom: !secret a, sign: !secret b", "5:27", "sign does not go with wecom"),
        ("mail: 'a:25', from: a@b.c, to: [a@b.c], proxy: 'p:1'", "5:49", "proxy does not go with mail"),
        ("mail: 'a', from: a@b.c, to: [a@b.c]", "5:15", "HOST:PORT"),
        ("mail: 'a:25', from: 'x <a@b.c>', to: [a@b.c]", "5:29", "bare mail address"),
        ("mail: 'a:25', from: a@b.c, to: ['a@b.c, d@e.f']", "", "bare mail address"),
        ('mail: "a:25", from: a@b.c, to: ["a@b.c\\nBcc: x@y.z"]', "", "bare mail address"),
        ("json: 'ftp://x'", "5:15", "must begin with http"),
        ("wecom: !secret a, least: ok", "5:34", "must be one of"),
        ("wecomm: !secret a", "5:9", "did you mean wecom"),
    ],
)
def test_what_cannot_be_told_through_is_refused_with_its_place(
    tmp_path: Path, text: str, place: str, words: str
) -> None:
    found = [fault for fault in faults(tmp_path, channels(text)) if words in fault]
    assert found, faults(tmp_path, channels(text))
    assert found[0].startswith(place)


def test_a_key_that_is_written_out_is_never_repeated(tmp_path: Path) -> None:
    assert not any(
        "s3cr3t" in fault for fault in faults(tmp_path, channels("wecom: 'https://x.cn/?key=s3cr3t'"))
    )


def test_plain_keys_are_taken_where_the_file_says_so(tmp_path: Path) -> None:
    inventory = load(tmp_path, "allow_plaintext: true\n" + channels("wecom: 'https://x.cn/?key=1'"))
    assert inventory.notify.channels[0].url == Secret("plain", "https://x.cn/?key=1")
    assert "key" not in repr(inventory.notify.channels[0].url)


def test_a_sites_channels_are_held_to_the_same(tmp_path: Path) -> None:
    text = "sites:\n  icu:\n    notify: {channels: {a: {wecom: 'https://x.cn/?key=1'}}}\n"
    assert any("wecom is written out" in fault for fault in faults(tmp_path, text))

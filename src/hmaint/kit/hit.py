"""A stretch of text that must not be kept, and what kind of thing it is."""

from __future__ import annotations

from typing import NamedTuple


class Hit(NamedTuple):
    """The characters from `start` up to `end` are a `kind`; kinds are the keys of `MARKS`."""

    start: int
    end: int
    kind: str


MARKS = {
    "password": "[口令]",
    "token": "[令牌]",
    "private_key": "[私钥]",
    "id_card": "[身份证]",
    "mobile": "[手机号]",
    "medical_number": "[医疗号码]",
    "patient": "[患者信息]",
    "custom": "[已遮盖]",
}
"""What stands in a record in place of each kind."""

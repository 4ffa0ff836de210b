"""Whether an image archive answers: an association for verification, one echo, a clean release."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Scalar
from hmaint.model.look import Seen
from hmaint.transport import dicom
from hmaint.transport.budget import Budget
from hmaint.transport.talk import Talk

_ACCEPT, _REJECT, _DATA, _RELEASED, _ABORT = 2, 3, 4, 6, 7
_MOST = 65_536


def ask_dicom(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Echo the application `called` at `address` and `port` as `calling`.

    `outcome` is `success`, `rejected` (it speaks DICOM but takes no association from us), `refused` (no
    verification), `failed` (the echo had another status) or `aborted`; `answer` says it in Chinese.
    """
    begun = time.monotonic()
    with Talk(budget.dial(str(settings["address"]), int(settings["port"] or 0)), budget) as talk:
        talk.say(dicom.associate(str(settings["called"]), str(settings["calling"])))
        try:
            outcome, answer = _associated(talk)
        except ValueError as wrong:
            raise CouldNotLook(Seen.GARBLED, f"应答不符合 DICOM：{wrong}") from None
    return {"outcome": outcome, "answer": answer, "elapsed_ms": round((time.monotonic() - begun) * 1000)}


def _associated(talk: Talk) -> tuple[str, str]:
    kind, body = _pdu(talk)
    if kind == _REJECT:
        return "rejected", dicom.rejection(body)
    if kind == _ABORT:
        return "aborted", "对方中止了关联"
    if kind != _ACCEPT:
        raise ValueError(f"收到类型 {kind} 的应答")
    if not dicom.accepts_verification(body):
        _release(talk)
        return "refused", "接受关联，但不支持回波（C-ECHO）"
    talk.say(dicom.echo())
    kind, body = _pdu(talk)
    if kind == _ABORT:
        return "aborted", "回波时对方中止了关联"
    if kind != _DATA:
        raise ValueError(f"收到类型 {kind} 的应答")
    status = dicom.echo_status(body)
    _release(talk)
    return ("success", "回波成功") if status == 0 else ("failed", f"回波返回状态 {status:04X}")


def _pdu(talk: Talk) -> tuple[int, bytes]:
    head = talk.take(6)
    size = int.from_bytes(head[2:], "big")
    if not 1 <= head[0] <= _ABORT or size > _MOST:
        raise ValueError("不是 DICOM 的数据单元")
    return head[0], talk.take(size)


def _release(talk: Talk) -> None:
    """Take leave; one who has answered already is not blamed for leaving without a word."""
    try:
        talk.say(dicom.RELEASE)
        kind, _ = _pdu(talk)
        if kind != _RELEASED:
            talk.say(dicom.ABORT)
    except (CouldNotLook, ValueError):
        return

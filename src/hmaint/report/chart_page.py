"""What every chart is drawn on: a page with a Chinese font, and the same bytes for the same drawing."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from hmaint.errors import Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC", "SimHei",
    "Heiti SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK JP", "Noto Sans SC", "SimSun", "Songti SC",
    "Noto Serif CJK SC",
)  # fmt: skip
"""Fonts that have the Chinese of a chart, the best first."""
WIDTH, HEIGHT = 6.6, 2.6
"""In inches: 6.6 is what lies between the margins of an A4 page."""
_DPI = 150
_NAME, _TITLE = 24, 60


def drawn(draw: Callable[[Figure], None], width: float = WIDTH, height: float = HEIGHT) -> bytes:
    """Draw a figure as a PNG; Refused without a Chinese font."""
    import matplotlib as mpl  # noqa: PLC0415 - half a second that only a chart needs
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    with mpl.rc_context(
        {
            "font.family": "sans-serif",
            "font.sans-serif": [font()],
            "axes.unicode_minus": False,
            "font.size": 9,
            "hatch.linewidth": 0.6,
            # A name of a server is not a formula, whatever dollars it holds.
            "text.parse_math": False,
        }
    ):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        target = io.BytesIO()
        figure.savefig(target, format="png", dpi=_DPI, metadata={"Software": None})
    return target.getvalue()


def font() -> str:
    """The best Chinese font that is installed here; Refused with what to install where there is none."""
    from matplotlib import font_manager  # noqa: PLC0415 - goes with the library

    there = {each.name for each in font_manager.fontManager.ttflist}
    found = next((name for name in FONTS if name in there), None)
    if found is None:
        words = _(
            "no Chinese font is installed here, a chart would show boxes; install Noto Sans CJK or SimHei"
        )
        raise Refused(words)
    return found


def head(axes: Axes, title: str, unit: str) -> None:
    """Name a chart and its unit, and leave away what carries nothing."""
    axes.set_title(one_line(title, _TITLE), fontsize=10, loc="left")
    axes.set_ylabel(one_line(unit, _NAME))
    axes.spines[["top", "right"]].set_visible(False)


def name(text: str) -> str:
    """A name beside a line or below a bar, short enough to stand there."""
    return one_line(text, _NAME)

"""A text as a few quick passes show it: what it surely does not hold, no pattern need be sent through it for."""

from __future__ import annotations

_ASCII, _BEYOND = bytes(range(128)), bytes(range(128, 256))
_LOWER = bytes(range(256)).lower()
_NO_LETTERS = bytes(
    each for each in range(256) if each not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
_AS_SIGN = bytes.maketrans(b"0123456789\t" + _BEYOND, b"0000000000 " + b"?" * len(_BEYOND))


class Glance:
    """A text, and what can be told of it in passing.

    `letters` are those of ASCII alone, in lower case and run together: a word whose letters are not among them does
    not stand in the text. `foreign` is the text without anything of ASCII. `signs` shows every figure of ASCII as 0,
    a tab as a blank, and what is not ASCII as question marks.
    """

    __slots__ = ("_lowered", "foreign", "letters", "signs", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._lowered: str | None = None
        plain = text.isascii()
        # These two alone beyond ASCII become ASCII in lower case.
        whole = text if plain else text.replace("İ", "I").replace("\u212a", "K")
        raw = whole.encode("utf-8", "surrogatepass")
        # As text: bytes are searched for a word only after they were asked whether it is a number.
        self.letters = raw.translate(_LOWER, _NO_LETTERS).decode("ascii")
        self.foreign = "" if plain else raw.translate(None, _ASCII).decode("utf-8", "surrogatepass")
        self.signs = raw.translate(_AS_SIGN).decode("ascii")

    @property
    def lowered(self) -> str:
        """The text in lower case, character for character."""
        if self._lowered is None:
            # 'İ' alone changes its length in lower case; everything after it would be masked one place off.
            self._lowered = self.text.replace("İ", "I").lower()
        return self._lowered


def letters(word: str) -> str:
    """What must be among the letters of every text that holds the word, in whatever case."""
    return Glance(word).letters

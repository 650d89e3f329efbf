"""Hashtags in notes: what is one, where it stands, how it is written in the tag field (domain.md §7).

A name is a tag without its hash sign: letters folded to lower case, full-width ASCII as ASCII. Every function takes
one pass over its text, so a hostile text of any length costs no more than a plain one of that length.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping

MAX_LENGTH = 100

_HASHES = re.compile("#+")
_ASCII_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_WORD = re.compile(r"[\w-]+")
_BETWEEN = re.compile(r"[\s,，、]+")

# One character for one, so that a position in the flat text is the same position in the text as typed.
_FLAT = {0xFF00 + ord(char) - 0x20: char for char in map(chr, range(0x21, 0x7F)) if char.isalnum() or char in "#_-"}

# Scripts written without spaces between words (and Korean, which hangs particles on them): a tag may follow directly.
_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9d\uffa0-\uffdc"
    "\U00016fe0-\U00018dff\U0001aff0-\U0001b16f\U00020000-\U0003fffd"
)
_IS_CJK = re.compile(f"[{_CJK}]")

# No URL goes on past these: white space, quotes and angle brackets, and every punctuation mark or symbol beyond ASCII.
_URL_STOP = (
    r"\x00-\x20<>\"`|\x7f-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf"
    "\u1680\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\ufe10-\ufe1f\ufe30-\ufe6f\ufeff"
    "\uff00-\uff65\uffe0-\uffff\U0001f000-\U0001faff"
)
_IS_URL_STOP = re.compile(f"[{_URL_STOP}]")
# These may stand inside an URL but do not end one: what follows them directly belongs to the sentence.
_URL_TRAILING = frozenset(",;!'([{]}")

# An URL begins at a scheme, at `www.`, or where a host name meets its path. Possessive: nothing is read twice.
_URL_EVENT = re.compile(
    r"(?P<begin>(?<=[A-Za-z0-9])://|(?<![A-Za-z0-9_])[Ww]{3}\.|(?<=\w)\.[A-Za-z]{2,}+(?::[0-9]++)?+[/?])"
    rf"|(?P<stop>[{_URL_STOP}]++)|(?P<open>\()|(?P<close>\))|(?P<cjk>[{_CJK}]++)"
)


def find(text: str) -> list[str]:
    """The names of the hashtags in a text, in order of first appearance, each once (domain.md §7)."""
    return list(dict.fromkeys(name for _, _, name in spans(text)))


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Each hashtag in a text as (index of its hash sign, index after its last character, name) (domain.md §7).

    `#Covid-19.` at the start of a text is `(0, 9, "covid-19")`.
    """
    flat = _flat(text)
    since = 0  # an URL has one fragment, so none reaches past a hash sign: look back no further than the last
    for run in _HASHES.finditer(flat):
        start, after = run.span()
        # Side by side they are the slide cut (§4) or a heading.
        if after - start == 1 and _may_follow(flat, start) and (end := _name_end(flat, after)):
            name = _fold(flat[after:end])
            if len(name) <= MAX_LENGTH and not _in_url(flat, since, start):
                yield start, end, name
        since = after


def normalise(name: str) -> str | None:
    """The name of one hashtag typed alone, with its hash sign or without: `＃Covid-19` is `covid-19` (domain.md §7).

    None where that is not one whole hashtag: `C#`, `4512`, `a b`, `covid-`, or more than `MAX_LENGTH` characters.
    """
    if len(name) > MAX_LENGTH + 1:
        return None
    flat = _flat(name).removeprefix("#")
    if len(flat) > MAX_LENGTH or _name_end(flat, 0) != len(flat):
        return None
    return _fold(flat) or None


def split_field(text: str) -> tuple[list[str], list[str]]:
    """What stands in the tag field: (names in order, each once; pieces that are no hashtag, as typed) (domain.md §7).

    White space (the ideographic space too), `,`, `，` and `、` separate; a piece may begin with one hash sign.
    """
    names: dict[str, None] = {}
    others: list[str] = []
    for piece in filter(None, _BETWEEN.split(text)):
        name = normalise(piece)
        if name is None:
            others.append(piece)
        else:
            names[name] = None
    return list(names), others


def pieces(text: str) -> list[str]:
    """What stands in the tag field as typed, without hash signs: `#COVID-19、covid19` is `["COVID-19", "covid19"]`."""
    return [piece.removeprefix("#").removeprefix("＃") for piece in _BETWEEN.split(text) if piece]


def beginning(text: str) -> str | None:
    """What has been typed of a hashtag so far, as a name would begin with it: `＃Covid-` is `covid-`, `#` is "".

    None where no name begins so: `a b`, `C#`, a text longer than a name.
    """
    flat = _flat(text.strip()).removeprefix("#")
    if len(flat) > MAX_LENGTH or _raw_end(flat, 0) != len(flat):
        return None
    return _fold(flat)


def untag(text: str, names: Collection[str]) -> str:
    """The text without the hash sign of every occurrence of these names; the words stay (domain.md §7).

    Names are as `find` gives them. Where the word would grow onto an earlier tag that keeps its sign (`#疫情#covid`),
    a space takes the place of the sign, or that tag would silently become another.
    """
    wanted = frozenset(names)
    flat = _flat(text)
    pieces: list[str] = []
    done = 0
    for start, _, name in spans(text):
        if name in wanted:
            earlier = flat.rfind("#", done, start)
            pieces.append(text[done:start])
            if earlier >= 0 and _raw_end(flat, earlier + 1) == start:
                pieces.append(" ")
            done = start + 1
    pieces.append(text[done:])
    return "".join(pieces)


def resolve(names: Iterable[str], aliases: Mapping[str, str]) -> list[str]:
    """The names with each alias replaced by the name it stands for, in order, each once (domain.md §7)."""
    return list(dict.fromkeys(aliases.get(name, name) for name in names))


def _flat(text: str) -> str:
    """Full-width hash signs and name characters as their ASCII ones, every character at its place."""
    return text if text.isascii() else text.translate(_FLAT)


def _fold(name: str) -> str:
    """Lower case, character for character.

    `str.casefold` alone can lengthen a name, and can turn its first letter into an ASCII one (`İ`, `ß`, the Kelvin
    sign), after which the name would end elsewhere: such a letter stays as near as lower case takes it.
    """
    return name.lower() if name.isascii() else "".join(map(_fold_letter, name))


def _fold_letter(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    for folded in (letter.casefold(), letter.lower()):
        if len(folded) == 1 and not folded.isascii():
            return folded
    return letter


def _name_end(flat: str, at: int) -> int:
    """Where the name that begins at this index ends; 0 where none begins."""
    end = _raw_end(flat, at)
    while end > at and flat[end - 1] in "-_":
        end -= 1
    # A number alone is a ticket, not a tag.
    if end > at and flat[at] in "0123456789" and not any(char.isalpha() for char in flat[at:end]):
        return 0
    return end if end > at else 0


def _raw_end(flat: str, at: int) -> int:
    """As `_name_end`, with the trailing `-` and `_`, and of numbers too."""
    if match := _ASCII_NAME.match(flat, at):
        return match.end()
    if at == len(flat) or flat[at].isascii() or not flat[at].isalpha():
        return 0
    end = at
    # `\w` leaves out the vowel signs and accents of many scripts; they are part of the word they stand on.
    while match := _WORD.match(flat, end):
        end = match.end()
        while end < len(flat) and _is_mark(flat[end]):
            end += 1
    return end


def _is_mark(char: str) -> bool:
    # Variation selectors only choose a glyph, mostly an emoji's.
    return unicodedata.category(char) in ("Mn", "Mc") and not (
        "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    )


def _may_follow(flat: str, start: int) -> bool:
    """Whether what stands before a hash sign lets a tag begin there: no word (`C#`, `a#b`), no HTML entity (`&#`)."""
    at = start - 1
    while at >= 0 and unicodedata.category(flat[at]) in ("Mn", "Mc"):  # an accent: what letter is under it?
        at -= 1
    if at < 0:
        return True
    before = flat[at]
    if _IS_CJK.match(before):
        return True
    # Other numbers (`①`) are list marks, not words.
    return before not in "&_" and not before.isalpha() and unicodedata.category(before) not in ("Nd", "Nl")


def _in_url(flat: str, since: int, start: int) -> bool:
    """Whether the hash sign at `start` begins the fragment of an URL that begins after `since`."""
    if start == since or flat[start - 1] in _URL_TRAILING or _IS_URL_STOP.match(flat[start - 1]):
        return False
    inside = False
    has_cjk = False
    depth = 0
    for event in _URL_EVENT.finditer(flat, since, start):
        match event.lastgroup:
            case "begin" if not inside:
                inside, has_cjk, depth = True, False, 0
            case "stop":
                inside = False
            case "open":
                depth += 1
            case "close":
                # `/Name_(film)` holds its brackets; a lone closing one belongs to the sentence around the URL.
                depth -= 1
                inside = inside and depth >= 0
            case "cjk" if inside:
                # `/页面` is a path, but in `/page因` a Chinese sentence goes on after the URL.
                before = flat[event.start() - 1]
                inside = before not in _URL_TRAILING and before != ")" and (has_cjk or not _ends_word(before))
                has_cjk = True
    return inside


def _ends_word(char: str) -> bool:
    return char.isascii() and char.isalnum()

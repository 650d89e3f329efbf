"""The `[CODE]` prefixes of workload lines (domain.md §3), and the marks and characters of pasted lines in general.

Every step looks at a character a fixed number of times, however hostile the text.
"""

from __future__ import annotations

import re

# --- Characters -------------------------------------------------------------------------------------------------------

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + _INVISIBLE
BULLETS = "•·∙‣◦▪▫●○■□◆◇►▶➢➤・\uf0a7\uf0b7\uf0d8"  # the last three are Word's
EM_DASHES = "—―─"
DASHES = f"‐‑‒–{EM_DASHES}−－﹣⁃"
# One character for one, so that a position in the folded text is the same position in the text as typed.
_FOLD = {0xFEE0 + ord(char): char for char in map(chr, range(0x21, 0x7F))}
_FOLD |= dict.fromkeys(map(ord, SPACES), " ")
_FOLD |= dict.fromkeys(map(ord, DASHES), "-")
_FOLD |= dict.fromkeys(map(ord, "︰﹕∶꞉"), ":") | dict.fromkeys(map(ord, "∕⁄"), "/")
_FOLD |= dict.fromkeys(map(ord, "【〔"), "[") | dict.fromkeys(map(ord, "】〕"), "]")

CJK = "\u3400-\u9fff"
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Full-width forms as ASCII, every dash, space and bracket as the plain one; each character at its place."""
    return text.translate(_FOLD)


def skip(text: str, at: int, chars: str) -> int:
    """The index of the first character from `at` on that is none of these."""
    while at < len(text) and text[at] in chars:
        at += 1
    return at


# --- Workload lines ---------------------------------------------------------------------------------------------------

# Code, name, zh-hans name (domain.md §3, in its order).
WORKLOAD_NAMES: tuple[tuple[str, str, str], ...] = (
    ("EXO", "Exchange Online", "Exchange Online"),
    ("OLM", "Outlook Mobile", "Outlook Mobile"),
    ("SPO", "SharePoint Online", "SharePoint Online"),
    ("OD", "OneDrive for Business", "OneDrive for Business"),
    ("OPP", "Office 365 ProPlus / Microsoft 365 Apps", "Office 365 专业增强版"),
    ("TEAMS", "Teams", "Teams"),
    ("YAM", "Yammer Enterprise", "Yammer Enterprise"),
    ("WIN10", "Windows 10", "Windows 10"),
    ("INTUNE", "Intune", "Intune"),
    ("AADP", "Azure Active Directory Premium", "Azure Active Directory Premium"),
    ("AIP", "Azure Information Protection", "Azure 信息保护"),
    ("MCAS", "Microsoft Cloud App Security", "Microsoft Cloud App Security"),
    ("IDSEC", "Identity Security", "身份安全"),
    ("PROJ", "Project Online", "Project Online"),
    ("WDATP", "Windows Defender ATP", "Windows Defender ATP"),
    ("SDS", "Classroom / School Data Sync", "Classroom / School Data Sync"),
    ("CORE", "whatever fits none of these", "适用于不适合上述工作负载的笔记"),
)
_OTHER_NAMES = {
    "OPP": ("Microsoft 365 Apps", "Office 365 ProPlus", "Office ProPlus", "Office 专业增强版", "Microsoft 365 应用版"),
    "TEAMS": ("Microsoft Teams",),
    "YAM": ("Yammer",),
    "SDS": ("Classroom / School Data Sync (SDS)", "School Data Sync"),
    "CORE": ("for notes that fit none of the workloads above",),
}


def _key(name: str) -> str:
    return "".join(WORD.findall(fold(name).casefold()))


_CODE_OF = {
    _key(name): code
    for code, *names in WORKLOAD_NAMES
    for name in (code, *names, *_OTHER_NAMES.get(code, ()))
}  # fmt: skip


def code_named(name: str) -> str | None:
    """The code of a workload called by its code or any of its names, whatever its case, width and punctuation."""
    return _CODE_OF.get(_key(name))


# What may stand before a code or a label: quote and heading marks, bullets, bold marks, a number.
_NUMBER = r"\(?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[.):、]|[①-⑳]"
_LEAD = re.compile(rf"[\s>#*_+{BULLETS}-]*(?:(?:{_NUMBER})[\s*_]*)?")
_BARE_CORE = re.compile(r"CORE(?=[\s:]|$)|(?i:core)(?=\s*:|\s+-|\s*$)")
_BETWEEN_CODES = re.compile(r"[+&/,;、]")
NUMBER = re.compile(rf"\s*(?:{_NUMBER})(?![0-9])\s*")
BULLET = re.compile(rf"\s*(?:[*-]\s+|[{BULLETS}]\s*)")


def lead_end(folded: str) -> int:
    """Where the marks before a code or a label end; 0 where there are none."""
    lead = _LEAD.match(folded)
    return lead.end() if lead else 0


def read_prefix(line: str) -> tuple[list[str], str]:
    """The known codes in the brackets that begin a line, and what follows the brackets."""
    folded = fold(line)
    at = lead_end(folded)
    codes: list[str] = []
    while folded.startswith("[", at) and (close := folded.find("]", at)) > 0:
        inside = folded[at + 1 : close]
        whole = code_named(inside)
        codes += [whole] if whole else filter(None, (code_named(part) for part in _BETWEEN_CODES.split(inside)))
        at = skip(folded, close + 1, " *_+&,")
    if not codes and (core := _BARE_CORE.match(folded, at)):
        return ["CORE"], line[core.end() :]
    return list(dict.fromkeys(codes)), line[at:]


_SIGN = re.compile(rf"[^\w\s{BULLETS}*.!?'\"/>#…。-]")
_BETWEEN_NAMES = re.compile(r"[\[\]()+&,;、:|]|\s-\s|\b(?:and|or)\b|[和与及]", re.IGNORECASE)


def read_names(line: str) -> tuple[list[str], list[str]]:
    """The codes of the workloads that a line lists, with or without brackets, and the words that name none.

    `[OLM+INTUNE], Teams and SharePoint Online` is OLM, INTUNE, TEAMS, SPO; a name beside its own code counts once. A
    sign that is no mark is a word here: nothing may be lost with it.
    """
    folded = fold(line)
    codes: list[str] = []
    strangers: list[str] = []
    for part in _BETWEEN_NAMES.split(folded[lead_end(folded) :]):
        for piece in [part] if code_named(part) else part.split("/"):
            code = code_named(piece)
            codes += [code] if code else []
            if _SIGN.search(piece) or (not code and WORD.search(piece)):
                strangers.append(piece.strip())
    return list(dict.fromkeys(codes)), strangers


def workload_codes(line: str) -> list[str]:
    """The codes that a line begins with, in order, each once (domain.md §3): `[OLM+INTUNE] …` is OLM, INTUNE.

    Case and width do not matter, a workload's whole name may stand for its code, and `CORE` needs no brackets. Unknown
    codes are left out; [] where there is none.
    """
    return read_prefix(line)[0]


def workloads_in(text: str) -> list[str]:
    """The codes of all lines of a text, in order of first appearance, each once."""
    return list(dict.fromkeys(code for line in text.splitlines() for code in workload_codes(line)))


def workload_line(line: str) -> tuple[str, bool]:
    """A line without its bullet or number and the bold marks around its prefix, and whether it has a prefix."""
    folded = fold(line)
    at = lead_end(folded)
    if folded.startswith("[", at) and folded.find("]", at) > 0:
        text = line[at:].strip(SPACES)
        if at and folded[at - 1] in "*_":
            marks = folded[len(folded[:at].rstrip(folded[at - 1])) : at]
            close = text.find(marks)
            if close >= 0 and (len(marks) > 1 or fold(text[:close]).endswith("]")):
                text = text[:close] + text[close + len(marks) :]
        return text, True
    if _BARE_CORE.match(folded, at):
        return line[at:].strip(SPACES), True
    bullet = BULLET.match(folded)
    return (line[bullet.end() :] if bullet else line).strip(SPACES), False

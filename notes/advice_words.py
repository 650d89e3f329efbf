"""What a text says, in English or Chinese, whatever the page's language (domain.md §4, §6, §7).

Words lead to advice only, never to a refusal, so a near miss is cheap; each question costs one pass over the text.
"""

import re

from notes import advice_lexicon as words
from notes.advice_text import CJK, QUOTES, Text

# Words at least for a why, and for one that only names an obstacle; at most for about two sentences.
LEAST, LEAST_TROUBLE, MOST_WORDS, MOST_SENTENCES = 6, 9, 90, 4
# More than this never only repeats a status.
MOST_ONLY = 14
_TO_A_NAME = re.compile(r"\bto [A-Z][a-z]{1,30} [A-Z]")
_CAUSE_MARK = re.compile(r"[:;—–]|\s-\s")

# --- Intent and why (domain.md §6) ------------------------------------------------------------------------------------


def wants(text: Text) -> bool:
    """Whether it says that the customer wants this workload."""
    return words.WANTS.search(text.low) is not None


def wants_to(text: Text) -> bool:
    """Whether it says that the customer wants to do something, perhaps another thing than to deploy this workload."""
    return words.WANTS_TO.search(text.low) is not None


def never(text: Text) -> bool:
    """Whether it says flatly that the customer does not intend to."""
    return words.NEVER.search(text.low) is not None


def will_not(text: Text) -> bool:
    """Whether it says, in any way, that the customer will not."""
    return never(text) or words.WILL_NOT.said_in(text)


def says_intent(text: Text) -> bool:
    """Whether there is any word of what the customer intends."""
    return words.INTENT.said_in(text)


def says_why(text: Text) -> bool:
    """Whether a cause, an aim or an obstacle is named in more than a few words."""
    if text.size < LEAST:
        return False
    if words.REASONS.said_in(text) or (text.size >= LEAST_TROUBLE and words.TROUBLE.said_in(text)):
        return True
    mark = _CAUSE_MARK.search(text.low)
    return mark is not None and Text(text.low[: mark.start()]).size >= 3 and Text(text.low[mark.end() :]).size >= 4


def too_long(text: Text) -> bool:
    """Whether it is many more than about two sentences."""
    return len(text.sentences) > MOST_SENTENCES or text.size > MOST_WORDS


def says_only(text: Text, names: tuple[str, ...]) -> str:
    """`"usage"` where nothing but a usage figure stands, `"status"` where nothing but a status, reason or code of
    `names`, or less; else "".
    """
    if text.size > MOST_ONLY:
        return ""
    left, known = text.low, set(words.FILLER)
    for name in names:
        one = Text(name)
        known.update(one.words)
        left = left.replace(one.low, " ") if one.low else left
    for filler in words.FILLER_ZH:
        left = left.replace(filler, " ")
    rest = Text(left)
    if CJK.search(rest.low) or any(word not in known and not word.isdigit() for word in rest.words):
        return ""
    return "usage" if any(char.isdigit() for char in text.low) and words.USAGE.said_in(text) else "status"


# --- Words that leave intent open (domain.md §6) ----------------------------------------------------------------------


def open_word(text: Text) -> str:
    """The first word that leaves intent open, as it stands; "" where none does. A word in quotes is only spoken of."""
    low = text.low
    for found in words.OPEN.finditer(low):
        before, after = low[max(0, found.start() - 12) : found.start()], low[found.end() : found.end() + 12]
        quoted = before and after and before[-1] in QUOTES and after[0] in QUOTES
        part = before and before[-1] in words.PART_OF.get(found[0][0], "")
        if not quoted and not part and not (found[0] == "yet" and _joins(before, after)):
            return found[0]
    return ""


def _joins(before: str, after: str) -> bool:
    """Whether this `yet` means something else: "yet another", or "…, yet the board refused"."""
    if re.match(r" (?:another|again|more)\b", after):
        return True
    opens = not before.strip() or re.search(r"(?:[,;.!?\n]|\b(?:and|but)) ?$", before)
    return bool(opens and re.match(r" \w", after) and not after.startswith(" to "))


# --- Meetings, attempts, risks, pauses --------------------------------------------------------------------------------


def schedules(text: Text) -> bool:
    """Whether a sentence gives the day of a meeting."""
    if words.MEETS_ON_ZH.search(text.low):
        return True
    return any(
        words.MEETS.said_in(one) and (words.WHEN.said_in(one) or words.ON_DAY.search(one.line) is not None)
        for one in text.sentences
    )


def counts_attempts(text: Text) -> bool:
    """Whether it says how often somebody tried."""
    return words.ATTEMPTS.search(text.low) is not None


def names_whom(text: Text) -> bool:
    """Whether it says whom one tried to reach: by office, name or address."""
    return (
        words.WHOM.said_in(text) or "@" in text.low or re.search(r"\bto [A-Z][a-z]{1,30} [A-Z]", text.typed) is not None
    )


def names_account(text: Text) -> bool:
    """Whether it says that the account is managed, or that it is not."""
    return words.ACCOUNT.said_in(text)


def risk_word(text: Text) -> str:
    """The first word of a risk or an escalation, as it stands; "" where there is none."""
    found = words.RISK.search(text.low)
    return found[0] if found else ""


def pause_word(text: Text) -> str:
    """The first word of a pause that is not over, as it stands; "" where there is none (domain.md §7)."""
    if not words.PAUSE.search(text.low):
        return ""
    for sentence in text.sentences:
        if not words.PAUSE_OVER.search(sentence.low) and (found := words.PAUSE.search(sentence.low)):
            return found[0]
    return ""


# --- Red and Yellow (domain.md §4) ------------------------------------------------------------------------------------


def says_obstacle(text: Text) -> bool:
    """Whether it names what keeps a customer from Green."""
    said = words.REASONS.said_in(text) or words.TROUBLE.said_in(text) or words.SLOWS.said_in(text)
    return said and text.size >= LEAST / 2


def says_action(text: Text) -> bool:
    """Whether it says what is being done."""
    return words.ACTS.said_in(text)

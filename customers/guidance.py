"""What a status reason means, read from the lines an administrator writes (domain.md §5: definition, valid examples,
look-alike examples that belong to another reason; and what to ask the customer).
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

# `example → reason: why`; `->` for keyboards without the arrow, `：` for Chinese.
LOOKALIKE = re.compile(r"(?P<text>.+?)\s*(?:→|->)\s*(?P<reason>[^:：\s][^:：]*?)\s*(?:[:：]\s*(?P<why>.*))?")
BULLET = re.compile(r"^[-*•]\s+")


class Lookalike(NamedTuple):
    """An example that belongs to another reason, by its name; `reason` and `why` are "" where the line names none."""

    text: str
    reason: str = ""
    why: str = ""


@dataclass(frozen=True)
class Guidance:
    """What the page shows beside a reason, in the page's language; falsy where nothing is written."""

    definition: str
    examples: list[str]
    lookalikes: list[Lookalike]
    questions: list[str]

    def __bool__(self) -> bool:
        return bool(self.definition or self.examples or self.lookalikes or self.questions)


def read_guidance(definition: str, examples: str, lookalikes: str, questions: str) -> Guidance:
    """The guidance in four texts, an item a line; no line is refused and none is dropped but the empty ones."""
    return Guidance(
        definition=definition.strip(),
        examples=lines(examples),
        lookalikes=[lookalike(line) for line in lines(lookalikes)],
        questions=lines(questions),
    )


def lines(text: str) -> list[str]:
    """The items of a text, a line each, without the bullet that somebody may have typed."""
    return [line for line in (BULLET.sub("", line.strip()) for line in text.splitlines()) if line]


def lookalike(line: str) -> Lookalike:
    """A line `example → reason: why`; one that is not written so is shown whole."""
    match = LOOKALIKE.fullmatch(line)
    return Lookalike(match["text"], match["reason"], match["why"] or "") if match else Lookalike(line)

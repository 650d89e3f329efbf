"""Builds a note's sentences from the word material of its language."""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from notes.demo.words import Patterns, words_of


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]


class _Slots(dict[str, object]):
    """What stands in a pattern: fixed values, or one drawn anew whenever a slot is met."""

    def __init__(self, rng: Random, slots: Mapping[str, Sequence[object]], fixed: Mapping[str, str]) -> None:
        super().__init__(fixed)
        self.rng, self.slots = rng, slots

    def __missing__(self, name: str) -> object:
        # `{Who}` begins a sentence within a pattern.
        word = self.rng.choice(self.slots[name.lower()])
        return word if name.islower() else _begin(str(word))


class Voice:
    """Writes about one customer in one language."""

    def __init__(self, rng: Random, *, chinese: bool, customer: str) -> None:
        self.rng, self.words = rng, words_of(chinese)
        self.slots = _Slots(rng, self.words.slots, {"customer": customer})

    def about(self, code: str) -> None:
        """What `{w}` is from here on."""
        self.slots["w"] = self.words.workloads.get(code, code)

    def fill(self, pattern: str) -> str:
        """The pattern with its slots filled, beginning with a capital."""
        return _begin(pattern.format_map(self.slots))

    def say(self, patterns: Patterns) -> str:
        """One of the patterns, filled."""
        return self.fill(self.rng.choice(patterns)) if patterns else ""

    def tell(self, patterns: Patterns, least: int, most: int) -> str:
        """Several different ones, one after another."""
        count = min(self.rng.randint(least, most), len(patterns))
        return self.join(map(self.fill, self.rng.sample(patterns, count)))

    def join(self, sentences: Iterable[str]) -> str:
        """Sentences put together as the language does."""
        return self.words.joint.join(filter(None, sentences))

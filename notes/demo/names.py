"""Names of made-up people and companies. Where the material runs out, a number tells the next one apart."""

import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

# How often a language stands for a region, and the countries such a customer sits in.
LANGUAGES: dict[str, list[tuple[int, str, list[str]]]] = {
    "EMEA": [
        (35, "en", ["United Kingdom", "Ireland", "Netherlands", "South Africa"]),
        (35, "de", ["Germany", "Austria", "Switzerland"]),
        (22, "fr", ["France", "Belgium"]),
        (8, "es", ["Spain"]),
    ],
    "AMER": [(85, "en", ["United States", "Canada"]), (15, "fr", ["Canada"])],
    "LATAM": [(1, "es", ["Mexico", "Chile", "Colombia", "Argentina", "Peru"])],
    "APAC": [(75, "en", ["Australia", "New Zealand", "Singapore", "India"]), (25, "zh", ["Singapore", "Malaysia"])],
    "GCR": [(1, "zh", ["China", "China", "China", "Hong Kong SAR"])],
}

_MATERIAL: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
PARTNERS: list[str] = _MATERIAL["partners"]["any"]


@dataclass
class Names:
    """Hands out names, none twice; `taken` are the user names that exist already."""

    taken: set[str] = field(default_factory=set)
    _given_out: Counter[str] = field(default_factory=Counter)

    def person(self, rng: Random, language: str) -> tuple[str, str, str]:
        """(user name, first name, last name) of a new person; a Chinese name stands whole in the first."""
        if language == "zh":
            surname, given = rng.choice(_MATERIAL["last"]["zh"]), rng.choice(_MATERIAL["first"]["zh"])
            first, last, username = surname[0] + given[0], "", f"{given[1]}.{surname[1]}"
        else:
            first, last = rng.choice(_MATERIAL["first"][language]), rng.choice(_MATERIAL["last"][language])
            username = _ascii(f"{first}.{last}")
        number, wanted = 1, username
        while username in self.taken:
            number += 1
            username = f"{wanted}{number}"
        self.taken.add(username)
        return username, first, last

    def company(self, language: str) -> tuple[str, str]:
        """(name, industry) of the next company of a language; every combination comes before the first number."""
        stems, trades, forms = (_MATERIAL[kind][language] for kind in ("stems", "trades", "forms"))
        count = self._given_out[language]
        self._given_out[language] += 1
        turn, place = divmod(count, len(stems) * len(trades))
        # Stems go round with each company; the trade shifts by one whenever they have gone round.
        stem = stems[place % len(stems)]
        trade, industry = trades[(place // len(stems) + place % len(stems)) % len(trades)]
        form = forms[(place + turn) % len(forms)]
        number = str(turn + 1) if turn else ""
        if language == "zh":
            return f"{stem}{trade}{number}{form}", industry
        return " ".join(filter(None, (stem, trade, number, form))), industry


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower())
    return "".join(char for char in plain if char.isascii())

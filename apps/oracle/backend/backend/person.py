"""A person as the model sees one. Training and serving share this module, so that both mean the same."""

import unicodedata
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

OLDEST = 130
LONGEST_NAME = 60
VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, kw_only=True)
class Person:
    first_name: str
    name: str
    age: int

    @property
    def key(self) -> str:
        """The same for the same person, however the name is written: case, accents' encoding, spaces and joiners do not count."""
        text = "\n".join((plain(self.first_name), plain(self.name), str(self.age)))
        return sha256(text.encode()).hexdigest()

    @property
    def luck(self) -> float:
        """0 to 1, of the person alone."""
        return int(self.key[:8], 16) / 0xFFFF_FFFF


def plain(text: str) -> str:
    """A name without what makes no other person of it: empty if it is only spaces, controls and joiners."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    # Folding can undo the normal form.
    folded = unicodedata.normalize("NFKC", seen).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def features(person: Person) -> NDArray[np.float32]:
    """Age, and what a fortune teller would read out of a name: its length, its vowels, its initials."""
    first, last = plain(person.first_name), plain(person.name)
    letters = first + last
    values = (
        person.age / OLDEST,
        len(first) / LONGEST_NAME,
        len(last) / LONGEST_NAME,
        sum(letter in VOWELS for letter in letters) / len(letters),
        float(first[0] == last[0]),
        person.luck,
    )
    return np.array([values], dtype=np.float32)

"""The pages of the documentation, and the shell blocks in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PATTERNS: Final = ("*.md", "docs/**/*.md", "apps/README.md", "apps/*/README.md", "rehearsal/README.md")
PAGES: Final = {str(path.relative_to(ROOT)): path for pattern in PATTERNS for path in sorted(ROOT.glob(pattern))}
FENCE: Final = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
SHELLS: Final = ("bash", "console", "sh", "shell", "zsh")
ON_REHEARSAL: Final = "# on the rehearsal"
NEEDS_AWS: Final = "# needs an AWS account"
NOT_RUN: Final = re.compile(r"# not run by the tests: \w.{10,}")


@dataclass(frozen=True, kw_only=True)
class ShellBlock:
    """A block of commands in a page; its first line says how it is tested."""

    page: str
    line: int
    language: str
    text: str

    @property
    def mark(self) -> str:
        """Return the first line of the block."""
        return self.text.split("\n", 1)[0].strip()

    @property
    def is_for_the_rehearsal(self) -> bool:
        """Return whether a test runs the block on the rehearsal."""
        return self.mark == ON_REHEARSAL

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def shell_blocks() -> Iterator[ShellBlock]:
    """Yield the shell blocks of all pages, in their order."""
    for name, path in PAGES.items():
        text = path.read_text()
        for match in FENCE.finditer(text):
            if match["language"] in SHELLS:
                line = text[: match.start()].count("\n") + 1
                yield ShellBlock(page=name, line=line, language=match["language"], text=match["text"])


def without_blocks(text: str) -> str:
    """Return the text of a page without its fenced blocks."""
    return FENCE.sub("", text)

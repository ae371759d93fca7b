"""Mutation testing of `infra/`: change the program in one place at a time and see whether a unit test notices.

First the programs that are wrong by hand (`wrong_programs.toml`), then a sample of mutmut's mutants, drawn with a seed, so
that two runs of one commit agree and a run ends in 15 minutes on 2 cores.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from mutmut.stats import status_by_exit_code
from rich.console import Console
from rich.table import Table

ROOT: Final = Path(__file__).resolve().parents[2]
WRONG_PROGRAMS: Final = Path(__file__).with_name("wrong_programs.toml")
SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
REQUIRED_SCORE: Final = 90
CORES: Final = 2
GENERATE: Final = (
    "from mutmut import __main__ as m; m.copy_src_dir(); m.copy_also_copy_files(); m.setup_source_paths(); m.create_mutants(1)"
)
KILLED: Final = {"killed", "timeout"}
SURVIVED: Final = {"survived", "no tests"}


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of the program; `change` is its removed and added lines."""

    name: str
    path: str
    change: str
    status: str
    """In mutmut's words."""


def export(checkout: Path, folder: Path) -> None:
    """Copy what git knows or would know of a checkout into a folder, which mutmut then fills with mutants."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (checkout / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout / name, folder / name)


def mutmut(folder: Path, *words: str, quiet: bool = False) -> str:
    """Run this environment's Python with the words in a folder and return what it prints."""
    env = os.environ | {"PYTHONPATH": str(folder / "tools/mutants"), "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / ".hypothesis")}
    done = subprocess.run([sys.executable, *words], cwd=folder, env=env, check=False, text=True, stdout=subprocess.PIPE)
    if done.returncode and not quiet:
        raise SystemExit(f"{done.stdout[-3000:]}\nmutmut failed with exit code {done.returncode}; the mutants are in {folder}")
    return done.stdout


def results(folder: Path) -> dict[str, tuple[str, str]]:
    """Return `{mutant: (path of its file, its status)}` of all that mutmut has generated."""
    found: dict[str, tuple[str, str]] = {}
    for meta in sorted((folder / "mutants").rglob("*.meta")):
        path = str(meta.relative_to(folder / "mutants")).removesuffix(".meta")
        found |= {
            name: (path, status_by_exit_code[code]) for name, code in json.loads(meta.read_text())["exit_code_by_key"].items()
        }
    return found


def is_noticed(checkout: Path, program: dict[str, str]) -> bool:
    """Return whether a unit test fails on a copy of the checkout with a program's change, or on a plain copy without one."""
    with tempfile.TemporaryDirectory(prefix="wrong-program-") as temporary:
        folder = Path(temporary)
        export(checkout, folder)
        if program:
            text = (folder / program["file"]).read_text()
            if text.count(program["old"]) != 1:
                raise SystemExit(
                    f"{WRONG_PROGRAMS.name}: {program['file']} must hold {program['old']!r} once. Fix: write it anew"
                )
            (folder / program["file"]).write_text(text.replace(program["old"], program["new"]))
        words = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "--ignore=tests/unit/test_stubs.py",
            "tests/unit",
        ]
        code = subprocess.run(words, cwd=folder, check=False, capture_output=True).returncode
        if code not in (0, 1):
            raise SystemExit(f"the unit tests did not run: pytest exited with {code} for {program or 'the program as it is'}")
        return code == 1


def try_wrong_programs(console: Console, checkout: Path) -> list[str]:
    """Return the names of the programs that are wrong by hand and that no unit test notices."""
    programs = tomllib.loads(WRONG_PROGRAMS.read_text())["program"]
    with ThreadPoolExecutor(CORES) as pool:
        right, *noticed = pool.map(lambda program: is_noticed(checkout, program), [{}, *programs])
    if right:
        raise SystemExit("the unit tests fail on the program as it is. Fix: make unit")
    missed = [program["name"] for program, seen in zip(programs, noticed, strict=True) if not seen]
    console.print(f"{len(programs) - len(missed)} of {len(programs)} wrong programs noticed")
    for name in missed:
        console.print(f"  not noticed: {name}")
    return missed


def change_of(folder: Path, name: str) -> str:
    """Return the removed and added lines of a mutant."""
    lines = mutmut(folder, "-m", "mutmut", "show", name).splitlines()
    return "\n".join(line for line in lines if line.startswith(("-", "+")) and not line.startswith(("---", "+++")))


def reasons() -> dict[str, str]:
    """Return `{change: why no unit test notices it}` of the survivors that are known."""
    listed = tomllib.loads(SURVIVORS.read_text()).get("survivor", []) if SURVIVORS.exists() else []
    return {squeezed(entry["change"]): entry["reason"] for entry in listed}


def squeezed(change: str) -> str:
    """Return a change without its indentation."""
    return "\n".join(f"{line[:1]}{line[1:].strip()}" for line in change.strip().splitlines())


def report(console: Console, mutants: list[Mutant]) -> float:
    """Print the survivors and the score, and return the score in percent."""
    known = reasons()
    survivors = [mutant for mutant in mutants if mutant.status in SURVIVED]
    unclear = [f"{mutant.name} ({mutant.status})" for mutant in mutants if mutant.status not in KILLED | SURVIVED]
    table = Table("mutant", "change", "why no test notices it", title="Survivors", show_lines=True)
    for mutant in survivors:
        table.add_row(mutant.name, squeezed(mutant.change), known.get(squeezed(mutant.change), "NO REASON GIVEN"))
    if survivors:
        console.print(table)
    if unclear:
        console.print(f"Not judged: {', '.join(unclear)}")
    killed = len(mutants) - len(survivors) - len(unclear)
    score = 100 * killed / len(mutants)
    console.print(f"{killed} of {len(mutants)} mutants killed: {score:.0f} %")
    return score


@click.command()
@click.option("--sample", default=120, show_default=True, help="How many mutants to try.")
@click.option("--seed", default=8, show_default=True, help="Draws the sample.")
@click.option("--by-hand/--no-by-hand", default=True, show_default=True, help="Try the programs that are wrong by hand.")
@click.option("--checkout", default=ROOT, type=click.Path(path_type=Path), help="The checkout to mutate.")
def main(sample: int, seed: int, by_hand: bool, checkout: Path) -> None:
    """Fail if a program that is wrong by hand, or more than a tenth of a sample of mutants, is noticed by no unit test."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    missed = try_wrong_programs(console, checkout) if by_hand else []
    if not sample:
        raise SystemExit(bool(missed))
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        folder = Path(temporary)
        export(checkout, folder)
        mutmut(folder, "-c", GENERATE)
        everything = sorted(results(folder))
        drawn = random.Random(seed).sample(everything, min(sample, len(everything)))  # noqa: S311  # no secret
        console.print(f"{len(everything)} mutants of infra/, {len(drawn)} drawn with seed {seed}")
        mutmut(folder, "-m", "mutmut", "run", "--max-children", str(CORES), *drawn)
        found = results(folder)
        mutants = [Mutant(name=n, path=found[n][0], change=change_of(folder, n), status=found[n][1]) for n in drawn]
    if report(console, mutants) < REQUIRED_SCORE or missed:
        raise SystemExit(f"not all wrong programs, or less than {REQUIRED_SCORE} % of the mutants, were noticed. Fix: add tests")


if __name__ == "__main__":
    main()

"""Turn the regular sentences of botocore's documentation into checks.

Many limits are stated only in prose, such as "Constraints: Up to 255 characters in length. Allowed characters are a-z, ...".
Each form in this module is a wording that AWS uses for a limit. Sentences of other forms are not checked.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Final

import regex
from botocore.model import Shape

from rehearsal.aws.rules.model import Violation, joined, shown

Accepts = Callable[[Any], bool]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A sentence that states a limit, and the test of a value against it."""

    sentence: str
    accepts: Accepts


class _Lines(HTMLParser):
    """Collects the lines of a text; items of a list under a heading such as `Constraints:` begin with the heading."""

    BLOCKS: Final = frozenset({"p", "li", "ul", "ol", "dl", "dt", "dd", "note", "important", "caution", "br", "table", "tr"})
    HEADING: Final = regex.compile(r"(?:Constraints?|Valid Values?)(?: for [^:]*)?:?", regex.IGNORECASE)

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._text = ""
        self._heading = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        del attrs
        if tag in self.BLOCKS:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self.end_line()
        if tag == "ul":
            self._heading = ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def end_line(self) -> None:
        line, self._text = " ".join(self._text.split()), ""
        if line and self.HEADING.fullmatch(line):
            self._heading = line.rstrip(":") + ": "
        elif line:
            self.lines.append(self._heading + line)


def sentences(documentation: str) -> list[str]:
    """Return the lines of a documentation text without its markup."""
    reader = _Lines()
    reader.feed(documentation)
    reader.end_line()
    return reader.lines


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _characters(match: Any) -> Accepts:
    allowed = set(match["characters"])
    return lambda value: all(c == " " or c in allowed or (c.isascii() and c.isalnum()) for c in value)


def _length(match: Any) -> Accepts:
    longest = _number(match["longest"])
    return lambda value: len(value) <= longest


def _name(match: Any) -> Accepts:
    separators = {"hyphens": "-", "underscores": "_", None: ""}[match["separators"]]
    pattern = regex.compile(rf"[A-Za-z0-9{separators}]{{{match['shortest']},{match['longest']}}}")
    return lambda value: bool(pattern.fullmatch(value))


def _java_pattern(match: Any) -> Accepts:
    pattern = regex.compile(match["pattern"].replace("\\\\", "\\"))
    return lambda value: bool(pattern.fullmatch(value))


def _no_prefix(match: Any) -> Accepts:
    return lambda value: not value.startswith(match["prefix"])


def _range(match: Any) -> Accepts:
    least, most = _number(match["least"]), _number(match["most"])
    # A default outside the range means "off", as that of an ALB's slow start does.
    default = regex.search(r"default is (\d+)", match.string)
    return lambda value: least <= value <= most or bool(default and value == int(default[1]))


def _digits(match: Any) -> Accepts:
    accepts = _range(match)
    return lambda value: value.isdigit() and accepts(int(value))


def _numbers(match: Any) -> Accepts:
    numbers = {int(number) for number in regex.findall(r"\d+", match["values"])}
    return lambda value: value in numbers


def _words(match: Any) -> Accepts:
    words = set(match["values"].split(" | "))
    return lambda value: str(value) in words


def _matches(pattern: str) -> Callable[[Any], Accepts]:
    compiled = regex.compile(pattern)
    return lambda _: lambda value: bool(compiled.fullmatch(value))


TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d"
WEEKLY: Final = rf"(?i:mon|tue|wed|thu|fri|sat|sun):{TIME}"
TEXT_FORMS: Final[dict[str, Callable[[Any], Accepts]]] = {
    r"(?:Valid|Allowed) characters(?::| are) a-z, A-Z, 0-9, spaces, and (?<characters>\S+)": _characters,
    r"(?:[Uu]p to|maximum of|can't be longer than|length of each string is|no more than|not to exceed|cannot exceed) "
    r"(?<longest>[\d,]+) (?:Unicode |ASCII )?(?:octets|characters|letters)": _length,
    r"must contain only alphanumeric characters or hyphens": _matches(r"[A-Za-z0-9-]+"),
    r"must not begin or end with a hyphen": _matches(r"[^-](?:.*[^-])?"),
    r"[Cc]an't end with a hyphen or contain two consecutive hyphens": _matches(r"(?!.*--).*[^-]"),
    r"[Ff]irst character must be a letter": _matches(r"[A-Za-z].*"),
    r"[Cc]an't start with (?<prefix>sg-|aws:)": _no_prefix,
    r"May not begin with (?<prefix>aws:)": _no_prefix,
    r"Must (?:be|contain) (?:from )?(?<shortest>\d+) to (?<longest>\d+) "
    r"letters, numbers, or (?<separators>hyphens|underscores)": _name,
    r'Java regex: "(?<pattern>\^.*\$)"': _java_pattern,
    r"Must be in the format hh24:mi-hh24:mi\.": _matches(rf"{TIME}-{TIME}"),
    r"Must be in the format ddd:hh24:mi-ddd:hh24:mi\.": _matches(rf"{WEEKLY}-{WEEKLY}"),
    r"^Valid Values: (?<values>(?:[\w./-]+ \| )+[\w./-]+)$": _words,
    r"The only supported value is (?<values>\w+)\.": _words,
}
NUMBER_FORMS: Final[dict[str, Callable[[Any], Accepts]]] = {
    r"(?:The (?:valid )?range is|must be between|Must be a value from|value from|Valid Values:) "
    r"(?<least>\d[\d,]*)(?: ?[-\u2013] ?| and | to )(?<most>\d[\d,]*)(?![\d,]| \|)": _range,
    r"(?:Possible values are|Valid [Vv]alues):? (?<values>(?:\d+, )+(?:and )?\d+)": _numbers,
    r"^Valid Values: (?<values>(?:\d+ \| )+\d+)$": _words,
}
FORMS: Final = {"string": TEXT_FORMS, "integer": NUMBER_FORMS, "long": NUMBER_FORMS}

ATTRIBUTE: Final = regex.compile(r"^(?<name>[a-z][\w.]*) [-\u2013] ")
ATTRIBUTE_FORMS: Final[dict[str, Callable[[Any], Accepts]]] = {
    r"The (?:valid )?range is (?<least>\d+)[-\u2013](?<most>\d+)": _digits,
    r"(?:value is|value can be|[Pp]ossible values are) true (?:or|and) false": _matches("true|false"),
}


@functools.cache
def attribute_rules(documentation: str) -> dict[str, tuple[Rule, ...]]:
    """Return the rules on the values of attributes that the documentation of a `Key` lists, by the attribute's name."""
    rules: dict[str, tuple[Rule, ...]] = {}
    for sentence in sentences(documentation):
        name = ATTRIBUTE.match(sentence)
        if name:
            matches = ((regex.search(pattern, sentence), make) for pattern, make in ATTRIBUTE_FORMS.items())
            rules[name["name"]] = tuple(Rule(sentence=sentence, accepts=make(match)) for match, make in matches if match)
    return rules


@functools.cache
def rules_of(documentation: str, type_name: str) -> tuple[Rule, ...]:
    """Return the rules that a documentation text states on a value of a type."""
    forms = [(regex.compile(pattern), make) for pattern, make in FORMS.get(type_name, {}).items()]
    return tuple(
        Rule(sentence=sentence, accepts=make(match))
        for sentence in sentences(documentation)
        for pattern, make in forms
        if (match := pattern.search(sentence))
    )


def rules_about(shape: Any) -> tuple[Rule, ...]:
    """Return the rules on a shape's value; those of a list apply to its items."""
    item = shape.member if shape.type_name == "list" else shape
    return rules_of(shape.documentation, item.type_name)


def documentation_violations(shape: Shape, value: Any, path: str = "") -> Iterator[Violation]:
    """Yield the violations of a shape's documentation by a value and by all values in it."""
    if value is None:
        return
    rules = rules_about(shape) if shape.documentation else ()
    for item in value if isinstance(value, list) else [value]:
        for rule in rules:
            if not rule.accepts(item):
                yield Violation(path=path, rule=rule.sentence, value=shown(shape, path, item))
    yield from _attribute_violations(shape, value, path)
    for name, inner, inside in inner_values(shape, value):
        yield from documentation_violations(inner, inside, joined(path, name))


def _attribute_violations(shape: Any, value: Any, path: str) -> Iterator[Violation]:
    if shape.type_name != "structure" or not {"Key", "Value"} <= shape.members.keys():
        return
    for rule in attribute_rules(shape.members["Key"].documentation).get(value.get("Key"), ()):
        if not rule.accepts(value.get("Value") or ""):
            yield Violation(path=joined(path, "Value"), rule=rule.sentence, value=shown(shape, path, value.get("Value")))


def inner_values(shape: Any, value: Any) -> Iterator[tuple[str, Shape, Any]]:
    """Yield the name, shape and value of each part of a value."""
    if shape.type_name == "structure":
        yield from ((name, shape.members[name], value[name]) for name in value.keys() & shape.members.keys())
    elif shape.type_name == "list":
        yield from ((str(number), shape.member, item) for number, item in enumerate(value, 1))
    elif shape.type_name == "map":
        yield from (("key", shape.key, key) for key in value)
        yield from ((str(key), shape.value, item) for key, item in value.items())

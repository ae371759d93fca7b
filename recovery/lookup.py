"""What a look for a live object yields, and the parts that the looks of all services share."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import ClientError

Inputs = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Live:
    """An object in the account or cluster that a pending create may have made."""

    id: str
    """As the provider calls it."""
    is_ours: bool
    """Whether it carries the proof that this stack made it."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """What the provider needs to read it and the inputs do not hold."""
    wait: Callable[[], None] = lambda: None
    """Returns once the object is settled."""
    finish: Callable[[], None] = lambda: None
    """Does what the provider does after the creating call and what no later diff shows."""


class Account:
    """The AWS account and region of a stack, with the credentials of the environment."""

    def __init__(self, region: str | None) -> None:
        self._session = boto3.Session(region_name=region)
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(service)
        return self._clients[service]

    def pages(self, service: str, operation: str, items: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield what an operation lists under `items`, of all pages."""
        client = self(service)
        if client.can_paginate(operation):
            yield from client.get_paginator(operation).paginate(**arguments).search(items)
        else:
            yield from getattr(client, operation)(**arguments)[items]


Finder = Callable[[Account, Inputs], Iterable[Live]]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """How to find what a pending create of one type has made."""

    find: Finder
    is_exclusive: bool = False
    """Whether AWS takes only one such object, so that a left-over is in the way of its successor."""


@dataclass(frozen=True, kw_only=True)
class NotSought:
    """A type whose pending creates are forgotten, and why that leaves nothing behind."""

    reason: str


def absent(*codes: str) -> suppress:
    """Suppress the errors with which AWS says that there is no such object."""
    return _Absent(codes)


class _Absent(suppress):
    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(ClientError)
        self._codes = codes

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        return isinstance(error, ClientError) and error.response["Error"]["Code"] in self._codes


def pairs(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return tags as a dictionary, whether the service spells its keys `Key` or `key`."""
    return {tag.get("Key", tag.get("key", "")): tag.get("Value", tag.get("value", "")) for tag in tags}


def carries(inputs: Inputs, tags: Mapping[str, str]) -> bool:
    """Tell whether an object has all tags that this stack gives it, the provider's default tags among them."""
    expected = inputs.get("tagsAll") or {}
    return bool(expected) and all(tags.get(key) == value for key, value in expected.items())

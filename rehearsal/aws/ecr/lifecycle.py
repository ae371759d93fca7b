"""Refuse lifecycle policies that moto accepts and ECR does not. Policies are stored; they expire no images.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from moto.ecr.exceptions import InvalidParameterException
from moto.ecr.models import ECRBackend

from rehearsal.aws.patching import replaces

TAG_LISTS: Final = {"tagPatternList", "tagPrefixList"}


def _problems(rules: list[Mapping[str, Any]]) -> Iterator[str]:
    priorities = [rule["rulePriority"] for rule in rules]
    if len(set(priorities)) < len(priorities):
        yield "rules must have unique priorities"
    if min(priorities) < 1:
        yield "a priority must be at least 1"
    of_any = [rule["rulePriority"] for rule in rules if rule["selection"]["tagStatus"] == "any"]
    if len(of_any) > 1:
        yield "only one rule may have the tagStatus any"
    if of_any and max(priorities) != of_any[0]:
        yield "the rule with the tagStatus any must have the highest priority number"
    for rule in rules:
        yield from _problems_of_selection(rule["selection"])


def _problems_of_selection(selection: Mapping[str, Any]) -> Iterator[str]:
    lists = TAG_LISTS & set(selection)
    if selection["tagStatus"] == "tagged" and len(lists) != 1:
        yield "tagged needs one of tagPatternList and tagPrefixList"
    if selection["tagStatus"] != "tagged" and lists:
        yield f"{selection['tagStatus']} has no list of tags"
    if (selection["countType"] == "sinceImagePushed") != ("countUnit" in selection):
        yield "countUnit belongs to sinceImagePushed"


@replaces(ECRBackend)
def put_lifecycle_policy(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    text = kwargs.get("lifecycle_policy_text", args[-1] if args else "")
    former = {name: repository.lifecycle_policy for name, repository in self.repositories.items()}
    result = original(self, *args, **kwargs)
    for problem in _problems(json.loads(text)["rules"]):
        name = result["repositoryName"]
        self.repositories[name].lifecycle_policy = former[name]
        raise InvalidParameterException(
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
            f"'Lifecycle policy validation failure: {problem}'"
        )
    return result

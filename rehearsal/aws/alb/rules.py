"""Translate a listener rule into HAProxy's configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from rehearsal.aws.alb.model import Listener, Rule, group_name

ACTION_TYPES: Final = ("forward", "redirect", "fixed-response")
STATUS_OF: Final = {"HTTP_301": 301, "HTTP_302": 302}


def quote(text: str) -> str:
    """Quote a text for HAProxy's configuration."""
    return "'" + text.replace("'", "'\\''") + "'"


def pattern(value: str, any_text: str = ".*") -> str:
    """Return a regular expression for a text with ALB's wildcards `*` and `?`."""
    return re.escape(value).replace(r"\*", any_text).replace(r"\?", ".")


def values_of(condition: Mapping[str, Any]) -> list[Any]:
    """Return a condition's values: from `Values`, or from the field's own configuration, which Terraform sends."""
    configured = (v.get("Values", []) for k, v in condition.items() if k.endswith("Config") and v)
    return list(condition.get("Values") or next(configured, []))


def condition_test(condition: Mapping[str, Any]) -> str:
    """Return HAProxy's test of a condition: one of its values must match.

    Raises:
        ValueError: The condition's field is unknown.
    """
    field, values = condition["Field"], values_of(condition)
    if field == "query-string":
        return f"{{ query -i -m reg {' '.join(quote(_pair(value)) for value in values)} }}"
    if field == "source-ip":
        return f"{{ src {' '.join(values)} }}"
    if field == "http-request-method":
        return f"{{ method {' '.join(values)} }}"
    patterns = " ".join(quote(f"^{pattern(value)}$") for value in values)
    if field == "host-header":
        return f"{{ req.hdr(host),field(1,:) -i -m reg {patterns} }}"
    if field == "path-pattern":
        return f"{{ path -m reg {patterns} }}"
    if field == "http-header":
        return f"{{ req.hdr({condition['HttpHeaderConfig']['HttpHeaderName']}) -i -m reg {patterns} }}"
    raise ValueError(f"unknown condition field {field}")


def _pair(value: Mapping[str, str]) -> str:
    key = pattern(value["Key"], "[^=&]*") if value.get("Key") else "[^=&]*"
    return f"(^|&){key}={pattern(value['Value'], '[^&]*')}(&|$)"


def pick_line(number: int, rule: Rule) -> str:
    """Return the line that picks a rule. HAProxy runs all lines: a variable keeps the first match, the highest priority."""
    tests = " ".join(condition_test(condition) for condition in rule.conditions)
    return f"http-request set-var(txn.rule) str(r{number}) if !{{ var(txn.rule) -m found }} {tests}".rstrip()


def action_lines(number: int, rule: Rule, listener: Listener, bodies: dict[str, str]) -> list[str]:
    """Return the lines of a rule's action; add the text of a fixed response to `bodies`, by file name.

    Raises:
        ValueError: The action's type is unknown.
    """
    when, action = f"{{ var(txn.rule) -m str r{number} }}", rule.action
    if action["Type"] == "forward":
        return forward_lines(when, action)
    if action["Type"] == "redirect":
        return redirect_lines(when, action["RedirectConfig"], listener)
    if action["Type"] == "fixed-response":
        answer = action["FixedResponseConfig"]
        name = f"{listener.name}-r{number}"
        bodies[name] = answer.get("MessageBody") or ""
        content_type = quote(answer.get("ContentType") or "text/plain")
        return [f"http-request return status {answer['StatusCode']} content-type {content_type} file {{bodies}}/{name} if {when}"]
    raise ValueError(f"unknown action type {action['Type']}")


def forward_lines(when: str, action: Mapping[str, Any]) -> list[str]:
    """Return the lines that draw a group by weight; a group without a healthy target uses its fail-open backend."""
    configured = (action.get("ForwardConfig") or {}).get("TargetGroups")
    groups = configured or [{"TargetGroupArn": action["TargetGroupArn"]}]
    weighted = [(group_name(group["TargetGroupArn"]), int(group.get("Weight", 1))) for group in groups]
    remaining, lines = sum(weight for _, weight in weighted), []
    for name, weight in weighted:
        if weight:
            draw = f" {{ rand({remaining}) lt {weight} }}" if weight < remaining else ""
            undecided = "!{ var(txn.group) -m found }"
            lines.append(f"http-request set-var(txn.group) str({name}) if {when} {undecided}{draw}")
            all_unhealthy = f"{{ var(txn.group) -m str {name} }} {{ nbsrv({name}) eq 0 }}"
            lines.append(f"http-request set-var(txn.group) str({name}.open) if {when} {all_unhealthy}")
        remaining -= weight
    return lines


def redirect_lines(when: str, config: Mapping[str, Any], listener: Listener) -> list[str]:
    """Return the lines of a redirect; its keywords such as `#{host}` become HAProxy's expressions."""
    keywords = {
        "#{protocol}": listener.protocol.lower(),
        "#{host}": "%[req.hdr(host),field(1,:)]",
        "#{port}": str(listener.port),
        "#{path}": "%[path,regsub(^/,)]",
        "#{query}": "%[query]",
    }
    protocol, host = config.get("Protocol", "#{protocol}").lower(), config.get("Host", "#{host}")
    location = f"{protocol}://{host}:{config.get('Port', '#{port}')}{config.get('Path', '/#{path}')}"
    query = config.get("Query", "#{query}")
    for keyword, value in keywords.items():
        location, query = location.replace(keyword, value), query.replace(keyword, value)
    code = STATUS_OF[config["StatusCode"]]
    lines = [f'http-request redirect location "{location}" code {code} if {when}']
    if query:
        with_query = f'http-request redirect location "{location}?{query}" code {code} if {when} {{ query -m found }}'
        lines.insert(0, with_query)
    return lines

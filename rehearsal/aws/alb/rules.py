"""One listener rule as HAProxy says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .model import Listener, Rule, group_name

ACTION_TYPES = ("forward", "redirect", "fixed-response")
STATUS_OF = {"HTTP_301": 301, "HTTP_302": 302}


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def pattern(value: str, any_text: str = ".*") -> str:
    """A regular expression for ALB's wildcards."""
    return re.escape(value).replace(r"\*", any_text).replace(r"\?", ".")


def values_of(condition: Mapping[str, Any]) -> list[Any]:
    """In `Values`, or in the field's own configuration, which Terraform sends."""
    configured = (v.get("Values", []) for k, v in condition.items() if k.endswith("Config") and v)
    return list(condition.get("Values") or next(configured, []))


def condition_test(condition: Mapping[str, Any]) -> str:
    """The values of one condition are alternatives."""
    field, values = condition["Field"], values_of(condition)
    if field == "query-string":
        return f"{{ query -i -m reg {' '.join(quoted(_pair(value)) for value in values)} }}"
    if field == "source-ip":
        return f"{{ src {' '.join(values)} }}"
    if field == "http-request-method":
        return f"{{ method {' '.join(values)} }}"
    patterns = " ".join(quoted(f"^{pattern(value)}$") for value in values)
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
    """HAProxy runs all http-request rules: the first match is kept in a variable, so that priorities hold."""
    tests = " ".join(condition_test(condition) for condition in rule.conditions)
    return f"http-request set-var(txn.rule) str(r{number}) if !{{ var(txn.rule) -m found }} {tests}".rstrip()


def action_lines(number: int, rule: Rule, listener: Listener, bodies: dict[str, str]) -> list[str]:
    """The lines of a rule's action. A fixed response's text goes into `bodies`, by file name."""
    when, action = f"{{ var(txn.rule) -m str r{number} }}", rule.action
    if action["Type"] == "forward":
        return forward_lines(when, action)
    if action["Type"] == "redirect":
        return redirect_lines(when, action["RedirectConfig"], listener)
    if action["Type"] == "fixed-response":
        answer = action["FixedResponseConfig"]
        name = f"{listener.name}-r{number}"
        bodies[name] = answer.get("MessageBody") or ""
        content_type = quoted(answer.get("ContentType") or "text/plain")
        return [f"http-request return status {answer['StatusCode']} content-type {content_type} file {{bodies}}/{name} if {when}"]
    raise ValueError(f"unknown action type {action['Type']}")


def forward_lines(when: str, action: Mapping[str, Any]) -> list[str]:
    """The group is drawn by its weight; one without a healthy target is served by its open twin."""
    configured = (action.get("ForwardConfig") or {}).get("TargetGroups")
    groups = configured or [{"TargetGroupArn": action["TargetGroupArn"]}]
    weighted = [(group_name(group["TargetGroupArn"]), int(group.get("Weight", 1))) for group in groups]
    left, lines = sum(weight for _, weight in weighted), []
    for name, weight in weighted:
        if weight:
            draw = f" {{ rand({left}) lt {weight} }}" if weight < left else ""
            undecided = "!{ var(txn.group) -m found }"
            lines.append(f"http-request set-var(txn.group) str({name}) if {when} {undecided}{draw}")
            all_unhealthy = f"{{ var(txn.group) -m str {name} }} {{ nbsrv({name}) eq 0 }}"
            lines.append(f"http-request set-var(txn.group) str({name}.open) if {when} {all_unhealthy}")
        left -= weight
    return lines


def redirect_lines(when: str, to: Mapping[str, Any], listener: Listener) -> list[str]:
    parts = {
        "#{protocol}": listener.protocol.lower(),
        "#{host}": "%[req.hdr(host),field(1,:)]",
        "#{port}": str(listener.port),
        "#{path}": "%[path,regsub(^/,)]",
        "#{query}": "%[query]",
    }
    protocol, host = to.get("Protocol", "#{protocol}").lower(), to.get("Host", "#{host}")
    location = f"{protocol}://{host}:{to.get('Port', '#{port}')}{to.get('Path', '/#{path}')}"
    query = to.get("Query", "#{query}")
    for part, value in parts.items():
        location, query = location.replace(part, value), query.replace(part, value)
    code = STATUS_OF[to["StatusCode"]]
    lines = [f'http-request redirect location "{location}" code {code} if {when}']
    if query:
        with_query = f'http-request redirect location "{location}?{query}" code {code} if {when} {{ query -m found }}'
        lines.insert(0, with_query)
    return lines

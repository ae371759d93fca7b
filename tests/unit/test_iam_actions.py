"""The emulator's table of what IAM judges."""

from tools import iam_actions


def test_the_table_is_what_the_service_authorization_reference_says() -> None:
    assert iam_actions.TABLE.read_text() == iam_actions.text(), "run: .venv/bin/python -m tools.iam_actions"


def test_a_load_balancers_rule_is_judged_on_its_listener_although_network_load_balancers_have_such_rules_too() -> None:
    assert iam_actions.table()["elasticloadbalancing"]["CreateRule"] == {"listener/app": "!qr"}

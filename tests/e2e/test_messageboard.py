"""The message board through its public URL. The tests build on each other, in this order; the last one destroys the stack."""

import json
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import rehearsal as r
from tests.e2e.left import left_behind

API_SOURCE = r.ROOT / "apps/messageboard/api/api/__init__.py"


@pytest.fixture(params=[(1280, 800), (375, 740)], ids=["desktop", "phone"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(ignore_https_errors=True, viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(r.SITE)
    yield page
    context.close()


def test_a_person_posts_reads_and_deletes_a_message(page: Page, request: pytest.FixtureRequest) -> None:
    where = request.node.callspec.id
    text = f"Hello from a {where} <script>document.title='broken'</script>"
    page.get_by_role("textbox", name="Your name").fill("Ann")
    page.get_by_role("textbox", name="Message").fill(text)
    page.get_by_role("button", name="Post message").click()
    message = page.get_by_role("article").filter(has_text=f"Hello from a {where}")
    expect(message).to_contain_text("<script>")
    r.REPORT.mkdir(exist_ok=True)
    page.screenshot(path=r.REPORT / f"messageboard-{where}.png")
    assert "broken" not in page.title()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        "the page scrolls sideways"
    )
    page.reload()
    expect(message).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    message.get_by_role("button", name=re.compile("^Delete message")).click()
    expect(message).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Post message")).to_be_visible()
    expect(message).to_have_count(0)


def test_plain_http_is_sent_to_https() -> None:
    answer = r.requests.get(r.SITE.replace("https", "http"), allow_redirects=False, timeout=10)
    assert answer.status_code == 301
    assert answer.headers["Location"].startswith("https://")


def test_a_second_up_and_a_refresh_change_nothing() -> None:
    assert r.changes(r.up()) == []
    assert r.changes(r.pulumi("refresh", "--yes", "--skip-preview")) == []
    assert r.changes(r.up()) == []


def test_the_passwords_are_nowhere_in_plain_text() -> None:
    passwords = [r.secret("slipway:database_password"), r.secret("messageboard:database_password")]
    assert all(len(password) >= 8 for password in passwords)
    seen: set[str] = set()
    stop = threading.Event()
    watcher = threading.Thread(target=r.process_lists, args=(stop, seen))
    watcher.start()
    output = r.up()
    stop.set()
    watcher.join()
    specs = r.kubectl("get", "pods,deployments,jobs,configmaps", "-A", "-o", "json").stdout
    places = {"the output": output, "the pod specs": specs, "the process list": "\n".join(seen)}
    for folder in ("pulumi", "stack", "logs"):
        places |= {str(path): path.read_text(errors="replace") for path in (r.STATE / folder).rglob("*") if path.is_file()}
    assert any("pulumi" in line for line in seen)
    assert any(".json" in name for name in places)
    assert [name for name, text in places.items() for password in passwords if password in text] == []


def test_a_pod_reaches_what_its_uses_say_and_nothing_else() -> None:
    host = json.loads(r.pulumi("stack", "output", "database_endpoint", "--json")).split(":")[0]
    frontend, api = (next(iter(sorted(r.names(service)))) for service in ("frontend", "api"))
    addresses = {service: r.pods(service)[0]["status"]["podIP"] for service in ("frontend", "api")}

    def reaches(pod: str, address: str, port: int) -> bool:
        command = f"exec 3<>/dev/tcp/{address}/{port}"
        arguments = ("exec", "-n", r.NAMESPACE, pod, "--", "timeout", "4", "bash", "-c", command)
        return r.kubectl(*arguments, check=False).returncode == 0

    assert reaches(api, host, 3306), "the API uses the database"
    assert not reaches(frontend, host, 3306), "the frontend does not"
    assert not reaches(frontend, addresses["api"], 8080), "the frontend's pods do not use the API"
    assert not reaches(frontend, f"api.{r.NAMESPACE}.svc.cluster.local", 8080)
    assert not reaches(api, addresses["frontend"], 8080)
    assert not reaches(api, "10.111.0.1", 6443), "no pod needs the Kubernetes API"


def test_policies_count_only_with_the_switch_that_eks_demands() -> None:
    frontend = next(iter(sorted(r.names("frontend"))))
    address = r.pods("api")[0]["status"]["podIP"]
    command = ("exec", "-n", r.NAMESPACE, frontend, "--", "timeout", "4", "bash", "-c", f"exec 3<>/dev/tcp/{address}/8080")

    def open_() -> bool:
        return r.kubectl(*command, check=False).returncode == 0

    patch = ("patch", "configmap", "-n", "kube-system", "amazon-vpc-cni", "--type", "merge", "-p")
    assert not open_()
    r.kubectl(*patch, '{"data": {"enable-network-policy-controller": "false"}}')
    try:
        r.until(open_, 20, "the policies still count")
    finally:
        r.kubectl(*patch, '{"data": {"enable-network-policy-controller": "true"}}')
    r.until(lambda: not open_(), 20, "the policies do not count again")


def test_a_message_survives_the_deletion_of_every_pod() -> None:
    r.post("still here")
    before = r.names("api") | r.names("frontend")
    r.kubectl("delete", "pods", "-n", r.NAMESPACE, "--all", "--wait=false")
    r.until(lambda: not (before & (r.names("api") | r.names("frontend"))), 120, "the old pods are still there")
    for service in ("api", "frontend"):
        r.kubectl("rollout", "status", "-n", r.NAMESPACE, f"deployment/{service}", "--timeout=180s", timeout=200)
    r.until(lambda: r.api("GET").status_code == 200, 60, "the site does not answer")
    assert "still here" in r.texts()


@pytest.fixture
def changed_source() -> Iterator[None]:
    before = API_SOURCE.read_text()
    API_SOURCE.write_text(before + "\n# Another revision.\n")
    yield
    API_SOURCE.write_text(before)


@pytest.mark.usefixtures("changed_source")
def test_a_changed_source_rolls_the_pods_to_a_new_digest_without_a_lost_request() -> None:
    before, pods = r.image("api"), r.names("api")
    with r.load() as load:
        r.up()
    assert r.image("api") != before
    assert not pods & r.names("api")
    assert load.answers["200"] > 100
    assert load.failures == {}


def test_a_rotated_password_rolls_the_pods_and_the_old_one_no_longer_logs_in() -> None:
    key, pods = "messageboard:database_password", r.names("api")
    old = r.secret(key)
    r.pulumi("config", "set", "--secret", key, stdin="Another-Password-2026")
    r.up()
    assert not pods & r.names("api")
    assert "still here" in r.texts()
    login = (
        "import os, sys, pymysql\n"
        "pymysql.connect(host=os.environ['DATABASE_HOST'], user=os.environ['DATABASE_USER'],"
        " password=sys.stdin.readline().strip(),"
        " ssl={'ca': os.environ['DATABASE_CA']})"
    )
    command = ("exec", "-i", "-n", r.NAMESPACE, next(iter(r.names("api"))), "--", "python", "-c", login)
    assert r.kubectl(*command, stdin="Another-Password-2026\n", check=False).returncode == 0
    refused = r.kubectl(*command, stdin=f"{old}\n", check=False)
    assert refused.returncode != 0
    assert "Access denied" in refused.stderr


def kill_up_when(seen: str) -> None:
    """Starts an `up` and kills it, and its plugins with it, as soon as its output says so."""
    process = subprocess.Popen(
        [
            r.os.environ["REHEARSAL_PYTHON"],
            "-m",
            "rehearsal",
            "run",
            "--",
            "pulumi",
            "up",
            "--yes",
            "--skip-preview",
            "--non-interactive",
        ],
        cwd=r.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if re.search(seen, line):
            break
    else:
        raise AssertionError("".join(lines)[-3000:])
    r.os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_an_up_that_was_killed_half_way_is_healed_by_the_next() -> None:
    r.pulumi("config", "set", "slipway:replicas_per_zone", "2")
    kill_up_when(r"Deployment messageboard-\w+ updating")
    r.pulumi("config", "set", "slipway:replicas_per_zone", "1")
    r.rehearsal("up")
    assert len(r.names("api")) == 3
    assert "still here" in r.texts()
    assert r.changes(r.up()) == []


@pytest.mark.usefixtures("changed_source")
def test_an_up_that_was_killed_after_an_image_push_is_healed_by_the_next() -> None:
    """The tag is in the registry but not in the state; tags are immutable."""
    API_SOURCE.write_text(API_SOURCE.read_text() + "# And another.\n")
    kill_up_when(r"Image images-messageboard-api .*(updated|pushing manifest)")
    r.rehearsal("up")
    assert "still here" in r.texts()
    assert r.changes(r.up()) == []


def test_destroy_is_refused_while_data_is_protected() -> None:
    # The preview refuses, before anything is deleted.
    assert "protect" in r.pulumi("destroy", "--yes", check=False)
    assert "still here" in r.texts()


def test_destroy_leaves_nothing_but_what_keeps_the_data() -> None:
    r.pulumi("config", "set", "slipway:protect_data", "false")
    r.up()
    r.pulumi("destroy", "--yes", "--skip-preview")
    left = left_behind()
    snapshots = left.pop("final snapshots")
    assert len(snapshots) == 1
    assert re.fullmatch(r"slipway-dev-final-.+", snapshots[0])
    assert left.pop("kept keys") == ["keys-database"], "the key of the snapshot outlives the stack"
    assert left == {}


def test_down_leaves_the_machine_clean() -> None:
    r.rehearsal("down")
    assert not r.STATE.exists()
    assert not Path("/run/slipway").exists()
    assert "slipway" not in Path("/etc/hosts").read_text()
    shown = {
        command: subprocess.run(command.split(), capture_output=True, text=True, check=True).stdout
        for command in (
            "ip -4 -o address show dev lo",
            "ip route show type unreachable",
            "ip link",
            "iptables-save",
            "nft list tables",
        )
    }
    assert " 10." not in shown["ip -4 -o address show dev lo"]
    assert shown["ip route show type unreachable"] == ""
    assert "cni0" not in shown["ip link"]
    assert "KUBE" not in shown["iptables-save"]
    assert "slipway" not in shown["nft list tables"]
    command_lines = {path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()}
    assert not [line for line in command_lines if b"/var/lib/slipway" in line]

"""Tests of `--project`: which program is deployed, as whom, and with which stack file."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from rehearsal import account, deployment, interrupted, paths, project
from rehearsal.project import Project, find_project
from rehearsal.pulumi_cli import DeploymentError, pulumi

EXAMPLE = Path(__file__).parent / "example"


def write_project(folder: Path, name: str, stack_file: Mapping[str, Any] | None = None) -> Path:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": name, "runtime": "python"}))
    if stack_file is not None:
        (folder / "Pulumi.rehearsal.yaml").write_text(yaml.safe_dump(dict(stack_file)))
    return folder


def test_this_checkouts_program_is_deployed_under_its_policies_with_its_secrets() -> None:
    program = find_project(paths.CHECKOUT / "docs" / "..")
    assert program.name == "slipway"
    assert program.role == paths.DEPLOYER
    assert program.stack_file == paths.STATE / "stack" / "Pulumi.rehearsal.yaml"
    keys = program.secret_keys({"slipway:apps": ["todo", "no-such-app"]})
    assert {key.split(":")[0] for key in keys} == {"slipway", "todo"}


def test_another_program_has_a_stack_file_of_its_own_and_no_secrets_of_this_one() -> None:
    program = find_project(EXAMPLE)
    assert program.name == "example"
    assert program.role is None
    assert program.stack_file.parent != find_project(paths.CHECKOUT).stack_file.parent
    assert not program.config
    assert not program.secret_keys({"slipway:apps": ["todo"]})


def test_a_folder_without_a_project_is_rejected_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match=r"--project must be a folder with a Pulumi.yaml, got .*Fix:"):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "name must be text of letters"),
        ("runtime: python", "name must be text of letters"),
        ("name: 7", "name must be text of letters"),
        ("name: ../stack", "name must be text of letters"),
        ("name: ..", "name must be text of letters"),
        ("name: .", "name must be text of letters"),
        ("[name]", "must be a mapping"),
        ("name: [", "must be YAML"),
        ("name: \0", "must be YAML"),
    ],
)
def test_a_mistake_in_the_project_file_is_an_error_with_its_fix(tmp_path: Path, text: str, rule: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(DeploymentError, match=rf"(?s)^{tmp_path}/Pulumi\.yaml: {rule}.*, got .*Fix: "):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("text", "rule"),
    [("[config]", "must be a mapping"), ("config: [a]", "config must be a mapping"), ("config: {", "must be YAML")],
)
def test_a_mistake_in_the_stack_file_is_an_error_with_its_fix(tmp_path: Path, text: str, rule: str) -> None:
    folder = write_project(tmp_path / "other", "other")
    (folder / "Pulumi.rehearsal.yaml").write_text(text)
    with pytest.raises(DeploymentError, match=rf"(?s)^{folder}/Pulumi\.rehearsal\.yaml: {rule}.*, got .*Fix: "):
        find_project(folder).settings()


def test_another_folder_with_the_name_of_this_checkouts_program_is_rejected(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "copy", find_project(paths.CHECKOUT).name)
    with pytest.raises(DeploymentError, match=r"must have another project name than .*, got slipway\. Fix:"):
        find_project(folder)


def test_without_this_checkouts_program_any_name_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path)
    assert find_project(write_project(tmp_path / "other", "slipway")).role is None


@pytest.mark.parametrize("stack_file", [None, {}, {"config": None}])
def test_a_program_needs_no_stack_file(tmp_path: Path, stack_file: Mapping[str, Any] | None) -> None:
    folder = write_project(tmp_path / "other", "other", stack_file)
    assert Project(folder=folder, state=tmp_path).settings() == {"config": {}}


def test_the_root_user_has_no_session_left_over_from_the_callers_environment() -> None:
    assert account.credentials(None)["AWS_SESSION_TOKEN"] == ""


def test_a_lock_of_another_program_does_not_mean_that_this_one_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOCKS", "STATE"):
        monkeypatch.setattr(interrupted, name, tmp_path / getattr(interrupted, name).relative_to(deployment.BACKEND))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    def lock(program: str) -> None:
        # `pulumi` locks a stack in the folder of its qualified name.
        folder = tmp_path / ".pulumi" / "locks" / "organization" / program / project.STACK
        folder.mkdir(parents=True)
        (folder / "lock.json").write_text(json.dumps({"pid": ended.pid}))

    lock("example")
    assert not interrupted.was_interrupted()
    lock(find_project(paths.CHECKOUT).name)
    assert interrupted.was_interrupted()


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built_pulumi: Path) -> dict[str, str]:
    """Return an environment with a backend of its own."""
    monkeypatch.setattr(deployment, "BACKEND", tmp_path / "backend")
    (tmp_path / "backend").mkdir()
    return os.environ | {
        "PATH": f"{built_pulumi.parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_STACK": project.STACK,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def prepare(env: dict[str, str], program: Project) -> dict[str, str]:
    """Prepare the program's stack and return the environment with its stack file."""
    program.state.mkdir(exist_ok=True)
    with_file = env | {"PULUMI_OPTION_CONFIG_FILE": str(program.stack_file)}
    deployment._prepare_stack(with_file, program)
    return with_file


def config(env: dict[str, str], program: Project) -> dict[str, str]:
    """Return the program's stack config as the program reads it."""
    values = json.loads(pulumi(env, "config", "--show-secrets", "--json", cwd=program.folder))
    return {key: entry["value"] for key, entry in values.items()}


def test_two_programs_have_secrets_that_outlive_a_change_of_their_own_stack_files(env: dict[str, str], tmp_path: Path) -> None:
    programs = [
        Project(
            folder=write_project(tmp_path / name, name, {"config": {f"{name}:colour": "red"}}),
            state=tmp_path / f"state-{name}",
            config={f"{name}:ca": "file"},
            secret_keys=lambda config: [f"{key.split(':')[0]}:password" for key in config if key.endswith(":colour")],
        )
        for name in ("first", "second")
    ]
    passwords = set()
    for program in programs:
        before = config(prepare(env, program), program)
        own = {"config": {f"{program.name}:colour": "blue"}}
        (program.folder / "Pulumi.rehearsal.yaml").write_text(yaml.safe_dump(own))
        assert config(prepare(env, program), program) == before | {f"{program.name}:colour": "blue"}
        assert yaml.safe_load((program.folder / "Pulumi.rehearsal.yaml").read_text()) == own
        passwords.add(before[f"{program.name}:password"])
    assert len(passwords) == len(programs)


@pytest.mark.parametrize("path", ["password", "db.password", "passwords[0]", "dbs[0].password"])
def test_a_secret_is_kept_until_the_program_has_its_own_value(env: dict[str, str], tmp_path: Path, path: str) -> None:
    program = Project(folder=write_project(tmp_path / "other", "other"), state=tmp_path / "state")
    with_file = prepare(env, program)
    pulumi(with_file, "config", "set", "--secret", "--path", path, stdin="hunter2", cwd=program.folder)
    before = config(with_file, program)
    assert "hunter2" in str(before)
    assert config(prepare(env, program), program) == before
    assert "hunter2" not in program.stack_file.read_text()
    (key,) = before
    (program.folder / "Pulumi.rehearsal.yaml").write_text(yaml.safe_dump({"config": {key: "the program's own"}}))
    assert config(prepare(env, program), program) == {key: "the program's own"}


def test_a_generated_secret_does_not_replace_the_programs_own_value(env: dict[str, str], tmp_path: Path) -> None:
    folder = write_project(tmp_path / "other", "other", {"config": {"other:password": "own"}})
    program = Project(folder=folder, state=tmp_path / "state", secret_keys=lambda _: ["other:password"])
    assert config(prepare(env, program), program) == {"other:password": "own"}


def test_the_stack_file_is_written_atomically_for_its_owner_only(
    env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_project(tmp_path / "other", "other")
    program = Project(folder=folder, state=tmp_path / "state", secret_keys=lambda _: ["other:password"])
    prepare(env, program)
    assert program.stack_file.stat().st_mode & 0o077 == 0
    before = program.stack_file.read_bytes()

    def write_the_half(path: Path, content: str | bytes) -> None:
        with path.open("wb") as file:
            file.write((content.encode() if isinstance(content, str) else content)[: len(content) // 2])
        if path.name.startswith(program.stack_file.name):
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", write_the_half)
    monkeypatch.setattr(Path, "write_text", write_the_half)
    with pytest.raises(KeyboardInterrupt):
        prepare(env, program)
    assert program.stack_file.read_bytes() == before


def test_a_second_folder_cannot_take_over_the_stack_of_a_project(
    env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "PROJECTS", tmp_path)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    first, second = (write_project(tmp_path / folder / "shop", "name-of-both") for folder in ("a", "b"))
    prepare(env, find_project(first))
    assert find_project(first).folder == first
    with pytest.raises(DeploymentError, match=f"{second} must have another project name than {first}, .*got name-of-both. Fix:"):
        find_project(second)
    # The fix for a program that was moved.
    find_project(first).folder_file.unlink()
    assert find_project(second).folder == second


def test_a_program_without_a_stack_file_gets_a_stack(env: dict[str, str], tmp_path: Path) -> None:
    program = Project(folder=write_project(tmp_path / "other", "other"), state=tmp_path / "state")
    with_file = prepare(env, program)
    assert "rehearsal" in pulumi(with_file, "stack", "ls", cwd=program.folder)
    assert sorted(path.name for path in program.folder.iterdir()) == ["Pulumi.yaml"]

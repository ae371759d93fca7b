"""Tests of the choice between stand-ins and Pulumi's own plugins, and of the download from a plugin server."""

import io
import os
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rehearsal import paths, providers, pulumi_cli
from rehearsal.pulumi_cli import DeploymentError


class PluginServer(ThreadingHTTPServer):
    """A server of plugin archives, such as a company's mirror."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Download)
        self.archives: dict[str, bytes] = {}
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, name: str, version: str) -> None:
        self.archives[f"/pulumi-resource-{name}-v{version}-linux-amd64.tar.gz"] = archive(f"pulumi-resource-{name}")


class Download(BaseHTTPRequestHandler):
    """The answer to one download."""

    server: PluginServer

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        content = self.server.archives.get(self.path, b"")
        self.send_response(200 if content else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


def archive(name: str) -> bytes:
    """Return an archive in Pulumi's form: the executable without a folder."""
    content, file = f"#!/bin/sh\necho {name} of the server\n".encode(), io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o755
        packed.addfile(entry, io.BytesIO(content))
    return file.getvalue()


@pytest.fixture
def server() -> Iterator[PluginServer]:
    plugin_server = PluginServer()
    for name, version in providers.PLUGINS.items():
        plugin_server.add(name, version)
    threading.Thread(target=plugin_server.serve_forever, daemon=True).start()
    yield plugin_server
    plugin_server.shutdown()
    plugin_server.server_close()


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: PluginServer, built_pulumi: Path) -> dict[str, str]:
    """Return the environment of the built `pulumi` with PLUGINS=pulumi and a plugin server."""
    monkeypatch.setenv("PLUGINS", "pulumi")
    monkeypatch.setattr(paths, "PULUMIS_OWN_HOME", tmp_path / "home")
    monkeypatch.setattr(providers, "CALLERS_PLUGINS", tmp_path / "callers")
    settings = {
        "PATH": f"{built_pulumi.parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES": f".*={server.url}",
    }
    return os.environ | settings | providers.environment()


def installed(env: dict[str, str], name: str) -> Path:
    return Path(env["PULUMI_HOME"]) / "plugins" / f"resource-{name}-v{providers.PLUGINS[name]}" / f"pulumi-resource-{name}"


def test_pulumis_own_plugins_are_downloaded_once_from_the_server_of_pulumis_variable(
    env: dict[str, str], server: PluginServer
) -> None:
    providers.install({}, env)
    for name in providers.PLUGINS:
        assert installed(env, name).read_text().endswith(f"echo pulumi-resource-{name} of the server\n")
        assert os.access(installed(env, name), os.X_OK)
    assert sorted(server.requests) == sorted(server.archives)
    providers.install({}, env)
    assert len(server.requests) == len(server.archives)


def test_a_plugin_that_the_server_does_not_have_is_an_error_with_its_address(env: dict[str, str], server: PluginServer) -> None:
    server.archives.clear()
    with pytest.raises(DeploymentError, match=f"404 HTTP error fetching plugin from {server.url}/pulumi-resource-aws-v"):
        providers.install({}, env)


def test_a_plugin_in_the_callers_home_is_not_downloaded(env: dict[str, str], server: PluginServer) -> None:
    folder = providers.CALLERS_PLUGINS / f"resource-aws-v{providers.PLUGINS['aws']}"
    folder.mkdir(parents=True)
    (folder / "pulumi-resource-aws").write_text("#!/bin/sh\n")
    (folder / "pulumi-resource-aws").chmod(0o755)
    providers.install({}, env)
    assert installed(env, "aws").read_text() == "#!/bin/sh\n"
    assert not [path for path in server.requests if "aws" in path]


def test_the_stand_ins_are_used_by_default_and_nothing_is_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLUGINS", raising=False)
    monkeypatch.setattr(providers, "terraform_mirror", lambda: tmp_path)
    variables = providers.environment()
    assert variables["PULUMI_HOME"] == str(paths.PULUMI_HOME)
    assert variables["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert pulumi_cli.pulumis_own_command() is None


def test_pulumis_own_plugins_need_no_terraform_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise DeploymentError("no mirror")

    monkeypatch.setattr(providers, "terraform_mirror", missing)
    monkeypatch.setattr(pulumi_cli, "check_version", lambda: None)
    monkeypatch.delenv("PLUGINS", raising=False)
    with pytest.raises(DeploymentError, match="no mirror"):
        providers.check()
    monkeypatch.setenv("PLUGINS", "pulumi")
    monkeypatch.delenv("KUBERNETES_PLUGIN", raising=False)
    providers.check()
    monkeypatch.setenv("KUBERNETES_PLUGIN", "/bin/true")
    with pytest.raises(DeploymentError, match="Fix: unset one of the two"):
        providers.check()


def test_a_configured_kubernetes_plugin_must_be_executable(tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.touch()
    with pytest.raises(DeploymentError, match="KUBERNETES_PLUGIN must be an executable file, got"):
        providers._kubernetes_plugin({"KUBERNETES_PLUGIN": str(plugin)})
    plugin.chmod(0o755)
    assert providers._kubernetes_plugin({"KUBERNETES_PLUGIN": str(plugin)}) == plugin

"""How this machine reaches the package registries, carried into the stand-ins so that RUN steps reach them the same way."""

import configparser
import os
import re
import ssl
from pathlib import Path
from typing import Final

from rehearsal.node.command import HostError, run

RELEASE: Final = "bookworm"
BUNDLE: Final = "/etc/ssl/certs/ca-certificates.crt"
APT_SOURCES: Final = Path("/etc/apt/sources.list")
PIP_FILES: Final = (Path("/etc/pip.conf"), Path.home() / ".pip" / "pip.conf", Path.home() / ".config" / "pip" / "pip.conf")
NPM_FILES: Final = (Path("/usr/etc/npmrc"), Path("/usr/local/etc/npmrc"), Path("/etc/npmrc"), Path.home() / ".npmrc")
MAVEN_FILE: Final = Path.home() / ".m2" / "settings.xml"
MAVEN_FOLDER: Final = re.compile(r"<localRepository>.*?</localRepository>", re.DOTALL)
PIP_OPTIONS: Final = {"index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "default-timeout", "retries"}
NPM_OPTIONS: Final = {"registry", "proxy", "https-proxy", "noproxy", "strict-ssl"}
APT_OPTIONS: Final = re.compile(r"Acquire::(Check-Valid-Until|Check-Date|Retries|http|https|AllowInsecureRepositories)\b.*")
# What an image has no use for: packages that are recommended only, descriptions, and what apt keeps for its next run.
LEAN_APT: Final = (
    'APT::Install-Recommends "false";',
    'Acquire::Languages "none";',
    'APT::Keep-Downloaded-Packages "false";',
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
)
CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)


def debian_mirror() -> str:
    """Where this machine gets Debian's packages from."""
    known = _known_sources()
    if not known:
        # apt tells only of the sources whose lists it has.
        run("apt-get", "update")
        known = _known_sources()
    for release, component, address in known:
        if (release, component) == (RELEASE, "main"):
            return address
    raise HostError(
        "the public registry cannot be reached, and apt has no source of the Debian 12 packages that stand in for its images. "
        f"Add one for {RELEASE} under /etc/apt/sources.list.d."
    )


def _known_sources() -> list[tuple[str, str, str]]:
    targets = run("apt-get", "indextargets", "--format", "$(RELEASE) $(COMPONENT) $(REPO_URI)", "Created-By: Packages")
    return [(release, component, address) for release, component, address in map(str.split, targets.splitlines())]


def apt_sources() -> str:
    mirror = debian_mirror()
    return f"deb {mirror} {RELEASE} main\ndeb {mirror} {RELEASE}-updates main\n"


def apt_options() -> str:
    options = [line for line in run("apt-config", "dump").splitlines() if APT_OPTIONS.fullmatch(line)]
    return "\n".join([*options, *LEAN_APT, ""])


def pip_options() -> str:
    """pip's files and its environment variables, which win, as one file."""
    files = [*PIP_FILES, *([Path(os.environ["PIP_CONFIG_FILE"])] if "PIP_CONFIG_FILE" in os.environ else [])]
    parser = configparser.RawConfigParser()
    parser.read(files)
    known = {
        key: value for section in ("global", "install") if parser.has_section(section) for key, value in parser.items(section)
    }
    known |= {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in os.environ.items()
        if name.startswith("PIP_")
    }
    lines = [f"{key} = {' '.join(value.split())}" for key, value in sorted(known.items()) if key in PIP_OPTIONS]
    return "\n".join(["[global]", f"cert = {BUNDLE}", "break-system-packages = true", *lines, ""])


def npm_options() -> str:
    """npm's files and its environment variables, which win, as one file."""
    known: dict[str, str] = {}
    for path in NPM_FILES:
        for line in path.read_text().splitlines() if path.is_file() else ():
            key, separator, value = line.partition("=")
            if separator and not line.lstrip().startswith(("#", ";")):
                known[key.strip()] = os.path.expandvars(value.strip())
    known |= {name[len("npm_config_") :]: value for name, value in os.environ.items() if name.lower().startswith("npm_config_")}
    kept = {key: value for key, value in known.items() if key in NPM_OPTIONS or key.startswith("//") or key.endswith(":registry")}
    return "\n".join(
        [f"cafile={BUNDLE}", "update-notifier=false", *(f"{key}={value}" for key, value in sorted(kept.items())), ""]
    )


def maven_options() -> str:
    """This user's settings but for the folder of its downloads, or none: Maven itself then knows where to ask."""
    return MAVEN_FOLDER.sub("", MAVEN_FILE.read_text()) if MAVEN_FILE.is_file() else "<settings/>\n"


def authorities() -> list[str]:
    """The certificates that this machine trusts."""
    path = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or BUNDLE
    return CERTIFICATE.findall(Path(path).read_text())


def fingerprint() -> str:
    """All of it that may change, without asking anything but this machine's own files."""
    sources = [
        path.read_text() for path in (APT_SOURCES, *sorted(APT_SOURCES.with_suffix(".list.d").glob("*"))) if path.is_file()
    ]
    return "\n".join((*sources, apt_options(), pip_options(), npm_options(), maven_options(), *authorities()))


def carry_into(root: Path) -> None:
    """Writes it all into a root file system."""
    for name, text in {
        "etc/apt/sources.list": apt_sources(),
        "etc/apt/apt.conf.d/99machine": apt_options(),
        "etc/pip.conf": pip_options(),
        "usr/local/etc/npmrc": npm_options(),
        "root/.m2/settings.xml": maven_options(),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    bundle = root / BUNDLE.lstrip("/")
    shipped = set(CERTIFICATE.findall(bundle.read_text()))
    added = [certificate for certificate in authorities() if certificate not in shipped]
    # As files of their own too, from which Debian makes the bundle anew whenever ca-certificates is installed.
    folder = root / "usr/local/share/ca-certificates"
    folder.mkdir(parents=True, exist_ok=True)
    for number, certificate in enumerate(added):
        (folder / f"machine-{number}.crt").write_text(certificate)
    with bundle.open("a") as file:
        file.writelines(added)

"""Tests of the certificate authority and its certificates."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from rehearsal import paths
from rehearsal.node import pki


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "PKI", tmp_path)
    pki.ensure()
    return tmp_path


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_everything_is_signed_by_the_authority(folder: Path) -> None:
    authority = read(folder / "ca.crt")
    for name in pki.CERTIFICATES:
        read(folder / f"{name}.crt").verify_directly_issued_by(authority)


def test_the_api_servers_certificate_names_its_address_and_its_service(folder: Path) -> None:
    alternatives = read(folder / "apiserver.crt").extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = {str(address) for address in alternatives.get_values_for_type(x509.IPAddress)}
    assert {paths.NODE_ADDRESS, "172.20.0.1"} <= addresses
    assert "kubernetes.default.svc" in alternatives.get_values_for_type(x509.DNSName)


def test_the_administrator_belongs_to_system_masters(folder: Path) -> None:
    (organisation,) = read(folder / "admin.crt").subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert organisation.value == "system:masters"


def test_keys_are_readable_by_their_owner_only(folder: Path) -> None:
    assert {key.stat().st_mode & 0o777 for key in folder.glob("*.key")} == {0o600}


def test_a_second_run_keeps_existing_files(folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    pki.ensure()
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_lost_certificate_is_created_again_by_the_same_authority(folder: Path) -> None:
    (folder / "registry.crt").unlink()
    pki.ensure()
    read(folder / "registry.crt").verify_directly_issued_by(read(folder / "ca.crt"))

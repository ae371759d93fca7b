"""The rehearsal's certificate authority and the certificates that it signs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rehearsal import paths
from rehearsal.files import write_atomically

LIFETIME: Final = timedelta(days=825)

# {file: (common name, organisation, alternative names)}
CERTIFICATES: Final[dict[str, tuple[str, str | None, Sequence[str]]]] = {
    "apiserver": (
        "kube-apiserver",
        None,
        (
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "localhost",
            "127.0.0.1",
            paths.NODE_ADDRESS,
            # The Service `kubernetes` has the first address of the range.
            str(ip_network(paths.SERVICE_CIDR)[1]),
        ),
    ),
    "kubelet-client": ("kube-apiserver-kubelet-client", "system:masters", ()),
    "admin": ("admin", "system:masters", ()),
    "controller-manager": ("system:kube-controller-manager", None, ("127.0.0.1",)),
    "scheduler": ("system:kube-scheduler", None, ("127.0.0.1",)),
    "proxy": ("system:kube-proxy", None, ()),
    "coredns": ("system:coredns", None, ()),
    "kubelet": (f"system:node:{paths.NODE}", "system:nodes", (paths.NODE, paths.NODE_ADDRESS)),
    "registry": ("registry.local", None, ("registry.local", "localhost", "127.0.0.1")),
    "webhook": ("webhook", None, ("localhost", "127.0.0.1", paths.NODE_ADDRESS)),
}


def ensure() -> None:
    """Create the missing authority, keys and certificates. A certificate file exists only if its key file does."""
    paths.PKI.mkdir(parents=True, exist_ok=True)
    paths.PKI.chmod(0o700)
    if not (paths.PKI / "ca.crt").exists():
        _create_authority()
    if not (paths.PKI / "sa.pub").exists():
        _create_service_account_keys()
    for name, (common_name, organisation, alternatives) in CERTIFICATES.items():
        if not (paths.PKI / f"{name}.crt").exists():
            _create_certificate(name, common_name, organisation, alternatives)


def _write_key(name: str, key: PrivateKeyTypes) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    write_atomically(paths.PKI / f"{name}.key", pem, 0o600)


def _builder(name: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
    )


def _create_authority() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "slipway-rehearsal")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key("ca", key)
    write_atomically(paths.PKI / "ca.crt", certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _create_certificate(file: str, common_name: str, organisation: str | None, alternatives: Sequence[str]) -> None:
    authority = x509.load_pem_x509_certificate((paths.PKI / "ca.crt").read_bytes())
    authority_key = serialization.load_pem_private_key((paths.PKI / "ca.key").read_bytes(), None)
    key = ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else []
    subject = x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        _builder(subject, authority.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
    )
    if alternatives:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(text) for text in alternatives]), critical=False
        )
    certificate = builder.sign(authority_key, hashes.SHA256())  # type: ignore[arg-type]
    _write_key(file, key)
    write_atomically(paths.PKI / f"{file}.crt", certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _create_service_account_keys() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    _write_key("sa", key)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write_atomically(paths.PKI / "sa.pub", public, 0o644)

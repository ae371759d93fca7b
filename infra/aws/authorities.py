"""The certificate authorities of RDS: which regions a PEM file serves."""

import re
import ssl
from typing import Any, Final

# The subject of each certificate in AWS's bundle.
# Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
SUBJECT: Final = re.compile(r"Amazon RDS ([a-z0-9-]+) Root CA .*")


def subjects(path: str) -> list[str]:
    """Return the common name of each authority in a PEM file. Raise ssl.SSLError if there is no certificate in it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(path)
    certificates: list[dict[str, Any]] = context.get_ca_certs()
    parts = [part[0] for certificate in certificates for part in certificate["subject"]]
    return [value for key, value in parts if key == "commonName"]


def regions(path: str) -> set[str]:
    """Return the AWS regions whose databases the authorities in a PEM file sign."""
    return {found[1] for name in subjects(path) if (found := SUBJECT.fullmatch(name))}

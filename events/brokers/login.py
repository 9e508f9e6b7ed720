"""How to log in to a broker, and how to tell of its refusals without the password."""

from __future__ import annotations

import ssl
from pathlib import Path
from tempfile import TemporaryDirectory

from events.destination import Address, BrokerOptions

_TELLING = 200
"""Characters of a broker's words that are kept."""


def password(options: BrokerOptions, secret: str) -> str:
    """Return the secret if it is a password or token, '' if it is a private key."""
    return "" if key_of(options, secret) else secret


def key_of(options: BrokerOptions, secret: str) -> str:
    """Return the secret if it is the private key of the destination's certificate, else ''."""
    return secret if options.certificate and not options.username else ""


def context(address: Address, options: BrokerOptions, secret: str) -> ssl.SSLContext | None:
    """Return what TLS needs, None without TLS. The other side's certificate is always checked.

    Raises:
        ValueError: certificate, key or authority cannot be read.
    """
    if not address.tls:
        return None
    try:
        made = ssl.create_default_context(cadata=options.ca or None)
        if options.certificate:
            # The system's TLS reads certificates from files only.
            with TemporaryDirectory() as folder:
                made.load_cert_chain(*files(Path(folder), options, secret))
    except ssl.SSLError:
        raise ValueError("certificate, key or authority cannot be read") from None
    return made


def files(folder: Path, options: BrokerOptions, secret: str) -> tuple[Path, Path]:
    """Write the certificate and its private key into a private folder; return both."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_text(options.certificate, encoding="ascii")
    key.touch(mode=0o600)
    key.write_text(key_of(options, secret), encoding="ascii")
    return certificate, key


def told(address: Address, error: object, secret: str) -> str:
    """Return a broker's or client's words for a log: short, and without the secret."""
    text = str(error) or type(error).__name__
    if secret:
        text = text.replace(secret, "***")
    printable = "".join(c if c.isprintable() else " " for c in text)
    return f"{address.shown()}: {' '.join(printable.split())[:_TELLING]}"

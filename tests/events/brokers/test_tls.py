"""TLS to a broker: a private authority, a certificate of our own, and what is not trusted."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.settings import read
from events.brokers.opened import open_publisher
from events.bus import BusError, Refused
from tests.events.brokers.servers import SECRET, NoBroker, Server, free_port, program
from tests.events.samples import event

pytestmark = pytest.mark.slow

Serve = Callable[[Path, Path], Server]


class Authority:
    """A certificate authority of our own, one server and one client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        for name in ("server", "client"):
            self._issue(name)

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    def _run(self, *arguments: str) -> None:
        subject = ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority", "-days", "2"]
        self._openssl(*arguments, *subject)

    def _issue(self, name: str) -> None:
        (self.folder / "names.txt").write_text("subjectAltName=IP:127.0.0.1\n")
        self._openssl(
            *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}"),
        )
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
            *("-CAcreateserial", "-days", "2", "-out", f"{name}.pem", "-extfile", "names.txt"),
        )

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(
            [program("openssl"), *arguments], cwd=self.folder, check=True, capture_output=True
        )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    try:
        return Authority(tmp_path_factory.mktemp("authority"))
    except NoBroker as absent:
        if read().require_services:
            pytest.fail(str(absent))
        pytest.skip(str(absent))


def nats(folder: Path, keys: Path) -> Server:
    """NATS that lets in who shows a certificate, and nobody else."""
    port = free_port()
    (folder / "nats.conf").write_text(
        f"""
        listen: "127.0.0.1:{port}"
        jetstream {{ store_dir: "{folder}/js" }}
        tls {{
            cert_file: "{keys}/server.pem", key_file: "{keys}/server.key"
            ca_file: "{keys}/ca.pem", verify: true
        }}
        """
    )
    return Server([program("nats-server"), "-c", str(folder / "nats.conf")], port, folder)


def redis(folder: Path, keys: Path) -> Server:
    """Redis that speaks nothing but TLS."""
    port = free_port()
    command = [program("redis-server"), "--port", "0", "--tls-port", str(port)]
    command += ["--tls-cert-file", f"{keys}/server.pem", "--tls-key-file", f"{keys}/server.key"]
    command += ["--tls-ca-cert-file", f"{keys}/ca.pem", "--tls-auth-clients", "no"]
    return Server([*command, "--dir", str(folder), "--requirepass", SECRET], port, folder)


@contextmanager
def running(serve: Serve, folder: Path, authority: Authority) -> Iterator[int]:
    try:
        server = serve(folder, authority.folder)
    except NoBroker as absent:
        if read().require_services:
            pytest.fail(str(absent))
        pytest.skip(str(absent))
    try:
        yield server.start().port
    finally:
        server.kill()


def publish(kind: str, url: str, secret: str, options: dict[str, Any]) -> None:
    publisher = open_publisher(kind, url, secret, options)
    try:
        publisher.publish(event())
    finally:
        publisher.close()


def test_a_private_authority_is_trusted_when_given(authority: Authority, tmp_path: Path) -> None:
    ca = {"ca": authority.text("ca.pem")}
    with running(redis, tmp_path, authority) as port:
        url = f"rediss://127.0.0.1:{port}"
        publish("redis", url, SECRET, ca)
        with pytest.raises(BusError, match=r"(?i)certificate"):
            publish("redis", url, SECRET, {})
        with pytest.raises(BusError) as caught:
            publish("redis", f"rediss://localhost:{port}", SECRET, ca)
        assert not isinstance(caught.value, Refused), "the certificate names another host"


def test_a_certificate_of_our_own_logs_in(authority: Authority, tmp_path: Path) -> None:
    own = {"ca": authority.text("ca.pem"), "certificate": authority.text("client.pem")}
    key = authority.text("client.key")
    with running(nats, tmp_path, authority) as port:
        url = f"tls://127.0.0.1:{port}"
        with pytest.raises(BusError, match="no stream listens"):
            publish("nats", url, key, own)
        for options in ({"ca": own["ca"]}, {}):
            with pytest.raises(BusError) as caught:
                publish("nats", url, "", options)
            assert "no stream" not in str(caught.value), "it was not let in"
            assert key.splitlines()[1] not in str(caught.value)


def test_what_cannot_be_read_as_certificates_is_said_without_it(authority: Authority) -> None:
    broken = authority.text("client.pem")[:200]
    with pytest.raises(ValueError, match="cannot be read") as caught:
        open_publisher("nats", "tls://127.0.0.1:1", "k3y", {"certificate": broken})
    assert "k3y" not in str(caught.value)

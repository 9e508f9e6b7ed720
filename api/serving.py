"""Runs the application until it is told to stop."""

from __future__ import annotations

import logging
import socket
import sys
from contextlib import suppress
from ipaddress import ip_address

import uvicorn

from api import passwords
from api.app import create_app
from api.context import Context
from api.streams import closing
from store import users

FIRST_ADMIN = "admin"
_LAST_ANSWERS_S = 2
"""How long requests may go on once the process should end."""
_NOT_STARTED = 3

log = logging.getLogger("api")


class _OnceIsEnough(logging.Filter):
    """Drops the server's copy of a failure that `api.problem` has logged with its reference."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Exception in ASGI application")


def first_admin(context: Context) -> str | None:
    """Add an admin if there is nobody yet; return the password for the first login, or None."""
    if users.users(context.database):
        return None
    password = passwords.first_password()
    added = users.add_first(context.database, FIRST_ADMIN, passwords.hash_of(password))
    return password if added else None


def serve(context: Context, host: str, port: int, trusted_proxies: str) -> None:
    """Serve until SIGINT or SIGTERM."""
    if not _is_loopback(host):
        log.warning("%s can be reached from elsewhere: put a proxy with https before it", host)
    logging.getLogger("uvicorn.error").addFilter(_OnceIsEnough())
    config = uvicorn.Config(
        create_app(context),
        host=host,
        port=port,
        log_config=None,
        # Addresses hold the signatures of links; who did what is in the audit.
        access_log=False,
        server_header=False,
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    server = Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)


class Server(uvicorn.Server):
    """Ends open streams before it waits for the last answers: browsers never end them."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        closing(self.config.app)
        await super().shutdown(sockets)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

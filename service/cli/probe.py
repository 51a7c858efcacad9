"""`formwell probe`: is the service on this machine alive? For a container's health check."""

import http.client

import click

from service.cli.exits import fail, settings_or_exit
from service.loopback import from_here

TIMEOUT_SECONDS = 3.0


@click.command("probe")
@click.option("--ready", is_flag=True, help="Ask whether it takes submissions, not only lives.")
def command(*, ready: bool) -> None:
    """Ask /livez, wherever FORMWELL_INTERNAL_BIND is. Exit code 0 when all is well, else 1."""
    address = settings_or_exit().internal_bind
    host = from_here(address.host)
    path = "/readyz" if ready else "/livez"
    connection = http.client.HTTPConnection(host, address.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as error:
        raise fail(f"no answer from {address}{path}: {_words(error)}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise fail(f"{address}{path} answers {response.status}: {text}")
    click.echo(text)


def _words(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "no service listens there; see its log, and FORMWELL_INTERNAL_BIND"
    return str(error)

"""A container of the image, with as few rights as an orchestrator can leave it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.image import inside
from tests.image.docker import Docker
from tests.image.polling import eventually

PUBLIC_PORT = 8080
HEALTHY_SECONDS = 60
WITHOUT_RIGHTS = (
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--memory=256m",
    "--network=none",
)
_CLIENT = Path(inside.__file__).read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container that was started."""

    docker: Docker
    id: str

    def execute(self, *command: str, stdin: bytes | None = None) -> str:
        """What a command inside prints; raises AssertionError when it fails."""
        return self.docker.run("exec", "--interactive", self.id, *command, stdin=stdin)

    def request(
        self,
        method: str,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        accept: str = "text/html",
    ) -> Answer:
        """Ask the public listener, from inside; `form` is sent urlencoded."""
        headers = {"Accept": accept}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asked = {
            "port": PUBLIC_PORT,
            "method": method,
            "path": path,
            "headers": headers,
            "body": None if form is None else urlencode(form),
        }
        return Answer(**json.loads(self.execute("python", "-", json.dumps(asked), stdin=_CLIENT)))

    def state(self) -> dict[str, Any]:
        """The container's state as Docker tells it."""
        state: dict[str, Any] = json.loads(
            self.docker.run("inspect", "--format={{json .State}}", self.id)
        )
        return state

    def wait_for_health(self, wanted: str) -> None:
        """Return when Docker says `healthy` or `unhealthy`, as wanted."""

        def has_come() -> bool:
            state = self.state()
            assert state["Running"], f"ended with {state['ExitCode']}: {self.logs()}"
            return bool(state["Health"]["Status"] == wanted)

        eventually(has_come, HEALTHY_SECONDS, f"the container is {wanted}")

    def stop(self) -> int:
        """`docker stop` with its usual ten seconds; the exit code."""
        self.docker.run("stop", self.id)
        return int(self.state()["ExitCode"])

    def logs(self) -> str:
        """What it wrote to standard output."""
        return self.docker.run("logs", self.id)


@contextmanager
def started(
    docker: Docker, image: str, volume: str, environment: Mapping[str, str] | None = None
) -> Iterator[Container]:
    """A container with `/data` on a named volume; removed afterwards, the volume kept."""
    variables = [f"--env={name}={value}" for name, value in (environment or {}).items()]
    identity = docker.run(
        "run",
        "--detach",
        "--health-interval=1s",
        f"--volume={volume}:/data",
        *WITHOUT_RIGHTS,
        *variables,
        image,
    )
    try:
        yield Container(docker=docker, id=identity)
    finally:
        docker.run("rm", "--force", identity)

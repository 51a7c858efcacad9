"""The image, built once for all tests, and a fresh volume for each."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.image.container import Container, started
from tests.image.docker import Docker, NoDockerError, some_docker

PROJECT = Path(__file__).parents[2]
BUILD_SECONDS = 600


@pytest.fixture(scope="session")
def docker() -> Iterator[Docker]:
    # Not pytest's folder: its path may be too long for a socket, and it is kept after the tests.
    folder = Path(tempfile.mkdtemp(prefix="formwell-image-"))
    try:
        with some_docker(folder) as found:
            yield found
    except NoDockerError as error:
        pytest.skip(str(error))
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def image(docker: Docker) -> Iterator[str]:
    tag = f"formwell-test:{uuid4().hex}"
    docker.run("build", *docker.build_options, "--tag", tag, str(PROJECT), seconds=BUILD_SECONDS)
    yield tag
    docker.run("rmi", tag)


@pytest.fixture
def volume(docker: Docker) -> Iterator[str]:
    name = docker.run("volume", "create")
    yield name
    docker.run("volume", "rm", name)


@pytest.fixture
def container(docker: Docker, image: str, volume: str) -> Iterator[Container]:
    """One that is healthy, with no settings but those of the image."""
    with started(docker, image, volume) as running:
        running.wait_for_health("healthy")
        yield running

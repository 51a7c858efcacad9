"""The image, really built and really run: read-only, without rights, without a network."""

import json

import pytest
from packaging.utils import canonicalize_name

from tests.image.container import Container, started
from tests.image.docker import Docker
from tests.image.polling import eventually
from tests.packaging.locked import pins_of

pytestmark = pytest.mark.slow

FORM = "/f/console-wars"
ANSWERS = {"essay_question": "Sega, of course", "email_addr": "ada@example.org"}
UNREACHABLE = {"FORMWELL_STORE_URL": "http://127.0.0.1:9"}  # the container has no network


def submit(container: Container) -> str:
    """Send the form; the path of the receipt."""
    answer = container.request("POST", FORM, form=ANSWERS)
    assert answer.status == 303, answer.body
    location = answer.headers["location"]
    assert location.startswith(f"{FORM}/receipts/")
    return location


def status_of(container: Container, receipt_path: str) -> str:
    answer = container.request("GET", receipt_path, accept="application/json")
    assert answer.status == 200, answer.body
    return str(json.loads(answer.body)["status"])


def assert_delivered_soon(container: Container, receipt_path: str) -> None:
    eventually(
        lambda: status_of(container, receipt_path) == "delivered", 15, "the receipt says delivered"
    )


def test_the_image_says_what_an_orchestrator_needs_to_know(docker: Docker, image: str) -> None:
    config = json.loads(docker.run("inspect", "--format={{json .Config}}", image))

    assert config["User"] == "10001:10001"
    assert config["Volumes"] == {"/data": {}}
    assert config["ExposedPorts"] == {"8080/tcp": {}, "9090/tcp": {}}
    assert config["Healthcheck"]["Test"] == ["CMD", "formwell", "probe"]
    assert (config["Entrypoint"], config["Cmd"]) == (["formwell"], ["serve"])
    assert {
        "FORMWELL_DATA_DIR=/data",
        "FORMWELL_PUBLIC_BIND=0.0.0.0:8080",
        "FORMWELL_INTERNAL_BIND=0.0.0.0:9090",
    } <= set(config["Env"])


def test_a_submission_is_delivered_and_found_without_any_setting(container: Container) -> None:
    page = container.request("GET", FORM)
    assert (page.status, "Sega Genesis" in page.body) == (200, True)

    receipt_path = submit(container)

    assert_delivered_soon(container, receipt_path)
    hit = json.loads(container.execute("formwell", "search", "console-wars", "sega", "--json"))
    assert hit["document"]["essay_question"] == ANSWERS["essay_question"]


def test_the_pages_style_sheets_are_in_the_image(container: Container) -> None:
    page = container.request("GET", FORM)
    links = [part.split('"')[0] for part in page.body.split('href="') if part.startswith("/static")]

    assert links
    assert [container.request("GET", link).status for link in links] == [200] * len(links)


def test_both_listeners_are_on_all_addresses(container: Container) -> None:
    table = container.execute("cat", "/proc/net/tcp")
    rows = [line.split() for line in table.splitlines()[1:]]
    listening = {row[1] for row in rows if row[3] == "0A"}  # proc(5): TCP_LISTEN

    assert {f"00000000:{port:04X}" for port in (8080, 9090)} <= listening


def test_asked_to_stop_it_exits_with_zero(container: Container) -> None:
    assert container.stop() == 0


def test_a_process_that_turns_no_more_is_unhealthy(container: Container) -> None:
    container.docker.run("kill", "--signal=STOP", container.id)

    container.wait_for_health("unhealthy")


def test_what_the_volume_keeps_is_delivered_after_a_restart(
    docker: Docker, image: str, volume: str
) -> None:
    with started(docker, image, volume, UNREACHABLE) as without_store:
        without_store.wait_for_health("healthy")
        receipt_path = submit(without_store)
        assert status_of(without_store, receipt_path) == "received"
        assert without_store.stop() == 0

    with started(docker, image, volume) as with_store:
        with_store.wait_for_health("healthy")
        assert_delivered_soon(with_store, receipt_path)
        assert with_store.stop() == 0


def test_the_installer_stays_behind_and_the_bytecode_comes_along(container: Container) -> None:
    code = "import importlib.util as u; print(u.find_spec('pip'), u.find_spec('service').cached)"
    pip, bytecode = container.execute("python", "-c", code).split()

    assert pip == "None"
    assert container.execute("ls", bytecode) == bytecode


def test_the_image_has_what_the_lock_has_and_nothing_else(container: Container) -> None:
    """SUP-1: an image is made of the versions that were tested."""
    code = (
        "import importlib.metadata as m\n"
        "print(*{f'{d.name}=={d.version}' for d in m.distributions()})"
    )
    installed = dict(each.split("==") for each in container.execute("python", "-c", code).split())
    versions = {canonicalize_name(name): version for name, version in installed.items()}
    versions.pop(canonicalize_name("formwell"))
    pins = pins_of("run")

    assert {name: {str(pin.version) for pin in pins[name]} for name in versions} == {
        name: {version} for name, version in versions.items()
    }
    assert set(versions) >= {name for name, found in pins.items() if found[0].marker is None}

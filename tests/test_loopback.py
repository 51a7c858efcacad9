import pytest

from service.loopback import from_here, is_loopback


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("localhost", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("localhost.example.org", False),
        ("169.254.169.254", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer


@pytest.mark.parametrize(
    ("bound", "host"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("::", "::1"),
        ("192.0.2.7", "192.0.2.7"),
        ("forms.internal", "forms.internal"),
    ],
)
def test_a_listener_on_every_address_is_reached_by_loopback(bound: str, host: str) -> None:
    assert from_here(bound) == host

"""Settings: every error at once, each with the variable, what is wrong and what is right."""

import os
from ipaddress import ip_network
from pathlib import Path

import pytest

from service.aws_target import AwsTarget
from service.rate import Rate
from service.setting_values import Address
from service.settings import Settings, SettingsError, read_settings, unknown_names
from service.store_name import name_store
from tests.certificates import Authority

NEW_KEY = "new-key-of-32-letters-0123456789"
OLD_KEY = "old-key-of-32-letters-9876543210"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("FORMWELL_")]:
        monkeypatch.delenv(name)


def problems(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, ...]:
    for name, value in variables.items():
        monkeypatch.setenv(f"FORMWELL_{name}", value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    return refused.value.problems


def test_every_setting_is_optional() -> None:
    assert read_settings() == Settings()


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMWELL_PUBLIC_BIND", "")
    monkeypatch.setenv("FORMWELL_SHUTDOWN_SECONDS", " ")
    assert read_settings() == Settings()


def test_all_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATA_DIR": "/srv/formwell",
        "SLOT": "12",
        "VOLUME": "Ephemeral",
        "FORMS_DIR": "/etc/formwell/forms",
        "STORE_URL": "https://user:pass@search.example.org:9200/path",
        "PUBLIC_BIND": "[::]:80",
        "INTERNAL_BIND": "localhost:0",
        "PUBLIC_URL": "https://forms.example.org/",
        "ALLOWED_HOSTS": "Forms.example.org, [::1]",
        "SECRET_KEYS": f"{NEW_KEY},{OLD_KEY}",
        "WORKERS": "1",
        "TRUSTED_PROXIES": "10.0.0.0/8,fd00::/8",
        "RATE_LIMIT_CLIENT": "60/minute",
        "RATE_LIMIT_FORM": "Off",
        "RATE_LIMIT_TOTAL": "1000 / Hour",
        "SHUTDOWN_SECONDS": "25.5",
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "json",
    }.items():
        monkeypatch.setenv(f"FORMWELL_{name}", value)
    assert read_settings() == Settings(
        data_dir=Path("/srv/formwell"),
        slot=12,
        volume="ephemeral",
        forms_dir=Path("/etc/formwell/forms"),
        store_url="https://user:pass@search.example.org:9200/path",
        public_bind=Address(host="::", port=80),
        internal_bind=Address(host="localhost", port=0),
        public_url="https://forms.example.org",
        allowed_hosts=("forms.example.org", "[::1]"),
        secret_keys=(NEW_KEY, OLD_KEY),
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("fd00::/8")),
        rate_limit_client=Rate(count=60, seconds=60),
        rate_limit_total=Rate(count=1_000, seconds=3_600),
        shutdown_seconds=25.5,
        log_level="warning",
        log_format="json",
    )


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{NEW_KEY}\n")
    monkeypatch.setenv("FORMWELL_SECRET_KEYS_FILE", str(tmp_path / "key"))
    assert read_settings().secret_keys == (NEW_KEY,)


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("STORE_URL", "search.example.org", "it must be embedded, null: or the address"),
        ("STORE_URL", "ftp://search.example.org", "it must be embedded"),
        ("STORE_URL", "https://host:99999", "it must be embedded"),
        ("STORE_URL", "http://search.example.org:/", "no port behind it; write the port, like"),
        ("STORE_URL", "https://[fd00::1]:", "or leave the colon out"),
        ("STORE_CA_FILE", "/nonexistent/ca.pem", "cannot be read: No such file"),
        ("STORE_CA_FILE", __file__, "which holds no certificate; it must be a file in PEM"),
        ("AWS_SERVICE", "s3", "it must be one of es, aoss, none"),
        ("AWS_REGION", "Ireland", "like eu-west-1"),
        ("AWS_REGION", "eu-west-1", "names no OpenSearch to sign requests for"),
        ("PUBLIC_BIND", "8080", "like 127.0.0.1:8080"),
        ("PUBLIC_BIND", "127.0.0.1:http", "like 127.0.0.1:8080"),
        ("PUBLIC_BIND", "a..b:8080", "like 127.0.0.1:8080"),
        ("DATA_DIR", "\udcff", "is not UTF-8"),
        ("SECRET_KEYS", "\udcff" * 20, "is not UTF-8"),
        ("INTERNAL_BIND", "127.0.0.1:65536", "like 127.0.0.1:8080"),
        ("PUBLIC_URL", "https://example.org:/", "with a colon and no port behind it"),
        ("PUBLIC_URL", "https://example.org/forms", "like https://forms.example.org"),
        ("ALLOWED_HOSTS", "https://example.org", "host names without scheme and port"),
        ("SECRET_KEYS", "k" * 31, "has a key of less than 32 characters"),
        ("SECRET_KEYS", f"{'x' * 64},{'0123456789' * 4}", "less than 8 different characters"),
        ("SECRET_KEYS", ",", "has no key"),
        ("SLOT", "-1", "it must be auto, or a number from 0 to 999"),
        ("SLOT", "1000", "it must be auto, or a number from 0 to 999"),
        ("SLOT", "1", "the embedded store serves one"),
        ("SLOT", "auto", "the embedded store serves one"),
        ("VOLUME", "tmpfs", "it must be one of persistent, ephemeral"),
        ("WORKERS", "4", "the embedded store serves one process"),
        *(("WORKERS", text, "a number from 1 to 64") for text in ("0", "65", "-1", "two", "1.5")),
        *(
            ("RATE_LIMIT_TOTAL", text, "like 100/second or 60/minute")
            for text in ("on", "100", "0/second", "-1/second", "1.5/second", "10/day", "9e9/hour")
        ),
        ("TRUSTED_PROXIES", "10.1.2.3/16", "which is in 10.1.0.0/16; it must be networks"),
        ("TRUSTED_PROXIES", "proxy", "contains 'proxy'; it must be networks"),
        ("SHUTDOWN_SECONDS", "soon", "a number of seconds from 0 to 3600"),
        ("SHUTDOWN_SECONDS", "nan", "a number of seconds from 0 to 3600"),
        ("LOG_LEVEL", "inof", "did you mean info?"),
        ("LOG_FORMAT", "xml", "one of json, console"),
        ("SECRET_KEYS_FILE", "/nonexistent/key", "cannot be read: No such file"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, what: str
) -> None:
    (problem,) = problems(monkeypatch, **{name: value})
    assert problem.startswith(f"FORMWELL_{name} ")
    assert what in problem


def test_a_colon_without_a_port_shows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems(monkeypatch, STORE_URL="https://user:hush@search.example.org:")
    assert "'https://search.example.org:'" in problem
    assert "hush" not in problem


def test_a_process_may_take_whatever_slot_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMWELL_STORE_URL", "null:")
    monkeypatch.setenv("FORMWELL_SLOT", "Auto")
    assert read_settings().slot is None


@pytest.mark.parametrize("text", ["*", "0.0.0.0/0", "10.0.0.0/8, ::/0", "::/00"])
def test_nobody_may_trust_everybody(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """IP-5: whoever is trusted says who a client is."""
    (problem,) = problems(monkeypatch, TRUSTED_PROXIES=text)
    assert problem.startswith("FORMWELL_TRUSTED_PROXIES ")
    assert "which trusts everybody" in problem


def test_all_errors_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(monkeypatch, PUBLIC_BIND="x", LOG_LEVEL="x", WORKERS="x")
    assert len(found) == 3


def test_no_secret_is_in_what_settings_look_like(monkeypatch: pytest.MonkeyPatch) -> None:
    """SUP-8: settings may end in a crash's report."""
    monkeypatch.setenv("FORMWELL_SECRET_KEYS", f"{NEW_KEY},{OLD_KEY}")
    monkeypatch.setenv("FORMWELL_STORE_URL", "https://user:hush@search.example.org")
    settings = read_settings()
    shown = f"{settings!r} {settings}"
    assert not [secret for secret in (NEW_KEY, OLD_KEY, "hush") if secret in shown]


def test_a_secret_is_not_repeated_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(monkeypatch, SECRET_KEYS="hush", STORE_URL="http://u:hush@")
    assert "hush" not in " ".join(found)


@pytest.mark.parametrize("password", ["hush", "p@hush", "pa/hush", "pa/h@hush"])
def test_no_part_of_a_password_is_shown(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    url = f"http://user:{password}@search.example.org:99999/x"
    (problem,) = problems(monkeypatch, STORE_URL=url)
    assert "hush" not in problem
    assert name_store(url) == "http://search.example.org:99999/x"


@pytest.mark.parametrize("url", ["user:hush@search.example.org:9200", "user:h//hush@h.example"])
def test_a_password_is_none_the_less_one_where_the_scheme_was_forgotten(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    (problem,) = problems(monkeypatch, STORE_URL=url)
    assert "hush" not in problem
    assert "user" not in problem.partition("; ")[0]


def test_a_password_that_ends_the_address_is_told_to_be_encoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (problem,) = problems(monkeypatch, STORE_URL="https://user:a#hush@search.example.org")
    assert problem.endswith("percent-encoded, # as %23")
    assert "hush" not in problem


def test_two_listeners_on_one_address_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(monkeypatch, PUBLIC_BIND="127.0.0.1:9090", WORKERS="0")
    assert len(found) == 2
    assert "same address" in found[1]


def test_an_unknown_name_is_named_with_the_closest_known_one() -> None:
    assert unknown_names(
        {"FORMWELL_STORE_ULR": "x", "FORMWELL_PORT": "tcp://1.2.3.4:80", "HOME": "/"}
    ) == (
        "FORMWELL_PORT is not a setting of Formwell",
        "FORMWELL_STORE_ULR is not a setting of Formwell; FORMWELL_STORE_URL is",
    )
    assert unknown_names({"FORMWELL_SECRET_KEYS_FILE": "x"}) == ()
    assert unknown_names({"FORMWELL_STORE_CA_FILE": "x"}) == ()


def test_what_to_sign_for_is_read_from_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMWELL_STORE_URL", "https://search-a.eu-west-1.es.amazonaws.com")
    assert read_settings().aws == AwsTarget(service="es", region="eu-west-1")
    monkeypatch.setenv("FORMWELL_AWS_SERVICE", "None")
    assert read_settings().aws is None


def test_a_private_ca_is_read_for_an_address_with_tls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_bytes(Authority().certificate)
    monkeypatch.setenv("FORMWELL_STORE_CA_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("FORMWELL_STORE_URL", "https://search.example.org")
    assert read_settings().store_ca_file == tmp_path / "ca.pem"
    (problem,) = problems(monkeypatch, STORE_URL="http://search.example.org")
    assert problem.startswith("FORMWELL_STORE_CA_FILE is set but FORMWELL_STORE_URL does not")


def test_what_hangs_on_a_wrong_address_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(monkeypatch, STORE_URL="search.example.org", AWS_REGION="eu-west-1")
    assert [problem.split()[0] for problem in found] == ["FORMWELL_STORE_URL"]


def test_contradictions_come_with_all_other_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://user:hush@search-a.eu-west-1.es.amazonaws.com"
    found = problems(monkeypatch, STORE_URL=url, LOG_LEVEL="x")
    assert len(found) == 3
    assert "hush" not in " ".join(found)


@pytest.mark.parametrize(
    "files",
    [
        {"theme.css": b"a{}"},
        {"logo.svg": b"<svg/>"},
        {"logo.png": PNG},
        {"theme.css": b"", "x": b""},
    ],
)
def test_a_theme_may_have_a_style_sheet_or_a_logo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, bytes]
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setenv("FORMWELL_THEME_DIR", str(tmp_path))
    monkeypatch.setenv("FORMWELL_SITE_NAME", "Town Library")
    settings = read_settings()
    assert (settings.theme_dir, settings.site_name) == (tmp_path, "Town Library")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "where there is no theme.css, logo.svg or logo.png; put one of them there"),
        ({"theme.css": b"a { \xff }"}, "whose theme.css is not in UTF-8"),
        ({"logo.svg": b"<html>"}, "whose logo.svg is no SVG image"),
        ({"logo.png": b"GIF89a"}, "whose logo.png is no PNG image"),
        ({"theme.css": b" " * 300_000}, "whose theme.css has 300,000 bytes; it may have 262,144"),
    ],
)
def test_a_theme_that_no_browser_could_use_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, bytes], sentence: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (problem,) = problems(monkeypatch, THEME_DIR=str(tmp_path))
    assert problem.startswith("FORMWELL_THEME_DIR names ")
    assert sentence in problem


def test_a_theme_s_folder_that_is_not_there_and_a_name_of_two_lines_are_told_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    theme, name = problems(monkeypatch, THEME_DIR=str(tmp_path / "no"), SITE_NAME="Town\nLibrary")
    assert "cannot be read: No such file or directory; it must be a folder" in theme
    assert "it must be one line of at most 80 characters" in name

"""Settings: environment variables with the prefix FORMWELL_, read once, every error at once."""

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from environs import FileAwareEnv, ValidationError

from service import setting_files, setting_values
from service.aws_target import AwsTarget, AwsTargetError, read_aws_target
from service.rate import Rate
from service.setting_values import EMBEDDED, EPHEMERAL, PERSISTENT, Address, Network

PREFIX = "FORMWELL_"

T = TypeVar("T")


class SettingsError(Exception):
    """One or more variables cannot be used; `problems` has a sentence for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


_PUBLIC = Address(host="127.0.0.1", port=8080)
_INTERNAL = Address(host="127.0.0.1", port=9090)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, with their defaults; docs: the table in README.md."""

    data_dir: Path = Path("data")
    slot: int | None = 0
    volume: str = PERSISTENT
    forms_dir: Path | None = None
    store_url: str = field(default=EMBEDDED, repr=False)  # may hold a password
    store_ca_file: Path | None = None
    aws: AwsTarget | None = None
    public_bind: Address = _PUBLIC
    internal_bind: Address = _INTERNAL
    public_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    secret_keys: tuple[str, ...] = field(default=(), repr=False)
    workers: int = 1
    trusted_proxies: tuple[Network, ...] = ()
    rate_limit_client: Rate | None = None
    rate_limit_form: Rate | None = None
    rate_limit_total: Rate | None = None
    theme_dir: Path | None = None
    site_name: str | None = None
    shutdown_seconds: float = 8.0
    log_level: str = "info"
    log_format: str | None = None


_NAMES = (
    "DATA_DIR",
    "SLOT",
    "VOLUME",
    "FORMS_DIR",
    "STORE_URL",
    "STORE_CA_FILE",
    "AWS_SERVICE",
    "AWS_REGION",
    "PUBLIC_BIND",
    "INTERNAL_BIND",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "SECRET_KEYS",
    "WORKERS",
    "TRUSTED_PROXIES",
    "RATE_LIMIT_CLIENT",
    "RATE_LIMIT_FORM",
    "RATE_LIMIT_TOTAL",
    "THEME_DIR",
    "SITE_NAME",
    "SHUTDOWN_SECONDS",
    "LOG_LEVEL",
    "LOG_FORMAT",
)


def read_settings() -> Settings:
    """The settings of this process's environment; raises SettingsError with every problem.

    `NAME_FILE` may name a file that holds the value of `NAME`. An empty variable counts as unset.
    """
    reader = _Reader()
    defaults = Settings()
    settings = Settings(
        data_dir=reader.read("DATA_DIR", Path, defaults.data_dir),
        slot=reader.read("SLOT", setting_values.slot, defaults.slot),
        volume=reader.read("VOLUME", setting_values.one_of(PERSISTENT, EPHEMERAL), defaults.volume),
        forms_dir=reader.read("FORMS_DIR", Path, None),
        store_url=reader.read("STORE_URL", setting_values.store_url, defaults.store_url),
        store_ca_file=reader.read("STORE_CA_FILE", setting_files.certificates, None),
        public_bind=reader.read("PUBLIC_BIND", setting_values.address, defaults.public_bind),
        internal_bind=reader.read("INTERNAL_BIND", setting_values.address, defaults.internal_bind),
        public_url=reader.read("PUBLIC_URL", setting_values.public_url, None),
        allowed_hosts=reader.read("ALLOWED_HOSTS", setting_values.hosts, ()),
        secret_keys=reader.read("SECRET_KEYS", setting_values.secrets, ()),
        workers=reader.read("WORKERS", setting_values.workers, defaults.workers),
        trusted_proxies=reader.read("TRUSTED_PROXIES", setting_values.networks, ()),
        rate_limit_client=reader.read("RATE_LIMIT_CLIENT", setting_values.rate_limit, None),
        rate_limit_form=reader.read("RATE_LIMIT_FORM", setting_values.rate_limit, None),
        rate_limit_total=reader.read("RATE_LIMIT_TOTAL", setting_values.rate_limit, None),
        theme_dir=reader.read("THEME_DIR", setting_files.theme_dir, None),
        site_name=reader.read("SITE_NAME", setting_values.site_name, None),
        shutdown_seconds=reader.read(
            "SHUTDOWN_SECONDS", setting_values.seconds, defaults.shutdown_seconds
        ),
        log_level=reader.read(
            "LOG_LEVEL", setting_values.one_of(*setting_values.LEVELS), defaults.log_level
        ),
        log_format=reader.read("LOG_FORMAT", setting_values.one_of("json", "console"), None),
    )
    aws = _read_aws(reader, settings)
    if settings.public_bind.port and settings.public_bind == settings.internal_bind:
        reader.problems.append(
            f"{PREFIX}INTERNAL_BIND is the same address as {PREFIX}PUBLIC_BIND "
            f"({settings.public_bind}); give it a port of its own"
        )
    if settings.slot != 0 and settings.store_url == EMBEDDED:
        reader.problems.append(
            f"{PREFIX}SLOT is for several processes, and the embedded store serves one: "
            f"unset it, or set {PREFIX}STORE_URL to an OpenSearch"
        )
    if settings.workers > 1 and settings.store_url == EMBEDDED:
        reader.problems.append(
            f"{PREFIX}WORKERS is {settings.workers}, and the embedded store serves one process: "
            f"leave it unset, or set {PREFIX}STORE_URL to an OpenSearch"
        )
    if settings.workers > 1 and settings.slot != 0:
        reader.problems.append(
            f"{PREFIX}SLOT is for processes that are started one by one, and {PREFIX}WORKERS gives "
            "each of its processes a slot, from 0 on: unset one of the two"
        )
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return replace(settings, aws=aws)


def _read_aws(reader: "_Reader", settings: Settings) -> AwsTarget | None:
    """What requests are signed for. What hangs on a value that is wrong itself is not judged."""
    right_so_far = len(reader.problems)
    service = reader.read("AWS_SERVICE", setting_values.one_of("es", "aoss", "none"), None)
    region = reader.read("AWS_REGION", setting_values.region, None)
    wrong = {problem.split()[0].removesuffix("_FILE") for problem in reader.problems}
    if f"{PREFIX}STORE_URL" in wrong or len(reader.problems) > right_so_far:
        return None
    if settings.store_ca_file is not None and not settings.store_url.lower().startswith("https:"):
        reader.problems.append(
            f"{PREFIX}STORE_CA_FILE is set but {PREFIX}STORE_URL does not start with https://; "
            "correct the address, or unset it"
        )
    try:
        return read_aws_target(settings.store_url, service=service, region=region)
    except AwsTargetError as error:
        reader.problems.extend(error.problems)
        return None


def unknown_names(environ: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each FORMWELL_ variable that is none of ours, with the closest that is.

    A warning, not an error: Kubernetes sets FORMWELL_PORT and its like for a Service of our name.
    """
    known = {f"{PREFIX}{name}" for name in _NAMES}
    unknown = sorted(
        name
        for name in environ
        if name.startswith(PREFIX) and name not in known and name.removesuffix("_FILE") not in known
    )
    sentences = []
    for name in unknown:
        # Without the prefix, which would make any two short names look alike.
        close = difflib.get_close_matches(name.removeprefix(PREFIX), _NAMES, n=1, cutoff=0.8)
        sentences.append(
            f"{name} is not a setting of Formwell" + (f"; {PREFIX}{close[0]} is" if close else "")
        )
    return tuple(sentences)


class _Reader:
    """Reads variables and gathers what is wrong with them."""

    def __init__(self) -> None:
        self._environment = FileAwareEnv(prefix=PREFIX, strip_whitespace=True)
        self.problems: list[str] = []

    def read(self, name: str, parse: Callable[[str], T], default: T) -> T:
        try:
            text = self._environment.str(name, "").strip()
            if any("\ud800" <= letter <= "\udfff" for letter in text):  # bytes that are no UTF-8
                raise ValidationError("is not UTF-8")
            return parse(text) if text else default
        except UnicodeDecodeError:
            self._reject(f"{name}_FILE", "does not name a text file in UTF-8")
        except (ValueError, OSError) as error:  # what environs lets pass for a file it cannot read
            file = os.environ.get(f"{PREFIX}{name}_FILE", "")
            reason = error.__cause__ if isinstance(error.__cause__, OSError) else error
            why = getattr(reason, "strerror", None) or reason
            self._reject(f"{name}_FILE", f"names {file!r}, which cannot be read: {why}")
        except ValidationError as error:
            self._reject(name, str(error.args[0]))
        return default

    def _reject(self, name: str, sentence: str) -> None:
        self.problems.append(f"{PREFIX}{name} {sentence}")

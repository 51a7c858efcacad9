"""deploy/monitoring: rules and a dashboard that speak of metrics there are."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from service.observability.batch_histogram import BatchHistogram
from service.observability.metrics import Metrics
from service.observability.worker_metrics import WorkerMetrics

ROOT = Path(__file__).parents[1]
MONITORING = ROOT / "deploy" / "monitoring"
TEXTS = (
    MONITORING / "alerts.yaml",
    MONITORING / "alerts.test.yaml",
    MONITORING / "dashboard.json",
    ROOT / "docs" / "capacity.md",
    ROOT / "docs" / "operations.md",
)
# Of a metric's samples, what is added to its name; of `_created` nobody makes a dashboard.
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
}
OF_THE_SCRAPE = {"job", "instance", "le", "worker"}

_SELECTOR = re.compile(r"\b(formwell_\w+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!=|=)")


def samples(*, for_people: bool) -> Mapping[str, set[str]]:
    """The labels of each sample that `/metrics` may have, by its name; people may call all samples
    of a histogram by the name that they have together."""
    found: dict[str, set[str]] = {}
    for metric in (*vars(Metrics()).values(), *vars(WorkerMetrics()).values()):
        if isinstance(metric, (MetricWrapperBase, BatchHistogram)):
            (family,) = metric.describe()
            together = ("",) if for_people and family.type == "histogram" else ()
            for suffix in (*SUFFIXES[family.type], *together):
                found[family.name + suffix] = set(getattr(metric, "_labelnames", ()))
    return found


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_metric_that_is_named_exists_with_its_labels(path: Path) -> None:
    known = samples(for_people=path.suffix == ".md")
    named = _SELECTOR.findall(path.read_text().replace('\\"', '"'))
    assert named
    for name, labels in named:
        assert name in known, f"{path.name} names {name}"
        assert set(_LABEL.findall(labels)) <= known[name] | OF_THE_SCRAPE, f"{name}{{{labels}}}"


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def test_every_alert_says_what_it_means_and_is_raised_in_the_tests_of_the_rules() -> None:
    tests = (MONITORING / "alerts.test.yaml").read_text()
    for alert in alerts():
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert "$labels.instance" in alert["annotations"]["summary"]
        assert alert["annotations"]["description"].endswith(".")
        assert f'alertname="{alert["alert"]}"' in tests


def test_every_reason_that_is_alerted_on_is_the_code_of_a_refusal() -> None:
    (refusing,) = (alert for alert in alerts() if alert["alert"] == "FormwellRefusing")
    reasons = re.search(r'reason=~"([^"]+)"', refusing["expr"])
    assert reasons is not None
    codes = (ROOT / "service" / "web" / "refusals.py").read_text()
    assert all(f'code="{reason}"' in codes for reason in reasons[1].split("|"))


def panels() -> Iterator[dict[str, Any]]:
    yield from json.loads((MONITORING / "dashboard.json").read_text())["panels"]


def test_panels_of_the_dashboard_have_a_place_each_and_ask_the_chosen_source() -> None:
    assert len({panel["id"] for panel in panels()}) == len(list(panels()))
    for panel in panels():
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        for target in panel.get("targets", ()):
            assert target["datasource"]["uid"] == "${datasource}"
            assert '$instance"' in target["expr"]
    for one, other in combinations((panel["gridPos"] for panel in panels()), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below, f"{one} and {other} overlap"


def promtool(folder: Path, *arguments: str) -> None:
    """Run it, and fail with what it says; skip where it is not installed."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not here; it comes with Prometheus")
    ended = subprocess.run(
        (program, *arguments), cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_prometheus_takes_the_rules() -> None:
    promtool(MONITORING, "check", "rules", "alerts.yaml")


def test_each_alert_is_raised_when_it_should_be_and_none_in_health() -> None:
    promtool(MONITORING, "test", "rules", "alerts.test.yaml")


def test_prometheus_takes_what_the_dashboard_asks(tmp_path: Path) -> None:
    asked = [
        target["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*")
        for panel in panels()
        for target in panel.get("targets", ())
    ]
    assert asked
    rules = [{"record": f"asked:{number}", "expr": expr} for number, expr in enumerate(asked)]
    groups = {"groups": [{"name": "dashboard", "rules": rules}]}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(groups))
    promtool(tmp_path, "check", "rules", "rules.yaml")

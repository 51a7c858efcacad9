"""The OpenSearch that contenders write to, asked directly; and Formwell's own numbers."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

_ASK_WITHIN_SECONDS = 30.0
_EVERY_SECONDS = 0.05


class StoreView:
    """One OpenSearch. All methods block, and raise OSError where it does not answer."""

    def __init__(self, url: str) -> None:
        self.url = url

    def count(self, index: str) -> int:
        """How many documents an index has, those of the last moment too; 0 where it is missing."""
        try:
            self.ask("POST", f"/{index}/_refresh")
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404:
                    return 0
                raise
        return int(self.ask("GET", f"/{index}/_count")["count"])

    def remove(self, index: str) -> None:
        """Remove an index and the template that Formwell made for it, where there are any."""
        self.ask("DELETE", f"/{index}?ignore_unavailable=true")
        try:
            self.ask("DELETE", f"/_index_template/formwell-{index}")
        except urllib.error.HTTPError as error:
            with error:
                if error.code != 404:
                    raise

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What it answers, as JSON."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=_ASK_WITHIN_SECONDS) as answer:
            return json.load(answer)


def metrics_of(internal_url: str) -> Mapping[str, float]:
    """Formwell's metrics, summed as `sums` does it."""
    with urllib.request.urlopen(f"{internal_url}/metrics", timeout=_ASK_WITHIN_SECONDS) as answer:
        return sums(answer.read().decode())


def sums(text: str) -> Mapping[str, float]:
    """Each metric's name with the sum over all its labels, and `name{value}` with the sum over what
    has a label of this value; so those of several workers count together."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labelled = (f"{sample.name}{{{value}}}" for value in sample.labels.values())
            for name in (sample.name, *labelled):
                found[name] = found.get(name, 0.0) + sample.value
    return found


def pending(internal_url: str) -> int:
    """How many rows of Formwell's spool wait for delivery."""
    return int(metrics_of(internal_url).get("formwell_spool_rows{pending}", 0))


def delivered(internal_url: str) -> int:
    """How many documents Formwell's store has acknowledged since the start."""
    figures = metrics_of(internal_url)
    return int(
        figures.get("formwell_bulk_items_total{created}", 0)
        + figures.get("formwell_bulk_items_total{duplicate}", 0)
    )


def wait_until_drained(internal_url: str, within_seconds: float) -> int:
    """Wait until nothing waits for delivery, or the time is over; how many rows wait then."""
    deadline = time.monotonic() + within_seconds
    while (rows := pending(internal_url)) and time.monotonic() < deadline:
        time.sleep(_EVERY_SECONDS)
    return rows

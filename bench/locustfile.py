"""People and programs that send a form, for Locust: `make load`, or
`locust -f bench/locustfile.py --host http://127.0.0.1:8080`.

A visitor gets the page, thinks, and sends it; some leave before, some make a mistake and mend it,
some click twice. A program sends JSON with a key of its own, and sometimes repeats it. Whoever is
asked to come back later does: such an answer counts as a failure, and what is sent again is the
same submission.
"""

import json
import time
import uuid
from pathlib import Path

from locust import FastHttpUser, between, events, task
from locust.argument_parser import LocustArgumentParser

from bench import visits

LATER = {429, 503}
MOST_TRIES = 5


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]  # Locust's
def _add_options(parser: LocustArgumentParser) -> None:
    parser.add_argument("--form", default="console-wars", help="The form's id")
    parser.add_argument("--answers", default="", help="A file of answers, a JSON object a line")
    parser.add_argument("--thinking", type=float, default=20.0, help="Seconds, in the median")


class _Sender(FastHttpUser):
    """What visitors and programs have in common; `location` is where the last answer led to."""

    abstract = True

    def on_start(self) -> None:
        """Read what is to be sent."""
        options = self.environment.parsed_options
        self.path = f"/f/{options.form}"
        self.thinking_seconds = options.thinking
        self.location = ""
        self.answers = visits.read_answers(Path(options.answers)) if options.answers else []

    def send(self, name: str, body: str, headers: dict[str, str], expected: set[int]) -> int:
        """Send until it is taken or refused for good; the last status, 0 for no answer."""
        status: int = 0
        for _ in range(MOST_TRIES):
            with self.client.post(
                self.path,
                data=body,
                headers=headers,
                name=name,
                allow_redirects=False,
                catch_response=True,
            ) as answer:
                status = answer.status_code
                if status in expected:
                    answer.success()
                    self.location = answer.headers.get("Location", "")
                    return status
                answer.failure(f"{status}")
                later = answer.headers.get("Retry-After") if status in LATER else None
            if status and status not in LATER:
                return status
            time.sleep(visits.waiting_seconds(later))  # Locust lets others run meanwhile
        return status


class Visitor(_Sender):
    """A person with a browser; when one has gone, the next one comes."""

    weight = 9
    wait_time = between(0, 1)

    @task
    def visit(self) -> None:
        """From the page to the receipt."""
        plan = visits.plan()
        with self.client.get(self.path, name="page", catch_response=True) as page:
            if page.status_code != 200:
                page.failure(f"{page.status_code}")
                return
            key = visits.key_of(page.text or "")
        if plan.leaves:
            return
        time.sleep(visits.thinking_seconds(self.thinking_seconds))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        if plan.makes_a_mistake:
            # Nothing filled in; a form that requires nothing takes it.
            empty = visits.as_browser_sends({}, key)
            if self.send("submit with a mistake", empty, headers, {303, 422}) != 422:
                return
            time.sleep(visits.thinking_seconds(self.thinking_seconds) / 4)
        body = visits.as_browser_sends(visits.one_of(self.answers), key)
        if self.send("submit", body, headers, {303}) != 303:
            return
        if plan.clicks_twice:
            self.send("submit again", body, headers, {303})
        self.client.get(self.location, name="receipt")


class Program(_Sender):
    """A client of the API."""

    weight = 1
    wait_time = between(5, 15)

    @task
    def submit(self) -> None:
        """One submission, and one time in ten the same again."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        body = json.dumps(visits.one_of(self.answers))
        status = self.send("submit JSON", body, headers, {200, 201})
        if status == 201 and visits.plan().makes_a_mistake:
            self.send("submit JSON again", body, headers, {200})

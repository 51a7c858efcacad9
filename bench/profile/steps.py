"""From sampled stacks to the steps of a request. Pure.

A sample belongs to the innermost of its frames that is in the table. So what the standard
library or a library does for a step counts for that step, and a function that moves to another
file of the same package stays where it was.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LOOP = "Event loop, sockets"
WRITER = "spool"
"""The name of the spool's thread."""

# The first that "file function" begins with, or contains after a slash, is the step.
ON_THE_LOOP: Sequence[tuple[str, str]] = (
    ("service/web/server.py", "HTTP parser, connection"),
    ("service/web/connection.py", "HTTP parser, connection"),
    ("service/web/heads.py", "HTTP parser, connection"),
    ("aiohttp/web_response.py", "Answer"),
    ("aiohttp/http_writer.py", "Answer"),
    ("service/web/receipt_links.py", "Answer"),
    ("service/web/protection.py", "Answer"),
    ("service/web/problems.py", "Answer"),
    ("service/web/rendering.py", "Page"),
    ("service/web/pages.py", "Page"),
    ("service/web/page", "Page"),
    ("service/web/kept_pages.py", "Page"),
    ("jinja2/", "Page"),
    ("<template>", "Page"),
    ("templates/", "Page"),
    ("aiohttp/web_urldispatcher.py", "Route"),
    ("aiohttp/web_middlewares.py", "Route"),
    ("aiohttp/web_app.py", "Route"),
    ("aiohttp/", "HTTP parser, connection"),
    ("structlog/", "Line in the log"),
    ("logging/", "Line in the log"),
    ("prometheus_client/", "Metrics"),
    ("service/observability/metric", "Metrics"),
    ("service/observability/", "Line in the log"),
    ("service/web/requests.py submission_key", "Key"),
    ("service/submission.py new_key", "Key"),
    ("service/submission.py tame_key", "Key"),
    ("service/submission.py derive_receipt", "Digest, receipt"),
    ("service/submission.py encode_answers", "Digest, receipt"),
    ("service/submission.py", "Document"),
    ("service/web/bodies.py", "Body"),
    ("service/web/requests.py", "Body"),
    ("service/forms/", "Validation"),
    ("marshmallow/", "Validation"),
    ("service/web/client_address.py", "Client's address"),
    ("service/running/held_slots.py", "Hand-over to the spool"),
    ("service/delivery/", "Delivery"),
    ("service/null_store.py", "Delivery"),
    ("service/opensearch/", "Delivery"),
    ("service/spool/", "Hand-over to the spool"),
    ("service/web/submit.py", "Handler"),
    ("service/web/", "Border"),
)
ON_THE_WRITER: Sequence[tuple[str, str]] = (
    ("service/spool/claims.py", "Spool's thread: delivery"),
    ("service/spool/writer.py Writer._tell", "Spool's thread: hand-back"),
    ("service/spool/writer.py Writer._resolve", "Spool's thread: hand-back"),
    ("service/spool/writer.py", "Spool's thread: commit"),
    ("service/spool/file.py", "Spool's thread: commit"),
    ("service/spool/", "Spool's thread: rows"),
)
# Whatever is done with the file is done by it; the step is its caller's.
ON_BEHALF = "service/spool/connection.py"
OTHER_THREADS = "Other threads"

_FRAME = re.compile(r"^(?P<function>.*) \((?P<file>.*?)(?::\d+)?\)$")
_THREAD = re.compile(r"^thread \([^)]*\): (?P<name>.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Functions with their files, outermost first, and how often it was seen like this."""

    thread: str
    frames: Sequence[tuple[str, str]]
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was seen in a step, and the functions in which it was seen most often."""

    name: str
    seen: int
    functions: Sequence[tuple[str, int]]


def parse_stacks(text: str) -> Sequence[Stack]:
    """What `py-spy record --format raw --threads` writes: a stack a line, frames between
    semicolons, the count at the end."""
    stacks = []
    for line in text.splitlines():
        stack, _, seen = line.rpartition(" ")
        thread, *frames = stack.split(";")
        found = [match for frame in frames if (match := _FRAME.match(frame))]
        name = _THREAD.match(thread)
        stacks.append(
            Stack(
                thread=name["name"] if name else "",
                frames=[(match["function"], match["file"]) for match in found],
                seen=int(seen),
            )
        )
    return stacks


def steps(stacks: Iterable[Stack]) -> Sequence[Step]:
    """The steps, the most frequent first."""
    seen: Counter[str] = Counter()
    functions: dict[str, Counter[str]] = {}
    for stack in stacks:
        step = step_of(stack)
        seen[step] += stack.seen
        if stack.frames:
            function, file = stack.frames[-1]
            functions.setdefault(step, Counter())[f"{function} ({file})"] += stack.seen
    return [
        Step(name=name, seen=count, functions=functions.get(name, Counter()).most_common())
        for name, count in seen.most_common()
    ]


def step_of(stack: Stack) -> str:
    """The step of a stack; its thread decides which table holds."""
    is_loop = stack.thread == "MainThread"
    table = ON_THE_LOOP if is_loop else ON_THE_WRITER if stack.thread == WRITER else ()
    for function, file in reversed(stack.frames):
        place = f"/{file} {function}"
        if f"/{ON_BEHALF}" in place:
            continue
        for beginning, step in table:
            if f"/{beginning}" in place:
                return step
    return LOOP if is_loop else OTHER_THREADS


def as_text(found: Sequence[Step], *, microseconds: float, functions: int = 3) -> str:
    """A line for each step, and below it where most of it is. `microseconds` of CPU a request are
    shared out among the steps as they were seen."""
    total = sum(step.seen for step in found) or 1
    printed = [f"{'step':36} share  µs a request"]
    for step in found:
        share = step.seen / total
        printed.append(f"{step.name:36} {share:5.1%}  {share * microseconds:8.1f}")
        printed += [
            f"    {seen / total * microseconds:8.1f}  {function}"
            for function, seen in step.functions[:functions]
        ]
    printed.append(f"{'all of it':36}  100%  {microseconds:8.1f}")
    return "\n".join(printed)


def waits(metrics: Mapping[str, float]) -> str:
    """What no CPU time shows: how long commits took, and how many shared one."""
    commits = metrics.get("formwell_commit_seconds_count", 0.0)
    if not commits:
        return "Nothing was committed."
    milliseconds = metrics["formwell_commit_seconds_sum"] / commits * 1000
    rows = metrics["formwell_commit_rows_sum"] / metrics["formwell_commit_rows_count"]
    return (
        f"{commits:.0f} commits of {rows:.1f} submissions each, {milliseconds:.2f} ms each with "
        "its fsync; a request waits for one, and for what is left of the one before."
    )

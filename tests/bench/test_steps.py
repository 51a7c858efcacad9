"""The profile: which step a sampled stack belongs to."""

from bench.profile.steps import Stack, as_text, parse_stacks, step_of, steps, waits

RAW = """\
thread (0x1): MainThread;<module> (service/__main__.py:6);submit (service/web/submit.py:70);\
parse_qsl (urllib/parse.py:10);helper (service/web/bodies.py:5);dumps (json/encoder.py:9) 30
thread (0x1): MainThread;<module> (service/__main__.py:6);run (asyncio/runners.py:118) 10
thread (0x2): spool;run (threading.py:982);Rows.put (service/spool/rows.py:40) 20
"""


def test_a_sample_belongs_to_the_innermost_file_of_the_table() -> None:
    body, loop, rows = parse_stacks(RAW)
    assert (body.thread, body.seen) == ("MainThread", 30)
    assert step_of(body) == "Body"
    assert step_of(loop) == "Event loop, sockets"
    assert step_of(rows) == "Spool's thread: rows"


def test_what_the_connection_does_belongs_to_its_caller() -> None:
    frames = [
        ("Writer._commit", "service/spool/writer.py"),
        ("Rows.insert", "service/spool/rows.py"),
        ("SpoolConnection.execute", "service/spool/connection.py"),
    ]
    insert = Stack(thread="spool", frames=frames, seen=1)
    commit = Stack(thread="spool", frames=[frames[0], frames[2]], seen=1)
    assert step_of(insert) == "Spool's thread: rows"
    assert step_of(commit) == "Spool's thread: commit"


def test_a_function_may_have_a_step_of_its_own() -> None:
    frames = [("new_key", "service/submission.py"), ("SystemRandom.randbytes", "random.py")]
    assert step_of(Stack(thread="MainThread", frames=frames, seen=1)) == "Key"


def test_a_file_is_known_wherever_it_is_installed() -> None:
    frames = [("load", "/somewhere/site-packages/marshmallow/schema.py")]
    assert step_of(Stack(thread="MainThread", frames=frames, seen=1)) == "Validation"
    assert step_of(Stack(thread="aiodns", frames=frames, seen=1)) == "Other threads"


def test_microseconds_are_shared_out_as_the_steps_were_seen() -> None:
    text = as_text(steps(parse_stacks(RAW)), microseconds=120.0)
    lines = [line.split() for line in text.splitlines()]
    assert lines[1] == ["Body", "50.0%", "60.0"]
    assert lines[2] == ["60.0", "dumps", "(json/encoder.py)"]
    assert lines[-1][-1] == "120.0"


def test_waiting_for_commits_is_told_from_the_metrics() -> None:
    told = waits(
        {
            "formwell_commit_seconds_count": 10.0,
            "formwell_commit_seconds_sum": 0.02,
            "formwell_commit_rows_count": 10.0,
            "formwell_commit_rows_sum": 35.0,
        }
    )
    assert told.startswith("10 commits of 3.5 submissions each, 2.00 ms each")
    assert waits({}) == "Nothing was committed."

"""What goes into the statements, without a file."""

import pytest

from service.embedded.queries import MOST_WORDS, analysed_fields, match_any, searchable_text
from tests.embedded.samples import FORMS, INDEX, document


def test_words_are_joined_as_alternatives_each_a_string() -> None:
    assert match_any(["sega", "AND", 'say"so']) == '"sega" OR "AND" OR "say""so"'


def test_no_words_make_an_empty_query() -> None:
    assert match_any([]) == ""


def test_a_word_that_is_repeated_is_looked_for_once() -> None:
    assert match_any(["sega", "won", "sega"]) == '"sega" OR "won"'


def test_words_beyond_the_limit_are_ignored() -> None:
    words = [f"word{number}" for number in range(MOST_WORDS + 1)]

    assert match_any(words) == match_any(words[:-1])


def test_only_analysed_fields_of_each_form_are_searched() -> None:
    assert analysed_fields(FORMS) == {INDEX: ("essay", "motto"), "other-answers": ("essay",)}


def test_the_text_of_a_document_is_its_analysed_answers() -> None:
    body = document("Sega\nwon", motto="Be fast").body

    assert searchable_text(body, ("essay", "motto")) == "Sega\nwon\nBe fast"


def test_an_answer_that_was_left_out_adds_no_text() -> None:
    assert searchable_text(document("Sega").body, ("essay", "motto")) == "Sega"


def test_an_answer_of_many_parts_adds_each_of_them() -> None:
    assert searchable_text(b'{"likes": ["mario", "sonic"]}', ("likes",)) == "mario\nsonic"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"secret",
        b'{"essay": "secret',
        b"\xffsecret",
        b'["secret"]',
        b'{"essay":"secret\\ud800"}',
    ],
)
def test_an_unreadable_document_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(ValueError) as caught:
        searchable_text(body, ("essay",))

    assert "the document" in str(caught.value)
    assert "secret" not in str(caught.value)

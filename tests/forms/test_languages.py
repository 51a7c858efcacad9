"""A form file in several languages: every text in each, every gap with its place."""

import pytest

from service.forms.definition import Direction, Form
from service.forms.parse import parse_form
from tests.forms.faults import faults

GOOD = """\
languages: [en, es]
title: {en: A quiz, es: Un test}
submit_label: {en: Send it, es: Enviar}
fields:
  - group: {en: You, es: Usted}
    help: {en: Only you., es: Solo usted.}
    fields:
      - name: nick
        type: text
        label: {en: Your name, es: Su nombre}
        help: {en: Any., es: Cualquiera.}
        pattern: '[a-z]+'
        pattern_message: {en: Letters., es: Letras.}
      - name: one
        type: radio
        label: OK?
        choices: [{value: a, label: {en: First, es: Primero}}, b]
"""


def read(text: str) -> Form:
    form, found = parse_form(text, file="quiz.yaml", default_id="quiz")
    assert found == ()
    assert form is not None
    return form


def test_every_text_is_there_in_every_language() -> None:
    form = read(GOOD)
    assert (form.language, form.languages) == ("en", ("en", "es"))
    spanish = form.in_language("es")
    assert (spanish.language, spanish.translations) == ("es", {})
    texts = {}
    for each in (form, spanish):
        nick, one = each.fields
        texts[each.language] = [
            each.title,
            each.submit_label,
            each.groups[0].legend,
            each.groups[0].help,
            nick.label,
            nick.help,
            nick.pattern_message,
            one.label,
            [choice.label for choice in one.choices],
        ]
    assert texts == {
        "en": [
            *("A quiz", "Send it", "You", "Only you."),
            *("Your name", "Any.", "Letters.", "OK?", ["First", "b"]),
        ],
        "es": [
            *("Un test", "Enviar", "Usted", "Solo usted."),
            *("Su nombre", "Cualquiera.", "Letras.", "OK?", ["Primero", "b"]),
        ],
    }


def test_what_is_stored_is_the_same_in_every_language() -> None:
    form = read(GOOD)
    stored = [
        (each.id, each.index, [(field.name, field.pattern) for field in each.fields])
        for each in (form, form.in_language("es"))
    ]
    assert stored[0] == stored[1]


def test_a_form_that_names_no_language_is_in_english() -> None:
    form = read("title: x\nfields: [{name: a, type: text, label: A}]\n")
    assert (form.languages, form.direction) == (("en",), Direction.LEFT_TO_RIGHT)


def test_a_language_has_its_own_direction_unless_the_form_says_another() -> None:
    text = "language: ar-XB\ntitle: x\nfields: [{name: a, type: text, label: A}]\n"
    assert read(text).direction is Direction.RIGHT_TO_LEFT
    assert read(f"direction: ltr\n{text}").direction is Direction.LEFT_TO_RIGHT


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("[en, es]", "[en, ess]"), "1:17 unknown 'ess'; did you mean 'es'?"),
        (("[en, es]", "[en, es, en]"), "1:21 'en' stands here twice"),
        (("[en, es]", "[]"), "1:12 'languages' is empty; write it like [en, es]"),
        (("[en, es]", "en"), "1:12 expected a list of languages, like [en, es]"),
        (("title", "language: en\ntitle"), "1:12 there are 'language' and 'languages'; keep one"),
        (("title", "direction: rtl\ntitle"), "2:12 'direction' is for a form in one language"),
        (("{en: A quiz, es: Un test}", "{en: A quiz}"), "2:8 there is no text in 'es'"),
        (("es: Un test", "ess: Un test"), "2:21 unknown key 'ess'; did you mean 'es'?"),
        (("es: Su nombre", "es: ''"), "10:36 expected a text"),
        (("es: Primero", "fr: Premier"), "17:49 unknown key 'fr'; known are en, es"),
    ],
)
def test_a_fault_is_named_once_with_its_place(change: tuple[str, str], expected: str) -> None:
    found = faults(GOOD.replace(*change, 1))
    assert len([fault for fault in found if fault.startswith(expected)]) == 1, found


def test_the_faults_of_all_languages_come_in_the_order_of_the_file() -> None:
    text = GOOD.replace("es: Un test", "es: []").replace("es: Primero", "es: {}")
    text = text.replace("type: text", "type: txt")
    assert [fault.partition(" ")[0] for fault in faults(text)] == ["2:25", "9:15", "17:53"]

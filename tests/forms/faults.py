"""What is wrong with the text of a form file."""

from service.forms.parse import parse_form


def faults(text: str) -> list[str]:
    """Each as "line:column text"; there is a form exactly where there is none of them."""
    form, found = parse_form(text, file="quiz.yaml", default_id="quiz")
    assert (form is None) == bool(found)
    return [f"{problem.line}:{problem.column} {problem.text}" for problem in found]

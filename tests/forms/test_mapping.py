"""What a form means to OpenSearch."""

from service.forms.definition import Field, Form, Group
from service.forms.field_types import FIELD_TYPES
from service.forms.mapping import index_mapping, searchable_fields
from service.submission import SERVICE_FIELDS, iso_timestamp


def _field(name: str, kind: str) -> Field:
    return Field(name=name, type=FIELD_TYPES[kind], label=name, max_length=100)


FORM = Form(
    id="survey",
    title="A survey",
    index="survey",
    groups=(
        Group(fields=(_field("essay", "textarea"), _field("nick", "text"))),
        Group(legend="You", fields=(_field("mail", "email"),)),
    ),
)


def test_every_answer_is_mapped_by_the_type_of_its_field() -> None:
    mapping = index_mapping(FORM)

    properties = mapping["properties"]
    assert isinstance(properties, dict)
    assert properties["essay"] == {"type": "text"}
    assert properties["nick"]["type"] == "text"
    assert properties["nick"]["fields"]["keyword"]["type"] == "keyword"
    assert properties["mail"] == {"type": "keyword"}


def test_the_services_own_fields_are_mapped_and_nothing_else_is_allowed() -> None:
    mapping = index_mapping(FORM)

    properties = mapping["properties"]
    assert isinstance(properties, dict)
    own = set(properties) - {"essay", "nick", "mail"}
    assert own == set(SERVICE_FIELDS) - {"geo"}
    assert properties["iso_timestamp"] == {"type": "date", "format": "strict_date_time"}
    assert iso_timestamp(0) == "1970-01-01T00:00:00.000Z"
    assert properties["client_ip_addr"] == {"type": "ip"}
    assert properties["is_spam"] == {"type": "boolean"}
    assert mapping["dynamic"] == "strict"


def test_a_mapping_that_somebody_changes_leaves_the_next_one_as_it_was() -> None:
    properties = index_mapping(FORM)["properties"]
    assert isinstance(properties, dict)
    properties["form"]["type"] = "text"

    fresh = index_mapping(FORM)["properties"]

    assert isinstance(fresh, dict)
    assert fresh["form"] == {"type": "keyword"}
    assert fresh["tags"] == {"type": "keyword"}


def test_a_search_looks_only_where_answers_are_analysed() -> None:
    assert searchable_fields(FORM) == ("essay", "nick")

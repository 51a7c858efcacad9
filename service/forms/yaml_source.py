"""Reading YAML with the place of every value, and gathering all that is wrong with it.

Scalars are taken by what the form file wants there, not by what YAML guesses: `no` is a text where
a text is wanted, `08` a text too.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import yaml

from service.forms.yaml_file import YamlError, read_yaml

LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a form file. Line and column count from 1."""

    file: str
    line: int
    column: int
    field: str | None = None
    text: str

    def __str__(self) -> str:
        about = f"field {self.field!r}: " if self.field else ""
        return f"{self.file}, line {self.line}, column {self.column}: {about}{self.text}"


class Source:
    """One YAML file being read, in one of its languages; `problems` grows as they are found.

    `languages` are the tags of all that the form offers.
    """

    def __init__(self, file: str, languages: Sequence[str] = (), language: str = "") -> None:
        self.file = file
        self.languages = tuple(languages)
        self.language = language
        self.problems: list[Problem] = []
        self._field: str | None = None
        self._keys: dict[int, str] = {}

    def parse(self, text: str) -> yaml.Node | None:
        """The root of the file's only document; None where it is no YAML, or empty."""
        try:
            return read_yaml(text)
        except YamlError as error:
            self._add((error.line, error.column), str(error))
            return None

    @contextmanager
    def about_field(self, name: str | None) -> Iterator[None]:
        """What is found wrong meanwhile is about this field."""
        self._field = name
        try:
            yield
        finally:
            self._field = None

    def reject(self, node: yaml.Node, text: str) -> None:
        """Note what is wrong at this place."""
        self._add((node.start_mark.line, node.start_mark.column), text)

    def _add(self, at: tuple[int, int], text: str) -> None:
        line, column = at[0] + 1, at[1] + 1
        self.problems.append(
            Problem(file=self.file, line=line, column=column, field=self._field, text=text)
        )

    def _expect(self, node: yaml.Node, what: str) -> None:
        key = self._keys.get(id(node))
        self.reject(node, f"expected {what}{f' for {key!r}' if key else ''}, found {_found(node)}")

    def mapping(self, node: yaml.Node, known: Collection[str]) -> Mapping[str, yaml.Node]:
        """The entries of a mapping by key; unknown and repeated keys are noted and left out."""
        if not isinstance(node, yaml.MappingNode):
            self._expect(node, f"keys and values ({', '.join(list(known)[:4])} …)")
            return {}
        entries: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.reject(key, "this key is no text; write one of those that are known")
            elif name == "<<":
                self.reject(key, "'<<' is not read here; write the keys out")
            elif name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean '{close[0]}'?" if close else f"known are {_listed(known)}"
                self.reject(key, f"unknown key {_cut(name)}; {hint}")
            elif name in entries:
                self.reject(key, f"{name!r} stands here twice; keep one of them")
            else:
                entries[name] = value
                self._keys[id(value)] = name
        return entries

    def sequence(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """The items of a list; none where the node is missing."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._expect(node, f"a list of {what}")
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None) -> str | None:
        """A text that is not blank; None, and a note, where it is something else."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self._expect(node, "a text")
            return None
        value: str = node.value
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            self.reject(node, "there is a character in it that is none: half of a surrogate pair")
            return None
        return value.strip()

    def words(self, node: yaml.Node | None) -> str | None:
        """A text for people, in this language: the same for all, or a mapping with one for each."""
        if not isinstance(node, yaml.MappingNode):
            return self.text(node)
        entries = self.mapping(node, self.languages)
        texts = {tag: self.text(value) for tag, value in entries.items()}
        for tag in self.languages:
            if tag not in texts:
                self.reject(node, f"there is no text in {tag!r}; the form offers that language too")
        return texts.get(self.language)

    def place_of_words(self, node: yaml.Node) -> yaml.Node:
        """Where in it the text of this language stands."""
        if not isinstance(node, yaml.MappingNode):
            return node
        return next((value for key, value in node.value if key.value == self.language), node)

    def flag(self, node: yaml.Node | None, *, default: bool = False) -> bool:
        """true or false."""
        if node is None:
            return default
        if isinstance(node, yaml.ScalarNode) and node.value.lower() in ("true", "false"):
            return bool(node.value.lower() == "true")
        self._expect(node, "true or false")
        return default

    def count(self, node: yaml.Node | None, *, least: int, most: int) -> int | None:
        """A whole number within bounds; None, and a note, where it is something else."""
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"[0-9]{1,10}", node.value):
            number = int(node.value)
            if least <= number <= most:
                return number
        self._expect(node, f"a whole number from {least} to {most}")
        return None

    def choice(self, node: yaml.Node | None, known: Collection[str]) -> str | None:
        """One of the known words; None, and a note, where it is something else."""
        word = self.text(node)
        if node is None or word is None or word in known:
            return word
        close = difflib.get_close_matches(word, known, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"known are {_listed(known)}"
        key = self._keys.get(id(node))
        self.reject(node, f"unknown {f'{key} ' if key else ''}{_cut(word)}; {hint}")
        return None


def _found(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return _cut(node.value) if node.value.strip() else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "keys and values"


def _cut(text: str) -> str:
    """As it is quoted in a sentence, which stays readable whatever the file has there."""
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…")


def _listed(known: Collection[str]) -> str:
    return ", ".join(sorted(known))

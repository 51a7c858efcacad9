"""Reading YAML with the place of every value, and gathering all that is wrong with it.

Scalars are taken by what the form file wants there, not by what YAML guesses: `no` is a text where
a text is wanted, `08` a text too.
"""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a form file. Line and column count from 1."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, column {self.column}: {self.text}"


class Source:
    """One YAML file being read, in one of its languages; `problems` grows as they are found.

    `languages` are the tags of all that the form offers.
    """

    def __init__(self, file: str, languages: Sequence[str] = (), language: str = "") -> None:
        self.file = file
        self.languages = tuple(languages)
        self.language = language
        self.problems: list[Problem] = []

    def parse(self, text: str) -> yaml.Node | None:
        """The root of the file's only document; None where it is no YAML, or empty."""
        try:
            root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._add(
                (mark.line if mark else 0, mark.column if mark else 0),
                f"this is not YAML: {error.problem or error.context}",
            )
            return None
        except yaml.YAMLError as error:
            self._add((0, 0), f"this is not YAML: {error}")
            return None
        except (ValueError, OverflowError, RecursionError) as error:
            # What PyYAML lets pass of an escape beyond Unicode, and of brackets without end.
            self._add((0, 0), f"this is not YAML that can be read: {error}")
            return None
        if root is None:
            self._add((0, 0), "the file is empty; it must have title and fields")
        return root

    def reject(self, node: yaml.Node, text: str) -> None:
        """Note what is wrong at this place."""
        self._add((node.start_mark.line, node.start_mark.column), text)

    def _add(self, at: tuple[int, int], text: str) -> None:
        self.problems.append(Problem(file=self.file, line=at[0] + 1, column=at[1] + 1, text=text))

    def mapping(self, node: yaml.Node, known: Collection[str]) -> Mapping[str, yaml.Node]:
        """The entries of a mapping by key; unknown and repeated keys are noted and left out."""
        if not isinstance(node, yaml.MappingNode):
            self.reject(node, f"expected keys and values ({', '.join(sorted(known)[:4])} …)")
            return {}
        entries: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean '{close[0]}'?" if close else f"known are {_listed(known)}"
                self.reject(key, f"unknown key {name!r}; {hint}")
            elif name in entries:
                self.reject(key, f"{name!r} stands here twice; keep one of them")
            else:
                entries[name] = value
        return entries

    def sequence(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """The items of a list; none where the node is missing."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.reject(node, f"expected a list of {what}")
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None) -> str | None:
        """A text that is not blank; None, and a note, where it is something else."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.reject(node, "expected a text")
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
        self.reject(node, f"expected true or false{_found(node)}")
        return default

    def count(self, node: yaml.Node | None, *, least: int, most: int) -> int | None:
        """A whole number within bounds; None, and a note, where it is something else."""
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"[0-9]{1,10}", node.value):
            number = int(node.value)
            if least <= number <= most:
                return number
        self.reject(node, f"expected a whole number from {least} to {most}{_found(node)}")
        return None

    def choice(self, node: yaml.Node | None, known: Collection[str]) -> str | None:
        """One of the known words; None, and a note, where it is something else."""
        word = self.text(node)
        if node is None or word is None or word in known:
            return word
        close = difflib.get_close_matches(word, known, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"known are {_listed(known)}"
        self.reject(node, f"unknown {word!r}; {hint}")
        return None


def _found(node: yaml.Node) -> str:
    return f", found {node.value!r}" if isinstance(node, yaml.ScalarNode) else ""


def _listed(known: Collection[str]) -> str:
    return ", ".join(sorted(known))

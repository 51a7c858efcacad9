"""`make texts`: bring the files that translators work in up to date with the sources."""

from tests.texts.extraction import update

update()

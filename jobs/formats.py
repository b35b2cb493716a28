"""The forms in which commands print: apart from what computes, so that no command waits for another's modules."""

from enum import StrEnum


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


class AnswerFormat(StrEnum):
    JSON = "json"
    TEXT = "text"

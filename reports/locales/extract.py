"""Which sentences need a translation: `python -m reports.locales.extract` brings zh/messages.po up to the code."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from metrics import errors
from metrics.catalogue import CATALOGUE
from metrics.data_quality.check import SHARE
from metrics.data_quality.declared import CHECKS

ROOT = Path(__file__).resolve().parents[2]
CHINESE = Path(__file__).parent / "zh" / "messages.po"
ROOMS = ("dashboard.py", "pages", "reports", "jobs", "data_access", "metrics")
#: These rooms lie below `reports.text` and cannot mark their sentences: what reads like one is one.
UNMARKED_ROOMS = ("data_access", "metrics")
DATA = {ROOT / "data_access" / "demo" / "texts.py"}  # what customers of the demo said; nobody translates data
SENTENCE = re.compile(r"['A-Z{][^\n]* [^\n]*[.?!]")
MARKS = {"_", "N_"}
STEPS = {"progress", "say", "_tell"}  # functions that are told how far a long work is, and its step in words
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
METRIC_TEXTS = ("name", "definition", "source", "counted", "basis")
HEADER = """\
# Chinese (zh-CN) sentences of Twinwing. `make messages` adds and removes entries; write msgstr by hand.
msgid ""
msgstr ""
"Language: zh_CN\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def sentences() -> set[str]:
    """Every English sentence, name and word that a person can be shown."""
    found = {getattr(metric, name, "") for metric in (*CATALOGUE.values(), SHARE) for name in METRIC_TEXTS}
    found |= {check.name for check in CHECKS.values()}
    for room in ROOMS:
        paths = [ROOT / room] if room.endswith(".py") else (ROOT / room).rglob("*.py")
        for path in paths:
            if path.exists() and path not in DATA:
                found.update(sentences_of(path.read_text("utf-8"), is_unmarked=room in UNMARKED_ROOMS))
    return found - {""}


def sentences_of(code: str, *, is_unmarked: bool) -> Iterator[str]:
    """The sentences of one module: marked, told to an error or as a step, and in unmarked rooms all that read so."""
    tree = ast.parse(code)
    assigned = _assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in MARKS | ERRORS | STEPS:
                keywords = [word.value for word in node.keywords if word.arg in {"what", "fix"}]
                positional = node.args[:1] if name in MARKS else node.args[:2] if name in ERRORS else node.args
                for argument in (*positional, *keywords):
                    yield from _literals(argument, assigned)
    if is_unmarked:
        skipped = set(_not_shown(tree))
        literals = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in skipped]
        yield from (str(node.value) for node in literals if SENTENCE.fullmatch(str(node.value)))


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each name of the module is ever set to, several names at once included."""
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=False))
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        values.setdefault(name.id, []).append(value)
    return values


def _literals(node: ast.expr, assigned: dict[str, list[ast.expr]]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body, assigned)
        yield from _literals(node.orelse, assigned)
    elif isinstance(node, ast.Name):
        rest = {name: values for name, values in assigned.items() if name != node.id}
        for value in assigned.get(node.id, []):
            yield from _literals(value, rest)


def _not_shown(tree: ast.Module) -> Iterator[int]:
    """Docstrings, and what is joined to something else: a piece is no sentence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield from (id(piece) for piece in node.values)
        elif isinstance(node, ast.BinOp):
            yield from (id(node.left), id(node.right))


def read_catalogue(path: Path = CHINESE) -> Catalog:
    if not path.exists():
        return Catalog(locale="zh_Hans_CN")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN", abort_invalid=True)


def catalogue_text(wanted: set[str], old: Catalog) -> bytes:
    """The catalogue of the wanted sentences in their order, with the translations that `old` has."""
    fresh = Catalog(locale="zh_Hans_CN")
    for sentence in sorted(wanted):
        known = old.get(sentence)
        message = fresh.add(sentence, known.string if known else "")
        message.flags.clear()
    written = BytesIO()
    write_po(written, fresh, width=0, omit_header=True)
    return HEADER.encode() + written.getvalue().rstrip() + b"\n"


def main() -> None:
    """Add what is new, remove what is gone, keep every translation."""
    old = read_catalogue()
    wanted = sentences()
    CHINESE.parent.mkdir(parents=True, exist_ok=True)
    CHINESE.write_bytes(catalogue_text(wanted, old))
    fresh = read_catalogue()
    missing = sorted(str(message.id) for message in fresh if message.id and not message.string)
    print(f"{CHINESE.relative_to(ROOT)}: {len(wanted)} sentences, {len(missing)} without a translation")
    for sentence in missing:
        print(f"  {sentence}")


if __name__ == "__main__":
    main()

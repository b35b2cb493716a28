import os
import re
import subprocess
import sys
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
import typer.main

from data_access.home import Home
from data_access.schema import COLUMNS, REQUIRED
from jobs.__main__ import app
from tests.demo_home import copied
from tests.real_data import REAL_DATA

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"(?P<run><!-- run -->\s*\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^    .*\n?)+", re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:src|href|srcset)=\"([^\"\s]+)\"")
MAKE = re.compile(r"(?:^|[\s`;&])make ((?:[a-z]+(?=[\s`;&.,]|$)))", re.MULTILINE)
JOBS = re.compile(r"python -m jobs ([a-z]\S*)")


@dataclass(frozen=True)
class Block:
    page: str
    body: str
    is_run: bool

    def __str__(self) -> str:
        return f"{self.page}: {self.body.splitlines()[0]}"


def blocks(name: str, text: str) -> list[Block]:
    return [
        Block(name, each["body"], each["run"] is not None)
        for each in FENCE.finditer(text)
        if each["language"] in {"sh", "bash", "console"}
    ]


def links(text: str) -> list[str]:
    """Links and images outside code."""
    shown = re.sub(r"`[^`\n]*`", "", INDENTED.sub("", FENCE.sub("", text)))
    return [one or other for one, other in LINK.findall(shown)]


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", unescape(each).lower()).strip().replace(" ", "-") for each in headings}


def make_targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def unknown_commands(text: str, targets: set[str], subcommands: set[str]) -> list[str]:
    """Commands in blocks and in backticks that do not exist."""
    code = [block.body for block in blocks("", text)] + re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    said = "\n".join(code)
    make = [f"make {each}" for each in MAKE.findall(said) if each not in targets]
    return make + [f"jobs {each}" for each in JOBS.findall(said) if each not in subcommands]


BLOCKS = [block for page in PAGES for block in blocks(str(page.relative_to(ROOT)), page.read_text("utf-8"))]
RUN = [
    pytest.param(block, id=str(block), marks=[pytest.mark.real_data] if "TWINWING_DATA" in block.body else [])
    for block in BLOCKS
    if block.is_run
]


@pytest.mark.parametrize("block", RUN)
def test_commands_of_the_documentation_run(block: Block, ready_demo: Home, tmp_path: Path):
    copied(ready_demo, tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TWINWING_")}
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.body.replace(".venv/bin/python", sys.executable)],
        cwd=ROOT,
        env=environment | {"TWINWING_HOME": str(tmp_path), "TWINWING_DATA": str(REAL_DATA)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.strip()


def test_the_readme_has_commands_that_are_run():
    assert [block for block in BLOCKS if block.is_run and block.page == "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_are_named_exist(page: Path):
    targets = make_targets((ROOT / "Makefile").read_text("utf-8"))
    subcommands = set(getattr(typer.main.get_command(app), "commands", {}))
    assert unknown_commands(page.read_text("utf-8"), targets, subcommands) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_images_lead_somewhere(page: Path):
    text = page.read_text("utf-8")
    broken = []
    for link in links(COMMENT.sub("", text)):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.parent / target) if target else page
        if not path.exists() or (anchor and anchor not in anchors(path.read_text("utf-8"))):
            broken.append(link)
    assert broken == []


def test_a_missing_link_target_or_command_is_noticed():
    text = "[a](gone.md) `code [b](no.md)` ![c](gone.png)\n\n```sh\nmake fly\npython -m jobs sing\nmake run\n```\n"
    assert links(text) == ["gone.md", "gone.png"]
    assert unknown_commands(text, {"run"}, {"demo"}) == ["make fly", "jobs sing"]
    assert anchors("# One Thing: two!\n\n## 中文 标题\n") == {"one-thing-two", "中文-标题"}


def test_only_blocks_marked_so_are_run():
    text = "<!-- run -->\n```sh\na\n```\n\n```sh\nb\n```\n\n```toml\nc = 1\n```\n"
    assert [(block.body, block.is_run) for block in blocks("x", text)] == [("a\n", True), ("b\n", False)]


def test_every_variable_that_is_documented_is_read_and_the_other_way_round():
    rooms = (ROOT / "data_access", ROOT / "jobs", ROOT / "reports")
    code = "".join(path.read_text("utf-8") for room in rooms for path in room.rglob("*.py"))
    documented = set(
        re.findall(r"^\| `(TWINWING_\w+)`", (ROOT / "docs" / "deploying.md").read_text("utf-8"), re.MULTILINE)
    )
    assert documented == set(re.findall(r"\"(TWINWING_\w+)\"", code))


def test_the_tables_that_are_documented_are_those_that_are_read():
    page = (ROOT / "docs" / "connecting.md").read_text("utf-8")
    told = dict(re.findall(r"^\| (\w+) \| ([\w* ]+) \|$", page, re.MULTILINE))
    for table, columns in COLUMNS.items():
        words = told[table].split()
        assert {word.strip("*") for word in words} == {name for _, names in columns for name in names.split()}
        assert {word.strip("*") for word in words if word.startswith("**")} == set(REQUIRED[table])

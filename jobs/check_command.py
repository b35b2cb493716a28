"""The options of `python -m jobs check`, apart from what it takes to read a database and a mapping."""

from pathlib import Path
from typing import Annotated

import typer

Url = Annotated[
    str, typer.Argument(metavar="URL", help="The database's address; - takes that of secrets.toml or the environment.")
]
MappingFile = Annotated[
    Path | None, typer.Argument(metavar="MAPPING.toml", help="Left out: that of secrets.toml, else one is proposed.")
]
ProposeTo = Annotated[Path | None, typer.Option("--propose", metavar="FILE", help="Write a proposed mapping there.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def check(url: Url = "-", mapping: MappingFile = None, propose: ProposeTo = None, as_json: Json = False) -> None:
    """Test the connection to a warehouse of your own and a mapping of its tables; without a mapping, propose one.

    Nothing but SELECT is sent, no table is read beyond a million rows, and no password is printed. An address on the
    command line can be read by whoever sees this machine's processes: better keep it in secrets.toml. The exit status
    is 0 when all is well and 2 otherwise.
    """
    from jobs.check import run

    run(url, mapping, propose, as_json=as_json)

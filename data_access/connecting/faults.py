"""Why a database cannot be read, in one sentence and with what to do: from what its driver says, never a password."""

import re
from dataclasses import dataclass

import duckdb
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from metrics.errors import ServiceQualityError, SourceUnavailable

#: What a database's driver raises, through SQLAlchemy or past it.
FAILURES = (SQLAlchemyError, duckdb.Error, RuntimeError, OSError, ImportError)
#: The package that brings each engine's driver or dialect.
PACKAGES = {
    "postgresql": "psycopg[binary]",
    "mysql": "pymysql",
    "mariadb": "pymysql",
    "clickhouse": "clickhouse-connect",
    "clickhousedb": "clickhouse-connect",
    "trino": "trino[sqlalchemy]",
    "hive": "pyhive[hive_pure_sasl]",
    "snowflake": "snowflake-sqlalchemy",
    "bigquery": "sqlalchemy-bigquery",
    "databricks": "databricks-sqlalchemy",
    "starrocks": "starrocks",
    "doris": "pydoris",
    "oracle": "oracledb",
    "mssql": "pyodbc",
    "duckdb": "duckdb-sqlalchemy",
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """Words of drivers, and the sentence that they mean."""

    words: str
    what: str
    fix: str


OUT_OF_MEMORY = _Kind(
    r"out of memory|out_of_memory|could not allocate|cannot allocate memory|failed to (allocate|offload)",
    "The memory of the database {database} does not suffice for what is asked.",
    "See that its disk has room for what does not fit, end other programs or give the machine more memory, then try "
    "again; figures computed earlier are kept.",
)
KINDS = (
    OUT_OF_MEMORY,
    _Kind(
        r"statement timeout|max_statement_time|maximum statement execution time|interrupt|query_timeout",
        "A statement took longer than it may and was ended.",
        "Give the table an index or a partition by its time, or allow more seconds in TWINWING_STATEMENT_SECONDS.",
    ),
    _Kind(
        r"could not translate host|name or service not known|nodename nor servname|getaddrinfo|name resolution|"
        r"unknown mysql server host|no such host|failed to resolve",
        "The host {host} is not known.",
        "Correct its name in the address, and try from the machine that runs Twinwing.",
    ),
    _Kind(
        r"connection refused|actively refused|no route to host|network is unreachable|\(111\b|errno 111|no such file "
        r"or directory.{0,80}(socket|\.s\.pgsql)",
        "Nothing answers at {host}, port {port}.",
        "Check that the database runs, that host and port are right, and that no firewall is in between.",
    ),
    _Kind(
        r"timeout expired|timed out|connection timeout",
        "The host {host} did not answer in time.",
        "Check host and port, and whether a firewall or a VPN is in between.",
    ),
    _Kind(
        r"password authentication failed|no password supplied|authentication failed|access denied for user "
        r"'[^']*'@'[^']*' \(using|\(1045|role \"[^\"]*\" does not exist|invalid username|ora-01017",
        "The database does not let the user {user} in: the name or the password is wrong.",
        "Correct them in secrets.toml or in the environment, and check from which hosts the user may come.",
    ),
    _Kind(
        r"database \"[^\"]*\" does not exist|unknown database|\(1049|catalog .* does not exist",
        "There is no database {database} at {host}.",
        "Correct its name at the end of the address.",
    ),
    _Kind(
        r"permission denied|command denied|access denied|not authorized|insufficient privilege|\(1142|\(1044",
        "The user {user} has no right to read what is asked.",
        "Grant it the right to SELECT on the tables of the mapping, and on nothing else.",
    ),
    _Kind(
        r"not a valid duckdb|not a database|file is encrypted",
        "The file {database} is no such database.",
        "Check that the address names the right engine and the right file.",
    ),
    _Kind(
        r"set lock on file|database is locked|different configuration",
        "Another program has the file {database} open for writing.",
        "End that program, or let Twinwing read a copy.",
    ),
    _Kind(
        r"unable to open database file|cannot open (file|database)|database does not exist",
        "The file {database} is not there, or may not be read.",
        "Check the path in the address and the rights of the service's user.",
    ),
    _Kind(
        r"no such table|relation \"[^\"]*\" does not exist|table .* does ?n[o']t exist|unknown table|\(1146",
        "A table of the mapping is not there any more: {problem}.",
        "Correct the mapping, or ask who keeps the database what became of it.",
    ),
    _Kind(
        r"no such column|column .* does not exist|unknown column|referenced column|\(1054",
        "A column of the mapping is not there any more: {problem}.",
        "Correct the mapping, or ask who keeps the database what became of it.",
    ),
)
OTHER = (
    "The database answers with an error: {problem}.",
    "Check the address and the mapping with python -m jobs check; the words are those of the driver.",
)


def told(failure: BaseException, url: str) -> ServiceQualityError:
    """The sentence for a failure of the database at `url`: what happened and what to do."""
    if isinstance(failure, ServiceQualityError):  # what a driver said may stand behind it
        return told(failure.__cause__, url) if isinstance(failure.__cause__, FAILURES) else failure
    if isinstance(failure, ImportError | NoSuchModuleError | ArgumentError):
        return _of_address(failure, url)
    address = make_url(url)
    problem = masked(_first_line(failure), url)
    values = {
        "host": address.host or "localhost",
        "port": address.port or "–",
        "user": address.username or "–",
        "database": address.database or "–",
        "problem": problem.rstrip("."),
    }
    kind = next((each for each in KINDS if _means(failure, each)), None)
    what, fix = (kind.what, kind.fix) if kind else OTHER
    return SourceUnavailable(what, fix, **values)


def out_of_memory(failure: BaseException, name: str) -> SourceUnavailable | None:
    """The sentence for an engine with too little memory, or room on the disk instead of it; None for other failures."""
    if not _means(failure, OUT_OF_MEMORY):
        return None
    return SourceUnavailable(OUT_OF_MEMORY.what, OUT_OF_MEMORY.fix, database=name)


def _means(failure: BaseException, kind: _Kind) -> bool:
    return re.search(kind.words, str(failure), re.IGNORECASE | re.DOTALL) is not None


def masked(text: str, url: str) -> str:
    """The text without the password of the address, however it is written there."""
    try:
        address = make_url(url)
    except ArgumentError:
        return text.replace(url, "***")
    secrets = [str(address.password)] if address.password else []
    secrets += [str(value) for name, value in address.query.items() if re.search("pass|secret|token|key", name, re.I)]
    written = re.search(r"://[^:@/]*:([^@]*)@", url)
    secrets += [written.group(1)] if written else []
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text


def shown_address(url: str) -> str:
    """An address as it may be shown: without its password, and without what drivers take in the query part."""
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except ArgumentError:
        return "?"


def package(backend: str) -> str:
    """The package to install for an engine; its own name where none is known."""
    return PACKAGES.get(backend, f"sqlalchemy-{backend}")


def _of_address(failure: BaseException, url: str) -> SourceUnavailable:
    scheme = url.partition(":")[0]
    if isinstance(failure, ImportError | NoSuchModuleError):
        return SourceUnavailable(
            "The driver for {engine} is not installed.",
            "Install it into .venv: uv pip install '{package}'.",
            engine=scheme,
            package=package(scheme.partition("+")[0]),
        )
    return SourceUnavailable(
        "The address of the database cannot be read.",
        "Write it as dialect://user:password@host/database; docs/connecting.md has an example for each engine.",
    )


def _first_line(failure: BaseException) -> str:
    """What the driver said, without the statement that SQLAlchemy adds."""
    said = str(getattr(failure, "orig", None) or failure)
    return next((line.strip() for line in said.splitlines() if line.strip()), type(failure).__name__)[:300]

"""Every statement of a refresh is written for engines that cannot be started here, and read by a second parser."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect
from sqlalchemy import Dialect
from sqlalchemy_bigquery import BigQueryDialect
from starrocks.dialect import StarRocksDialect
from trino.sqlalchemy.dialect import TrinoDialect

from data_access.case_parts import PARTS
from data_access.contacts import CUBES, sums
from data_access.cubes import CUBES as MORE_CUBES
from data_access.read import Query
from data_access.spark import SparkDialect
from data_access.warehouse import Warehouse
from metrics.rules import Rules
from tests.data_access.seed import seeded

#: By the name of the grammar by which SQLGlot reads it.
DIALECTS: dict[str, Callable[[], Dialect]] = {
    "bigquery": BigQueryDialect,
    "clickhouse": ClickHouseDialect,
    "spark": SparkDialect,
    "starrocks": StarRocksDialect,
    "trino": TrinoDialect,
}
PERIOD = (date(2024, 1, 1), date(2024, 2, 1))
TOLD = "'; DROP TABLE contacts"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    made = seeded(tmp_path_factory.mktemp("w") / "w.sqlite", {})
    return replace(made, source_zone="UTC", site_zone="Asia/Shanghai")


def statements(warehouse: Warehouse) -> list[Query]:
    filters = [("channel", (TOLD,))]
    cubes = [each.query(warehouse, Rules(), *PERIOD, each.grains[0], filters) for each in MORE_CUBES.values()]
    rules = Rules(handle_time_bands=((TOLD, 1, 2), ("", 3, 4)))
    return [
        sums(warehouse, rules, *PERIOD, CUBES, filters),
        sums(warehouse, rules, *PERIOD, [("hour", "supervisor")], filters),
        *(each for each in cubes if each is not None),
        *(part.query(warehouse, Rules(), None) for part in PARTS.values() if part.is_there(warehouse)),
    ]


@pytest.mark.parametrize("grammar", list(DIALECTS))
def test_every_statement_is_written_with_its_values_bound_and_can_be_parsed(
    grammar: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    dialect = DIALECTS[grammar]()
    queries = statements(warehouse)
    assert len(queries) > len(MORE_CUBES)
    for query in queries:
        bound = str(query.compile(dialect=dialect))
        assert "DROP TABLE" not in bound
        # Places of values are written as each driver wants them; the parser is shown the statement with a number there.
        written = str(query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
        for name in query.compile(dialect=dialect).params:
            written = written.replace(f"%({name})s", "1").replace(f"%({name}:STRING)s", "1")
        assert sqlglot.parse_one(
            written.replace("%s", "1").replace("%%", "%"), read=grammar, error_level=sqlglot.ErrorLevel.RAISE
        )

"""Spark's Thrift server as SQLAlchemy knows it: Hive's dialect, where Spark is not Hive set right."""

import contextlib
from collections.abc import Callable
from datetime import date, datetime
from types import ModuleType
from typing import Any, ClassVar

from pyhive import hive  # ty: ignore[import-not-found]
from pyhive.sqlalchemy_hive import HiveDialect, HiveTypeCompiler  # ty: ignore[import-not-found]
from sqlalchemy import Connection, Date, DateTime, text
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.types import TypeEngine, UserDefinedType

#: Rows leave the Thrift server as they are fetched, which else has to hold all of an answer; and what an instant with a
#: zone says is to hang on no machine's clock.
SESSION = ("spark.sql.thriftServer.incrementalCollect=true", "TIME ZONE 'UTC'")


class SparkDate(Date):
    """A day, which arrives as text."""

    def result_processor(self, dialect: object, coltype: object) -> Any:
        return lambda value: date.fromisoformat(value) if isinstance(value, str) else value


class SparkInstant(DateTime):
    """An instant, which arrives as text where it has no time zone."""

    def result_processor(self, dialect: object, coltype: object) -> Any:
        return lambda value: datetime.fromisoformat(value) if isinstance(value, str) else value


class SparkType(UserDefinedType):
    """A type by Spark's own name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_given: object) -> str:
        return self.name


class SparkTypeCompiler(HiveTypeCompiler):
    """Hive had no days when its dialect was written."""

    def visit_DATE(self, type_: TypeEngine, **_given: object) -> str:
        return "DATE"

    def visit_DOUBLE(self, type_: TypeEngine, **_given: object) -> str:
        return "DOUBLE"


class SparkDialect(HiveDialect):
    """Addresses begin with `spark://`; the rest is as in Hive's."""

    supports_statement_cache = True
    div_is_floordiv = False
    type_compiler = SparkTypeCompiler
    colspecs: ClassVar = {Date: SparkDate, DateTime: SparkInstant}

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        return hive

    def on_connect(self) -> Callable[[Any], None]:
        """Set up each session; the cluster's own settings stay as they are."""

        def prepare(session: Any) -> None:
            with contextlib.closing(session.cursor()) as cursor:
                for setting in SESSION:
                    cursor.execute(f"SET {setting}")

        return prepare

    def get_table_names(self, connection: Connection, schema: str | None = None, **_given: object) -> list[str]:
        """Spark tells the namespace first, Hive the table."""
        where = f" IN {self.identifier_preparer.quote_identifier(schema)}" if schema else ""
        return [row[1] for row in connection.execute(text(f"SHOW TABLES{where}"))]

    def get_view_names(self, _connection: Connection, _schema: str | None = None, **_given: object) -> list[str]:
        """Views stand among the tables."""
        return []

    def get_columns(self, connection: Connection, table_name: str, schema: str | None = None, **_given: object) -> list:
        """Types as Spark names them, of which Hive does not know all; nothing of a table that is not there."""
        if table_name not in self.get_table_names(connection, schema):
            raise NoSuchTableError(table_name)
        rows = self._get_table_columns(connection, table_name, schema)
        return [
            {"name": name, "type": SparkType(kind), "nullable": True, "default": None}
            for name, kind, *_ in rows
            if name
        ]

"""Expressions of a mapping: one SQL expression of a row's own columns, held against an allow list and written anew."""

from collections.abc import Iterable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

from metrics.errors import MappingError, near

#: SQLAlchemy's name of an engine and that of its grammar, where they differ.
GRAMMARS = {
    "postgresql": "postgres", "mariadb": "mysql", "mssql": "tsql", "awsathena": "athena",
    "spark": "spark", "sparksql": "spark", "presto": "presto",
}  # fmt: skip
_NODES = (
    # names and values
    "Column Identifier Literal Boolean Null Var DataType DataTypeParam Interval IntervalSpan Paren Alias Tuple "
    # operators
    "Add Sub Mul Div IntDiv Mod Neg DPipe SafeDPipe And Or Not Xor EQ NEQ GT GTE LT LTE Is In Between Like ILike "
    "NullSafeEQ NullSafeNEQ BitwiseAnd BitwiseOr RegexpLike "
    # conditions and missing values
    "Case If Coalesce Nullif Cast TryCast Greatest Least Iff Nvl2 "
    # words
    "Lower Upper Trim Substring Concat ConcatWs Left Right Length Replace SplitPart StrPosition Pad Reverse Initcap "
    "RegexpReplace RegexpExtract SubstringIndex StartsWith EndsWith Contains "
    # numbers
    "Abs Round Floor Ceil Sign Sqrt Pow Ln Exp "
    # times
    "Extract DateAdd DateSub DateDiff DatetimeAdd DatetimeSub DatetimeDiff TimestampAdd TimestampSub TimestampDiff "
    "TsOrDsAdd TsOrDsDiff TsOrDsToDate TsOrDsToTimestamp TsOrDsToDatetime StrToTime StrToDate TimeToStr UnixToTime "
    "TimeToUnix TimestampTrunc DateTrunc DatetimeTrunc Date Timestamp AtTimeZone FromTimeZone ConvertTimezone Year "
    "Month Day Hour Minute Second Epoch TimeStrToTime UnixSeconds UnixMillis "
    # parts of JSON
    "JSONExtract JSONExtractScalar JSONPath JSONPathKey JSONPathRoot JSONPathSubscript"
)
ALLOWED = frozenset(_NODES.split())
ONE_EXPRESSION = (
    "Write one expression of the table's own columns, with functions that docs/connecting.md lists, and nothing else."
)


def written(expression: str, engine: str, columns: Iterable[str], key: str, table: str) -> str:
    """The expression as it is sent: parsed in the engine's grammar, its columns quoted as the database spells them.

    Raises:
        MappingError: it does not parse, holds more than an expression of a row's columns, or names an unknown column.
    """
    tree = _parsed(expression, engine, key)
    known = {name.lower(): name for name in columns}
    for node in list(tree.walk()):
        if type(node).__name__ not in ALLOWED:
            raise MappingError(
                "Mapping key {key}: the expression holds {part}, which a mapping may not.",
                ONE_EXPRESSION,
                key=key,
                part=node.sql()[:60],
            )
        if isinstance(node, exp.Column):
            _place(node, known, key, table)
    return tree.sql(dialect=_grammar(engine), comments=False)


def _parsed(expression: str, engine: str, key: str) -> exp.Expr:
    grammar = _grammar(engine)
    try:
        tokens = sqlglot.tokenize(expression, dialect=grammar)
        trees = sqlglot.parse(expression, dialect=grammar)
    except (SqlglotError, RecursionError) as failure:
        told = getattr(failure, "errors", [])
        problem = told[0].get("description", "") if told else ""
        raise MappingError(
            "Mapping key {key}: the expression does not parse: {problem}.",
            "Correct it in the SQL of {engine}; a word with blanks or Chinese letters needs the quotes of the engine.",
            key=key,
            problem=problem.rstrip(".") or "?",
            engine=engine,
        ) from failure
    is_plain = len(trees) == 1 and not any(
        token.comments or token.token_type == TokenType.SEMICOLON for token in tokens
    )
    if not is_plain or trees[0] is None or isinstance(trees[0], exp.Alias) or "--" in expression or "/*" in expression:
        raise MappingError("Mapping key {key}: this is not a single expression.", ONE_EXPRESSION, key=key)
    return trees[0]


def _place(node: exp.Column, known: Mapping[str, str], key: str, table: str) -> None:
    own = known.get(node.name.lower())
    if own is None or node.table:
        raise MappingError(
            "Mapping key {key}: the table {table} has no column '{column}'.",
            "Did you mean one of: {near}?",
            key=key,
            table=table,
            column=f"{node.table}.{node.name}" if node.table else node.name,
            near=near(node.name, known.values()),
        )
    node.set("this", exp.to_identifier(own, quoted=True))


def _grammar(engine: str) -> str:
    name = GRAMMARS.get(engine, engine)
    return name if name.upper() in sqlglot.Dialects.__members__ else ""

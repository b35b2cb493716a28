"""A warehouse and a state store in which every text tries to be something else: markup, a command, another line."""

from pathlib import Path

import duckdb

from data_access.demo import make_demo
from data_access.home import Home
from data_access.schema import COLUMNS, WORDS

HOST = "evil.example"  # RFC 2606 keeps the domain: whatever asks for it was made of data
LONG = "zz" + "长" * 1_000_000
#: What each tries to be. All begin with what tries it, as some of it works at the beginning of a line only.
NASTY: dict[str, str] = {
    "bold text": "**zzbold** __zz__ ~~zz~~",
    "a link": f"[zzlink](http://{HOST}/a)",
    "a link of a reference": f"[zz]: http://{HOST}/r [zz]",
    "a picture": f"![zzimage](http://{HOST}/i.png)",
    "an address": f"http://{HOST}/zzbare",
    "an address without a scheme": f"www.{HOST}/zzwww",
    "a mail address": f"zzmail@{HOST}",
    "an icon": ":material/delete: zzicon :streamlit:",
    "a short name of an emoji": ":smile: zzshort :100:",
    "colour": ":red[zzcolour] :blue-badge[zz] :small[zz]",
    "a formula of LaTeX": "$\\frac{zz}{2}$ $$zz$$",
    "code": "`zzcode` ```zz```",
    "a heading": "# zzheading",
    "a list": "- zzlist",
    "a numbered list": "1. zznumbered",
    "a quotation": "> zzquote",
    "a block of code": "    zzblock",
    "a heading by the line below": "zzabove\n===\nzzbelow",
    "a table": "zz | zz\n---|---\nzz | zz",
    "a script": "<script>alert('zzscript')</script>",
    "a handler": f"<img src=http://{HOST}/zz.png onerror=alert('zzhandler')>",
    "the end of a tag": "\"'></title></style></textarea><svg/onload=alert('zztag')>",
    "markup of a chart": f"<b>zzb</b><br><a href='http://{HOST}/p'>zza</a><span style='font-size:90px'>zz</span>",
    "signs that stand for others": "&lt;zz&gt; &amp;copy; &#60;zz&#62; &NewLine;",
    "arrows": "zz <- zz -> zz -- zz >= zz",
    "a formula": f'=HYPERLINK("http://{HOST}/f","zzformula")',
    "a formula after a sign": "+zzplus()",
    "a formula of minus": "-2+3+cmd|' /C calc'!A0 zz",
    "a formula of Lotus": "@SUM(1+1) zzat",
    "a formula behind a tab": "\t=1+1 zztab",
    "a call of everybody": '@all <!channel> <@U1> <at user_id="all">zz</at> @所有人',
    "control characters": "zz\x07\x1b[31mred\x7f\x85",
    "the end of a string": "zz\x00end",
    "another line of a log": "zz\r\n2026-01-01 00:00:00+00:00 ERROR forged\n",
    "other ends of lines": "zz\u2028zz\u2029zz\x0b\x0czz",
    "another direction": "zz\u202egpj.exe\u2066\u200f",
    "another name": "zz\u200bze\u00adro\u2060\ufeff",
    "a tower of accents": "zz" + "a" + "\u0301" * 200,
    "an emoji of several": "zz👩‍👩‍👧‍👦🏴❤️👍🏽",
    "a place for a value": "{zz} {0.__class__} {{zz}} %(zz)s %s %n ${zz}",
    "markup of a typesetter": '#zz $x$ *b* _i_ <zz> @zz \\ #read("/etc/passwd")',
    "another folder": "../../zz/../../etc/passwd",
    "another statement": "zz'; DROP TABLE contacts; --",
    "a name of a device": "CON",
    "nothing": " ",
    "a million characters": LONG,
}
SHORT = tuple(words for words in NASTY.values() if words != LONG)
#: Some of these words are looked for by the product: only one in twenty rows says something else.
KNOWN = {
    ("contacts", "channel"), ("contacts", "direction"), ("contacts", "priority"), ("complaints", "severity"),
    ("complaints", "channel"), ("complaints", "upheld"), ("complaints", "escalation_level"),
    ("complaint_events", "event"), ("qa_reviews", "level"), ("qa_reviews", "purpose"), ("qa_reviews", "object_type"),
    ("qa_reviews", "selection_reason"), ("volumes", "kind"), ("recoveries", "case_type"), ("recoveries", "outcome"),
    ("contacts", "exclusion_reason"),
}  # fmt: skip


NEWEST = "SELECT contact_id FROM contacts ORDER BY started_at DESC LIMIT 1"


def nasty_home(folder: Path, contacts: int = 5_000) -> Home:
    """The demo, with something nasty in front of every text; equal texts stay equal, so that all joins hold."""
    home = Home(folder)
    path = home.new_warehouse()
    make_demo(path, contacts=contacts)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TEMP TABLE nasty AS SELECT unnest($1) AS words, unnest(range(len($1))) AS place", [list(SHORT)]
        )
        for table, column in texts():
            _spoil(connection, table, column)
        connection.execute(f"UPDATE contacts SET product = $1, text = $1 WHERE contact_id = ({NEWEST})", [LONG])
    home.adopt(path)
    return home


def texts() -> list[tuple[str, str]]:
    """Every column of text of every table."""
    return [
        (table, name)
        for table, kinds in COLUMNS.items()
        for kind, names in kinds
        if kind is WORDS
        for name in names.split()
    ]


def _spoil(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    """Something nasty in front of each text: which, its own digest says."""
    chosen = f"nasty.place = md5_number_lower({column}) % {len(SHORT)}"
    some = f" AND md5_number_lower(concat({table}.rowid, '{column}')) % 20 = 0" if (table, column) in KNOWN else ""
    connection.execute(f"UPDATE {table} SET {column} = nasty.words || {column} FROM nasty WHERE {chosen}{some}")

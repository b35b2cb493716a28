"""What files write where nothing is known."""

MISSING_WORDS = (
    "-",
    "--",
    "—",
    "/",
    "?",
    "N/A",
    "n/a",
    "NA",
    "NULL",
    "null",
    "None",
    "NaN",
    "\\N",
    "未知",
    "未填写",
    "空",
    "(空)",
)

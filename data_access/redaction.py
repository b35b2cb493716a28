"""What in a customer's words tells who somebody is? Each such piece gives way to a pseudonym, repeats to the same one.

Rules run in the order of `RULES`, on a copy of the text in which what an earlier rule took is blank; so nothing is
taken twice and a longer piece goes before its parts. Where a rule cannot be sure it masks.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NamedTuple

import phonenumbers

from data_access.surnames import AMBIGUOUS, COMPOUND, NO_NAME, SURNAMES

Pseudonym = Callable[[str, str], str]  # (kind, canonical value) -> a short code such as "7k2m9qxa"
Read = Callable[[str], tuple[str, str] | None]  # piece -> (kind, canonical value); None: not such a piece after all

BLANK = "\0"  # stands in the copy for every character already taken
KEPT = "kept"  # the kind of pieces that only look personal: they stay as they are

# One character for one character, so that places in the copy are places in the text.
# Not for commas and the like, which end a clause when they are full-width.
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；！？"}
ODD = "⓪①②③④⑤⑥⑦⑧⑨’‐‑‒–—―−\u3000\u00a0\u200b\u200c\u200d\u2060\ufeff\ufe0f\u20e3"  # the last are of no width
ALIKE = FULL_WIDTH | str.maketrans(ODD, "0123456789'" + "-" * 7 + " " * 9)

# Digits. GAP is what people put between the digits of one number.
SEPARATOR = r"[\s\-./()_·]"
GAP = rf"{SEPARATOR}{{0,3}}"
MARKS = rf"[^\w{BLANK}]{{0,3}}"  # wider: what may stand between the three groups of a mobile number
ALONE = rf"(?<!\d)(?<!\d{SEPARATOR})(?<!\d{SEPARATOR}{{2}})(?<!\d{SEPARATOR}{{3}})"  # no more of its digits before
ENDS = rf"(?!{GAP}\d)"  # nor after
SHORT = rf"\d(?:{GAP}\d){{0,5}}{ENDS}"
LONG = rf"\d(?:{GAP}\d){{6,}}"  # seven: the shortest telephone number of a Chinese town
WORDS = "〇零一二三四五六七八九幺两"
DIGIT_OF_WORD = str.maketrans(WORDS, "00123456789" + "12")
BIRTH_DATE = re.compile(r".{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
EXTENSION = r"(?i:转|分机号?|ext\.?|extension|#)"

# Han characters, and the same without those that stand before an address or after a name in a sentence.
OTHER = r"\0-\u33ff\u4dc0-\u4dff\ua000-\U0001ffff"
HAN = rf"[^{OTHER}]"
PLACE = rf"[^{OTHER}是在到住的了我你您他她寄送至往给请把从]"
GIVEN = rf"[^{OTHER}的了是我你他她您吗呢吧啊呀很没说这那请给跟把被让打号]"
REST = rf"(?:(?=\s+\d{{1,2}}(?:{HAN}|[A-Za-z]))|(?:{GAP}\d)*)"  # digits that go on after a space; not DD20260101 2件
FIRST = SURNAMES + AMBIGUOUS + COMPOUND.replace("|", "")  # looked at before the words, which take longer
SURNAME = rf"(?=[{FIRST}])(?!{NO_NAME})(?:{COMPOUND}|[{SURNAMES}]|[{AMBIGUOUS}](?![{SURNAMES}]))"
JOB = "客户|安装|维修|项目|产品|大堂|销售|快递|送货|配送|售后|门店|值班|前台|理赔|服务|技术|上门|客服|部门|业务"
COURTESY = "先生|女士|小姐|太太|夫人|同志"
POST = "(?:老师|师傅|经理|主任|总监|店长|队长|医生|律师|教授|阿姨|警官)"
CHIEF = "总(?![是共结部数额计体之的要会算归在得能有没不])"
LEAD_IN = "我叫|名叫|叫做|姓名|名字|联系人|收件人|收货人|寄件人|持卡人"
LOOSE_LEAD_IN = "我是|本人|这是|联系|叫|找"  # also begin ordinary clauses, so that the name must end there
CLAUSE_ENDS = rf"(?=[\s,.;:!?，。；：！？、（）()\"'”」\]{BLANK}\d]|$|的|我|想|要|电话|手机|地址|微信)"
GIVEN_ENDING = rf"{GIVEN}{{1,2}}{CLAUSE_ENDS}"
CALLED = r"[,，\s]*(?:名叫|名|叫)"

LATIN = r"A-Za-zÀ-ÿ'\-"
CAPITALISED = rf"[A-ZÀ-Þ][{LATIN}]+"
FULL_NAME = rf"{CAPITALISED}(?:\s{CAPITALISED})?"
NOT_AS_NAME = "and|but|not|i|my|the|on|in|is|was|from|with|please|calling|wrong|still|missing|spelled|spelt|misspelled"
ANY_WORD = rf"(?!(?i:{NOT_AS_NAME})(?![{LATIN}]))[{LATIN}]+"

UNIT = "(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|房|户|组|队|期|区|支弄)"
NUMBER = rf"[附甲乙丙丁]?(?:[A-Za-z]?{ALONE}{SHORT}[A-Za-z]?|[A-Za-z](?=[座栋幢区])|[一二三四五六七八九十百]{{1,4}})"
DOOR = rf"\s*{NUMBER}\s*{UNIT}"
COMMUNITY = "(?:小区|花园|公寓|大厦|广场|家园|新村|山庄|[苑村屯庄湾])"
ROAD = "(?:路|大街|街|(?<![知报频])道|巷|弄|胡同)"
OPEN_ROAD = "(?:(?<![线网电思半公铁一走])路|大街|街|大道|巷|胡同)"  # may have a bare number: not 线路2, not 一路3
NOT_COUNTED = r"(?!\s*[次天个年月日元块小分人件单遍回公里米点])"
STREET = "(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Square|Terrace|Crescent|Way)"

CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
DAY = r"(?:19|20)\d\d[\-/.](?:0?[1-9]|1[0-2])[\-/.](?:0?[1-9]|[12]\d|3[01])"  # with separators: 20260105 is masked
MOMENT = rf"{DAY}(?!\d)(?:[ T]*{CLOCK})?"
AMOUNT = r"(?:\d{1,6}\.\d{1,2}|[¥$€£]\s?\d{1,7}(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?(?=\s?(?:元|块|万|RMB|CNY)))"

SERVICE = (
    "(?:微信|薇信|加[vV]|微博|抖音|小红书|支付宝|旺旺|[账帐]号|账户|用户名|会员号|客户号|工号"
    "|(?<![A-Za-z])(?i:wechat|weixin|wx|vx|qq|weibo|alipay|whatsapp|telegram|skype))"
)
HANDLE = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?"
PRODUCT = "(?i:android|iphone|windows|harmony|version|wechat|alipay|official|premium)"
NAMED = (
    r"\s*(?:号码?|[账帐]号|(?i:id))?\s*[:=]\s*@?|\s*(?:号码?|[账帐]号|(?i:id)(?![A-Za-z]))\s*(?:是|为|(?i:is\s))?\s*"
)
HINTED = (  # 微信 abc12345, 微信zhangsan, but not "WeChat is broken", 微信Android版, 微信2026年
    r"(?:\s*(?:是|为|叫|(?i:is\s))?\s*(?=[A-Za-z_.\-]*\d)(?=[A-Za-z0-9_.\-]{5})"
    rf"|(?<={HAN})\s*(?:是|为|叫)?\s*(?!{PRODUCT})(?=[A-Za-z][A-Za-z0-9_\-]{{5}}))"
)


class Rule(NamedTuple):
    """Pieces of one form. A group named `piece` is what is replaced; without it, all that matched."""

    pattern: re.Pattern[str]
    read: Read


def redacted(text: str, pseudonym: Pseudonym, names: re.Pattern[str] | None = None) -> str:
    """The text with each personal piece as "[kind code]": 请打[phone 7k2m9qxa]联系我.

    Args:
        text: what somebody wrote.
        pseudonym: one code for a kind and canonical value, however the value was written.
        names: people known by name, from `names_pattern`.
    """
    known = (Rule(names, _person),) if names else ()
    shown, end = [], 0
    for start, stop, kind, value in sorted(_pieces(text.translate(ALIKE), (*RULES[:2], *known, *RULES[2:]))):
        shown += [text[end:start], f"[{kind} {pseudonym(kind, value)}]"]
        end = stop
    return "".join([*shown, text[end:]])


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """People known by name, wherever they are mentioned. None if no name has two characters.

    A single Latin word counts only as it is spelled, or an agent named Will would hide every "will".
    """
    stripped = {name.strip() for name in names}
    longest_first = sorted((name for name in stripped if len(name) >= 2), key=lambda name: (-len(name), name))
    han = [re.escape(name) for name in longest_first if re.fullmatch(f"{HAN}+", name)]
    others = [_mention(name) for name in longest_first if not re.fullmatch(f"{HAN}+", name)]
    # What may not follow is written once for all: a pattern with it behind each name takes half a second to compile.
    together = [rf"(?:{'|'.join(han)})(?!{HAN}\s?(?:{COURTESY}))"] if han else []  # 王建 takes no part of 王建国先生
    return re.compile("|".join([*others, *together])) if longest_first else None


def _mention(name: str) -> str:
    words = r"\s+".join(map(re.escape, name.split()))
    return rf"(?<![{LATIN}]){f'(?i:{words})' if ' ' in name else words}(?![{LATIN}])"


def _pieces(copy: str, rules: Iterable[Rule]) -> list[tuple[int, int, str, str]]:
    """Start, end, kind and canonical value of what the rules find, in no order and without overlap."""
    pieces = []
    for rule in rules:
        group = "piece" if rule.pattern.groupindex else 0
        for match in rule.pattern.finditer(copy):
            if reading := rule.read(match[group]):
                start, end = match.span(group)
                pieces.append((start, end, *reading))
                copy = copy[:start] + BLANK * (end - start) + copy[end:]  # the running search keeps the old one
    return [piece for piece in pieces if piece[2] != KEPT]


def _digits(piece: str) -> str:
    """Its digits as 0-9, number words and digits of every script among them."""
    return "".join(str(unicodedata.digit(each)) for each in piece.translate(DIGIT_OF_WORD) if each.isdecimal())


def _phone(piece: str) -> str | None:
    """The number as E.164, whatever its punctuation and prefixes; None if no telephone network would take it."""
    main = re.split(EXTENSION, piece, maxsplit=1)[0]  # an extension is not part of E.164
    dialled = ("+" if "+" in main else "") + _digits(main)
    try:
        number = phonenumbers.parse(dialled, "CN")  # dialled from there, if it names no country
    except phonenumbers.NumberParseException:
        return None
    is_mobile = re.fullmatch(
        r"861[3-9]\d{9}", f"{number.country_code}{number.national_number}"
    )  # of ranges to come too
    is_abroad = dialled.startswith(("+", "00")) and phonenumbers.is_possible_number(number)
    if not (is_mobile or is_abroad or phonenumbers.is_valid_number(number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _run(piece: str) -> tuple[str, str] | None:
    """A long run of digits: a telephone, else a card by its length (ISO/IEC 7812: up to 19), else some number."""
    if phone := _phone(piece):
        return "phone", phone
    digits = _digits(piece)
    if len(digits) < 7:
        return None
    return "card" if 13 <= len(digits) <= 19 else "number", digits


def _identity(piece: str) -> tuple[str, str] | None:
    """Citizen identity number, GB 11643: a region, a birth date, an order, a check digit; formerly fifteen digits."""
    is_marked = piece[-1] in "Xx"
    digits = _digits(piece) + ("X" if is_marked else "")
    whole = digits if len(digits) == 18 else f"{digits[:6]}19{digits[6:]}"
    return ("identity", digits) if is_marked or BIRTH_DATE.match(whole) else None


def _person(piece: str) -> tuple[str, str]:
    """A name in one spelling: `JOHN  SMITH` is `john smith`, 王 建国 is 王建国."""
    return "name", ("" if re.match(HAN, piece) else " ").join(piece.casefold().split())


def _plain(kind: str, ignored: str) -> Read:
    """For a kind whose spelling differs by case and some ignored characters only."""
    return lambda piece: (kind, re.sub(ignored, "", piece).lower())


def _rule(read: Read, *parts: str) -> Rule:
    return Rule(re.compile("".join(parts)), read)


RULES = (
    # What this module wrote before: its kinds, and a code with both small letters and digits.
    _rule(
        _plain(KEPT, r"\s"),
        r"\[(?:email|identity|card|phone|number|name|address|plate|account"
        r"|customer|contact|complaint|review|finding|case|agent) ",
        r"(?=[a-z]*\d)(?=\d*[a-z])(?![a-z0-9]*\d{7})[a-z0-9]{4,16}\]",
    ),
    # RFC 5321: at most 64 characters before the @.
    _rule(_plain("email", r"\s"), r"(?a:(?<![^\W_])[^\W_][\w.%+\-]{0,63}\s?@\s?[\w\-]+(?:\.[\w\-]+)*)"),
    _rule(
        _identity,
        rf"(?<!\d)[1-9]\d{{14}}(?:\d\d[\dXx])?(?![\dA-Za-z])|{ALONE}[1-9](?:{GAP}\d){{16}}{GAP}[\dXx](?![A-Za-z]){ENDS}",
    ),
    # A mobile number in its usual groups, before the general run: digits of a number beside it are none of its own.
    _rule(
        _run,
        r"(?<![\d+])(?<!\d[\-.()])(?<!\+\d )(?<!\+\d\d )(?<!\+\d\d\d )(?<!00\d\d )",
        rf"(?:\(?(?:\+|00)?86\)?{GAP})?1[3-9]\d{MARKS}\d{{4}}{MARKS}\d{{4}}(?!\d)(?![\-.]\d)",
    ),
    # Licence plates, GA 36: a province, a letter and five more, or six for new energy.
    _rule(
        _plain("plate", r"[\W_]"),
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Za-z]\s?[·•.\-]?\s?",
        r"(?=[A-Za-z]*\d)[A-Za-z0-9]{4,6}[挂学警港澳]?(?![A-Za-z0-9])",
    ),
    # Dates with separators, times and amounts stay, unless digits beside them make them part of a longer number.
    _rule(
        _plain(KEPT, r"\s"),
        rf"{ALONE}(?:{MOMENT}(?:\s*[\-~至到]\s*{MOMENT})?(?:{ENDS}|(?=\s+\d{{1,2}}{HAN}))|{AMOUNT}{ENDS})",
        rf"|(?<![\d:]){CLOCK}(?![\d:])",
    ),
    _rule(
        _plain("account", r"\s"),
        rf"(?:{SERVICE}(?:{NAMED}|{HINTED})|(?<![A-Za-z0-9])@(?=[A-Za-z_]\w\w))(?P<piece>{HANDLE}{REST})",
    ),
    # The last digits of a card: 尾号1234, ending in 1234.
    _rule(
        lambda piece: ("card", _digits(piece)),
        r"(?:尾号|尾数|[后末][四4三3六6]位|(?<![A-Za-z])(?i:end(?:ing|s)? (?:in|with)|last (?:four|4)(?: digits)?))",
        rf"\s*(?:[:：是为]|(?i:are|is))?\s*(?P<piece>(?:[\d{WORDS}]{{3,6}}(?![\d{WORDS}])|\d(?:[ \-]\d){{3}}){REST})",
    ),
    # 王先生, 王建国先生; 李经理, 王建国老师, 王总; but 安装师傅, and 于 in 由于客户经理, stay.
    _rule(_person, rf"(?P<piece>{SURNAME}{GIVEN}{{0,2}})(?=\s?(?:{COURTESY}))"),
    _rule(_person, rf"(?P<piece>{SURNAME}(?:(?!{JOB}){GIVEN}{{1,2}}(?={POST})|(?={POST}|{CHIEF})))"),
    # 我姓王, 姓王名建国; not 老百姓.
    _rule(
        lambda piece: _person(re.sub(CALLED, "", piece, count=1)),
        rf"(?<!百)姓(?P<piece>{SURNAME}(?:{CALLED}{GIVEN}{{1,2}})?)",
    ),
    # 我叫王建国, 姓名：王 建国, 联系人是阿里木·买买提, 我叫Tom.
    _rule(
        _person,
        rf"(?:{LEAD_IN})\s*(?:[:：]|是|叫|为|改成)?\s*(?P<piece>{GIVEN}{{2,5}}[·•・]{GIVEN}{{2,6}}",
        rf"|{SURNAME}(?:\s?{GIVEN_ENDING}|{GIVEN}{{1,2}}|{CLAUSE_ENDS})|{FULL_NAME})",
    ),
    _rule(_person, rf"(?:{LOOSE_LEAD_IN})[:：\s]*(?!周[一二三四五六日末])(?P<piece>{SURNAME}{GIVEN_ENDING})"),
    _rule(
        _person,
        rf"(?<![{LATIN}])(?:(?i:mrs?)[.\s]+|(?:Ms|Miss|Dr|Prof)[.\s]+(?={CAPITALISED})",
        rf"|(?i:i am|i'm|this is)\s+(?={CAPITALISED}\s{CAPITALISED}))(?P<piece>{FULL_NAME}|{ANY_WORD})",
    ),
    _rule(_person, rf"(?<![{LATIN}])(?i:my name(?: is|'s|:))\s*(?P<piece>{ANY_WORD}(?:\s{ANY_WORD})?)"),
    # A road with a number and its unit (锦绣路12弄3号楼501室), a bare number, or one so long that it is not the road's.
    _rule(
        _plain("address", r"\s"),
        rf"{PLACE}{{1,20}}(?:{ROAD}{DOOR}(?:{PLACE}{{1,10}}{COMMUNITY})?(?:{DOOR})*(?:-?{SHORT})?",
        rf"|{OPEN_ROAD}\s*(?:{SHORT}{NOT_COUNTED}|(?={LONG}))|{COMMUNITY}{DOOR}(?:{DOOR})*(?:-?{SHORT})?)",
    ),
    # A door without its street: 3栋2单元501.
    _rule(_plain("address", r"\s"), rf"{NUMBER}(?:号楼|栋|幢|座|单元)(?:{DOOR})*\s*-?{NUMBER}{UNIT}?"),
    # 12 Baker Street, 12 main street.
    _rule(
        _plain("address", r"\s"),
        r"(?:(?i:flat|apt\.?|unit|suite|room)\s?[A-Za-z0-9]{1,5},?\s)?",
        rf"{ALONE}\d{{1,5}}[A-Z]?,?\s(?:(?:{CAPITALISED}\s){{1,3}}{STREET}|[a-z]+\s(?:street|road|avenue|lane))(?![a-z])",
    ),
    # Passport, permit, order and customer numbers: E12345678, DD-20260101, A123456(7). In tel-021… the word is no part.
    _rule(
        _plain("number", r"[\W_]"),
        r"(?<![A-Za-z0-9])(?!(?i:tel|phone|mobile|mob|cell|call|fax|ph)[-_]?\d)",
        rf"[A-Za-z]{{1,6}}(?:[-_]?\d){{5,}}[A-Za-z0-9_\-]*(?:\([0-9Aa]\))?{REST}",
    ),
    # Written out, or partly: 幺三八一二三四五六七八, 一三八12345678. Three in a row tell it from 13812345678一直.
    _rule(_run, rf"{ALONE}(?:\d{GAP}){{0,30}}(?:[{WORDS}]{GAP}){{2}}[{WORDS}](?:{GAP}[\d{WORDS}])*"),
    # Every other run of seven digits, with its prefix and extension. Shorter ones stay: 12315, 95588, 10086.
    _rule(_run, rf"(?:\+\s?)?(?:\((?=\+?\d{{1,4}}\)))?\+?{LONG}(?:\s*{EXTENSION}\s*:?\d{{1,6}}(?!\d))?"),
)

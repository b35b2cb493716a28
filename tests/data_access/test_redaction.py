import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.demo.texts import COMPLAINT_TEXTS, CONTACT_TEXTS
from data_access.redaction import names_pattern, redacted

DEMO_TEXTS = (*CONTACT_TEXTS, *(text for kind in COMPLAINT_TEXTS for text in kind))
# Made up. 138 is a mobile range, 7946 0958 one of Ofcom's for drama, 415-555 one of NANPA's for fiction.
FILLED = {
    "phone": "13812345678",
    "digits": "0042",
    "money": "123",
    "name": "王先生",
    "identity": "510100196001011234",
}
SEPARATORS = (*("", "", "", " ", "-", ".", "–", "/", "(", ")", "（", "）", "　", ") ", " - "),)
FULL_WIDTH = str.maketrans(string.digits, "０１２３４５６７８９")
CHINESE = st.text(
    st.one_of(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), st.sampled_from("，。：路号元年月日尾转"))
)


def shown(text, names=None):
    return redacted(text, lambda kind, value: "c0de", names)


def found(text, names=None):
    pieces = []
    redacted(text, lambda kind, value: pieces.append((kind, value)) or "c0de", names)
    return pieces


# Authority for what is shown: the brackets were put by hand around what names a person.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请打13812345678联系我", "请打[phone c0de]联系我"),
        ("电话：138-1234-5678，急", "电话：[phone c0de]，急"),
        ("13812345678一直打不通", "[phone c0de]一直打不通"),
        ("订单2 13812345678", "订单2 [phone c0de]"),
        ("2026-01-05 13812345678", "2026-01-05 [phone c0de]"),
        ("打0755 2345 6789 转 123找我", "打[phone c0de]找我"),
        ("call +1 (415) 555-2671 now", "call [phone c0de] now"),
        ("tel-01062345678", "tel-[phone c0de]"),
        ("打幺三八一二三四五六七八", "打[phone c0de]"),
        ("打一三八 12345678", "打[phone c0de]"),
        ("13812345678901234", "[card c0de]"),
        ("卡6222 0212 3456 7890 123丢了", "卡[card c0de]丢了"),
        ("卡6222-0213-8123-4567-890", "卡[card c0de]"),
        ("单号20260105", "单号[number c0de]"),
        ("IP 192.168.100.1", "IP [number c0de]"),
        ("12345678901234567890123456", "[number c0de]"),
        ("发到li.wei+1@mail.example.com谢谢", "发到[email c0de]谢谢"),
        ("13812345678@163.com", "[email c0de]"),
        ("身份证510100196001011234认证", "身份证[identity c0de]认证"),
        ("身份证510100600101123认证", "身份证[identity c0de]认证"),
        ("510100 1960-01-01 123x", "[identity c0de]"),
        ("卡号尾号1234的", "卡号尾号[card c0de]的"),
        ("后四位是0042", "后四位是[card c0de]"),
        ("card ending in 1234.", "card ending in [card c0de]."),
        ("尾号12345678", "尾号[number c0de]"),
        ("订单DD20260101没到", "订单[number c0de]没到"),
        ("护照E12345678", "护照[number c0de]"),
        ("HKID A123456(7)", "HKID [number c0de]"),
        ("ORD-2026-0101-55 late", "[number c0de] late"),
        ("微信号:abc_12345", "微信号:[account c0de]"),
        ("加微信 abc12345", "加微信 [account c0de]"),
        ("wechat: x", "wechat: [account c0de]"),
        ("QQ：12345678", "QQ：[account c0de]"),
        ("QQ号 12345", "QQ号 [account c0de]"),
        ("微信13812345678", "微信[phone c0de]"),
        ("车牌京A12345被划", "车牌[plate c0de]被划"),
        ("粤B·D12345", "[plate c0de]"),
        ("沪AD12345停在", "[plate c0de]停在"),
    ],
)
def test_a_number_that_names_somebody_gives_way_to_its_kind(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王先生来电", "[name c0de]先生来电"),
        ("请找王建国先生", "请找[name c0de]先生"),
        ("欧阳娜女士", "[name c0de]女士"),
        ("向王先生反映", "向[name c0de]先生反映"),
        ("李经理和王总", "[name c0de]经理和[name c0de]总"),
        ("我叫王建国，", "我叫[name c0de]，"),
        ("姓名：诸葛亮", "姓名：[name c0de]"),
        ("收件人张三电话13812345678", "收件人[name c0de]电话[phone c0de]"),
        ("我姓王", "我姓[name c0de]"),
        ("我姓王叫建国", "我姓[name c0de]"),
        ("我是张三的客户", "我是[name c0de]的客户"),
        ("本人李晓燕，投诉", "本人[name c0de]，投诉"),
        ("Mr Smith called", "Mr [name c0de] called"),
        ("Dr. Jane Doe", "Dr. [name c0de]"),
        ("my name is john smith and I wait", "my name is [name c0de] and I wait"),
        ("I am John Smith.", "I am [name c0de]."),
        ("家住锦绣路0042号", "家住[address c0de]"),
        ("我在上海市浦东新区锦绣路123弄45号6栋701室等", "我在[address c0de]等"),
        ("送到阳光花园3栋2单元501", "送到[address c0de]"),
        ("送到中山路 88", "送到[address c0de]"),
        ("住锦绣路123-4-567号", "住[address c0de][number c0de]号"),
        ("收件人王建国上海市锦绣路5号", "收件人[name c0de][address c0de]"),
        ("3栋2单元501室漏水", "[address c0de]漏水"),
        ("at 12 Baker Street please", "at [address c0de] please"),
    ],
)
def test_names_and_addresses_give_way_to_their_kind(text, expected):
    assert shown(text) == expected


# Authority: ITU-T E.164 (plus, country code, number without the trunk zero), GB 11643, and the words themselves.
@pytest.mark.parametrize(
    ("kind", "value", "spellings"),
    [
        (
            "phone",
            "+8613812345678",
            [
                *("+86 138 1234 5678", "0086-13812345678", "138 1234 5678", "１３８１２３４５６７８", "8613812345678"),
                *(
                    "(+86)138-1234-5678",
                    "138.1234.5678",
                    "1 3 8 1 2 3 4 5 6 7 8",
                    "幺三八一二三四五六七八",
                    "①③⑧12345678",
                ),
                *("138，1234，5678", "138–1234–5678", "＋８６ 138 12345678", "1381234\u200b5678", "13-81-23-45-678"),
            ],
        ),
        (
            "phone",
            "+861062345678",
            ["010-62345678", "(010) 6234 5678", "+86 10 6234 5678", "01062345678", "（010）62345678"],
        ),
        ("phone", "+862161234567", ["(021) 6123-4567", "021-61234567", "+86-21-6123-4567"]),
        (
            "phone",
            "+8675523456789",
            ["0755 2345 6789 转 123", "0755-23456789", "0755-23456789 ext. 8", "0755-23456789#8"],
        ),
        ("phone", "+442079460958", ["+44 20 7946 0958", "0044 20 7946 0958", "+44-2079460958"]),
        ("phone", "+14155552671", ["+1 (415) 555-2671", "+14155552671", "001 415 555 2671"]),
        ("phone", "+85291234567", ["+852 9123 4567", "00852-91234567"]),
        ("phone", "+4915123456789", ["+49 151 2345 6789", "+4915123456789"]),
        ("email", "li@example.com", ["li@example.com", "LI@Example.COM", "li＠example.com"]),
        (
            "identity",
            "51010019600101123X",
            ["51010019600101123x", "51010019600101123X", "５１０１００１９６００１０１１２３Ｘ"],
        ),
        ("card", "1234", ["尾号1234", "后四位：1234", "ending in 1234", "尾号一二三四"]),
        ("number", "dd20260101", ["DD20260101", "dd-20260101", "DD_20260101"]),
        ("plate", "粤bd12345", ["粤B·D12345", "粤BD12345", "粤b D12345"]),
        ("account", "abc_12345", ["微信号:abc_12345", "微信ABC_12345", "wechat id is abc_12345"]),
        (
            "name",
            "王建国",
            ["王建国先生", "我叫王建国", "姓名：王建国", "我是王建国，", "姓王名建国", "联系人是王建国"],
        ),
        ("name", "王", ["王先生", "我姓王", "王经理"]),
        ("name", "john smith", ["Mr John Smith", "my name is john smith", "This is John Smith"]),
        ("address", "锦绣路5号", ["锦绣路5号", "在锦绣路 5 号"]),
    ],
)
def test_spellings_of_one_thing_share_a_pseudonym(kind, value, spellings):
    assert {spelling: found(spelling) for spelling in spellings} == {
        spelling: [(kind, value)] for spelling in spellings
    }


@pytest.mark.parametrize(
    "text",
    [
        *(text for text in DEMO_TEXTS if "{" not in text),
        *("2026-01-05", "2026/1/5 10:30", "2026年1月5日", "2026-01-05 3天没到", "2026.1.5-2026.1.8", "9:00-18:00"),
        *("1,234.50", "299元", "退¥123456.78", "1234567元", "打12315、95588和10086", "iPhone 15 Pro", "买了3件，第2次"),
        *(
            "我是老客户",
            "我是说不能退",
            "我是金卡会员",
            "我是常客，",
            "本人于上周五购买",
            "安装师傅",
            "客服经常总是不接",
            "老百姓",
        ),
        *(
            "联系方式，",
            "联系人方便的话",
            "名字写错了",
            "账号登录不上",
            "微信支付失败",
            "WeChat is broken",
            "微信2026年",
        ),
        *(
            "我知道3号发货",
            "线路2断了",
            "一路3次",
            "this is Very bad",
            "I am very angry",
            "my name is wrong",
            "七七八八",
        ),
    ],
)
def test_ordinary_words_stay(text):
    assert shown(text) == text


@pytest.mark.parametrize("text", [text for text in DEMO_TEXTS if "{" in text])
def test_what_is_filled_into_the_demo_vanishes_and_the_rest_stays(text):
    shown_text = shown(text.format(**FILLED))
    personal = [FILLED[field] for field in ("phone", "digits", "name", "identity") if f"{{{field}}}" in text]
    assert [value for value in personal if value in shown_text] == []
    assert shown_text.count("[") == len(personal)
    assert ("{money}" in text) == (FILLED["money"] in shown_text)


NAMES = names_pattern(["晓燕", "王晓燕", "Li Wei", "Will", "王建", "李", ""])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昨天王晓燕接的", [("name", "王晓燕")]),
        ("昨天晓燕接的", [("name", "晓燕")]),
        ("王建国先生", [("name", "王建国")]),
        ("王建先生", [("name", "王建")]),
        ("I spoke to LI  WEI and Will", [("name", "li wei"), ("name", "will")]),
        ("you will see Willow", []),
        ("李子坏了", []),
    ],
)
def test_known_people_are_found_without_a_lead_in(text, expected):
    assert found(text, NAMES) == expected


def test_no_names_make_no_pattern():
    assert names_pattern(["王", " ", ""]) is None


@st.composite
def written_mobile_numbers(draw):
    number = "1" + draw(st.sampled_from("3456789")) + draw(st.text(string.digits, min_size=9, max_size=9))
    gaps = draw(st.lists(st.sampled_from(SEPARATORS), min_size=10, max_size=10))
    written = draw(st.sampled_from(["", "+86", "0086-", "(+86)", "86 "])) + number[0]
    written += "".join(gap + digit for gap, digit in zip(gaps, number[1:], strict=True))
    return written.translate(FULL_WIDTH) if draw(st.booleans()) else written


@given(before=CHINESE, number=written_mobile_numbers(), after=CHINESE)
def test_no_digit_of_a_mobile_number_is_left(before, number, after):
    result = redacted(before + number + after, lambda kind, value: "code")
    assert [each for each in result if each.isdecimal()] == []


@given(before=CHINESE, number=written_mobile_numbers(), after=CHINESE)
def test_what_was_replaced_stays_as_it_is(before, number, after):
    once = redacted(before + number + after, lambda kind, value: "7k2m9qxa")
    again = redacted(once, lambda kind, value: "another1")
    assert again.replace("[", "").count("7k2m9qxa") == once.count("7k2m9qxa")


@pytest.mark.parametrize("text", ["[phone 13812345678]", "[number 12345678]", "[phone a3812345678]"])
def test_brackets_of_the_customer_hide_nothing(text):
    assert not any(digits in shown(text) for digits in ("12345678", "3812345678"))

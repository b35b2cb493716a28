"""The codes and names that the made-up contact centre uses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """What contacts are about: share of first contacts, chance of another contact, mean talk, responsible cause."""

    code: str
    share: float
    repeat: float
    talk_seconds: int
    cause: str
    subtypes: tuple[str, ...]


ISSUES = (
    Issue(
        "returns", 0.14, 0.27, 320, "rule", ("return_window", "return_shipping_fee", "exchange_size", "opened_goods")
    ),
    Issue("refund", 0.12, 0.30, 300, "system", ("refund_slow", "refund_amount", "refund_account")),
    Issue("logistics", 0.17, 0.26, 240, "logistics", ("delay", "lost", "damaged", "address_change")),
    Issue("product_quality", 0.12, 0.28, 380, "product", ("texture", "scent", "fault", "missing_part", "packaging")),
    Issue("order", 0.15, 0.20, 210, "system", ("order_query", "order_change", "order_cancel")),
    Issue("price", 0.07, 0.22, 230, "price", ("price_protection", "price_difference", "coupon_price")),
    Issue("account", 0.08, 0.24, 260, "system", ("login", "points", "identity_check")),
    Issue("promotion", 0.07, 0.23, 250, "rule", ("gift_missing", "coupon_rule", "deposit_rule")),
    Issue("installation", 0.05, 0.29, 340, "service", ("visit_late", "extra_fee", "broken_on_site")),
    Issue("other", 0.03, 0.18, 200, "other", ("suggestion", "general_query")),
)
ISSUE_CODES = tuple(issue.code for issue in ISSUES)
ATTITUDE = len(ISSUES)  # a complaint type only: no contact is opened about it
COMPLAINT_TYPES = (*ISSUE_CODES, "service_attitude")
ATTITUDE_SUBTYPES = ("impatient", "interrupted", "no_answer", "wrong_promise")
SUBTYPES = tuple(subtype for issue in ISSUES for subtype in issue.subtypes) + ATTITUDE_SUBTYPES
CAUSES = ("service", "rule", "system", "product", "logistics", "price", "other")
CAUSE_OF_TYPE = (*(CAUSES.index(issue.cause) for issue in ISSUES), CAUSES.index("service"))
DEPARTMENTS = ("customer_service", "sales_policy", "it", "production", "logistics", "marketing", "head_office")
ROOT_CAUSES = (
    ("training_gap", "staff_slip", "script_unclear"),
    ("policy_unclear", "policy_conflict", "sop_gap"),
    ("system_fault", "interface_delay", "page_wording"),
    ("supplier_batch", "design_flaw", "inspection_gap"),
    ("carrier_capacity", "warehouse_error", "bad_weather"),
    ("price_not_synced", "coupon_rule_unclear", "price_change"),
    ("unknown", "customer_misunderstanding", "third_party"),
)
ROOT_CAUSE_CODES = tuple(code for codes in ROOT_CAUSES for code in codes)

CHANNELS = ("phone", "chat", "app", "email", "social", "self_service")
CHANNEL_SHARES = (0.53, 0.22, 0.11, 0.06, 0.045, 0.035)
SELF_SERVICE = CHANNELS.index("self_service")
GROUP_OF_CHANNEL = (0, 1, 1, 2, 2, -1)  # phone, online, written; self-service reaches nobody
QUEUES = (
    *("phone_service", "phone_after_sales", "online_service", "online_after_sales"),
    *("written_service", "written_after_sales"),
)
AFTER_SALES = ("returns", "refund", "product_quality", "installation")
COMPLAINT_CHANNELS = ("phone", "online", "email", "social", "regulator")
COMPLAINT_CHANNEL_OF_CHANNEL = (0, 1, 1, 2, 3, 1)
DIRECTIONS = ("inbound", "outbound")
SHIFTS = ("early", "late", "night")
SHIFT_PATTERN = (0, 1, 0, 2, 0, 1, 0, 1, 0, 1)  # four seats already hold every shift
TIERS = ("standard", "silver", "gold", "high_value")
TIER_SHARES = (0.70, 0.18, 0.08, 0.04)
HIGH_VALUE = TIERS.index("high_value")
PRIORITIES = ("low", "normal", "high", "urgent")
PRIORITY_LIMIT_HOURS = (72, 24, 8, 4)
EXCLUSIONS = ("test", "spam", "wrong_number", "merged", "outbound_campaign")
SCENARIOS = (
    *("browsing", "ordering", "payment", "delivery", "return_exchange", "warranty", "home_service"),
    *("membership", "live_stream_sale", "festival_sale", "trade_in"),
)
SCENARIO_SHARES = (0.08, 0.15, 0.10, 0.19, 0.14, 0.08, 0.06, 0.06, 0.06, 0.03, 0.05)
TRADE_IN = SCENARIOS.index("trade_in")
PRODUCTS = (
    *("face_cream", "shampoo", "sun_lotion", "body_wash", "hair_dryer", "air_fryer", "kettle", "vacuum_cleaner"),
    *("desk_lamp", "mattress", "pillow", "bookshelf", "storage_box", "water_filter", "running_shoes", "backpack"),
)
PRODUCT_SHARES = (0.13, *(0.058,) * 15)
FACE_CREAM = PRODUCTS.index("face_cream")
BATCHES = tuple(f"b{number:02d}" for number in range(1, 13))
TEXTURE_BATCH = BATCHES.index("b07")
ANSWERS = tuple(
    f"{code}_{variant}" if code != "returns" else f"returns_{days}"
    for code in ISSUE_CODES
    for variant, days in (("standard", "7_days"), ("older_rule", "15_days"), ("own_words", "30_days"))
)
REGIONS = ("华东", "华南", "华北", "华中", "西南", "东北", "西北")
REGION_SHARES = (0.31, 0.21, 0.15, 0.13, 0.11, 0.05, 0.04)

SITES = ("成都中心", "武汉中心", "合肥中心")
TEAM_NAMES = (
    *("星火组", "晨曦组", "远航组", "青松组", "海棠组", "云帆组"),
    *("飞鸿组", "银杏组", "白鹭组", "朝阳组", "听雨组", "知行组"),
)
TEAM_IDS = tuple(f"team_{number:02d}" for number in range(1, len(TEAM_NAMES) + 1))
GROUP_OF_TEAM = (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2)
GROUPS = 3
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
GIVEN_NAMES = (
    *("晓燕", "志强", "雨桐", "建华", "思远", "欣怡", "海涛", "丽娜", "子轩", "梦瑶", "国栋", "静雯", "俊杰", "佳慧"),
    *("文博", "春梅", "浩然", "雪晴", "明辉", "秋菊", "宇航", "诗涵", "立新", "婷婷", "少东", "若兰", "永康", "依依"),
)
REVIEWERS = tuple(f"r{number:02d}" for number in range(1, 17))  # twelve for the teams, four in the centre
TEAM_REVIEWERS = 12

SEVERITIES = ("general", "serious", "urgent")
RESPONSE_LIMIT_SECONDS = (1_800, 3_600, 600)
RESOLUTION_LIMIT_SECONDS = (86_400, 172_800, 7_200)
UPHELD = ("upheld", "partly_upheld", "rejected")
LEVELS = ("L1", "L2", "L3")
BODIES = ("12315", "consumer_association", "post_regulator", "media")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the review form: its section, points and how often it is failed."""

    code: str
    section: str
    points: int
    failed: float


ITEMS = (
    Item("greeting", "opening", 5, 0.05),
    Item("identity_check", "opening", 10, 0.05),
    Item("listening", "service", 10, 0.08),
    Item("answer_accuracy", "business", 20, 0.09),
    Item("solution", "business", 20, 0.08),
    Item("promise_script", "business", 10, 0.06),
    Item("attitude", "service", 15, 0.06),
    Item("record", "closing", 10, 0.09),
)

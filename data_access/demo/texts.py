"""Short made-up sentences of customers; some carry the personal data that masking has to catch."""

from typing import Any

import numpy as np

from data_access.demo import vocabulary as words

CONTACT_TEXTS = (
    *("想退货，包装已经拆了还能退吗", "退货运费谁来承担", "尺码不对想换一件"),
    *("退款三天了还没到账", "退款金额和付款金额对不上", "Refund still not received"),
    *("快递一直不更新", "包裹显示签收但我没收到", "想改一下收货地址"),
    *("打开就有质量问题", "用了两次就坏了", "少了一个配件"),
    *("查一下订单什么时候发货", "想取消订单", "How do I change my order?"),
    *("刚买就降价，能退差价吗", "优惠券用不了", "页面价格和结算价格不一样"),
    *("账号登录不上", "积分少了一千多", "实名认证一直失败"),
    *("赠品没有收到", "活动规则看不懂", "定金什么时候可以退"),
    *("师傅约好的时间没来", "安装另外收费不合理", "装完发现墙面被划了"),
    *("提个建议", "想问一下营业时间", "没有别的事了谢谢"),
)
COMPLAINT_TEXTS = (
    ("退货被拒三次，每个客服说法都不一样，请打{phone}联系我", "说好七天无理由，现在又说不能退", "退货运费凭什么我出"),
    (
        "退款拖了半个月没有到账，卡号尾号{digits}",
        "退款少了{money}元没有人解释",
        "No refund after ten days, call {phone}",
    ),
    ("快递晚了八天，催了几次都没结果", "包裹丢了没有人负责，我的电话{phone}", "外箱破损，里面东西全碎了"),
    ("质地和以前不一样，结块还刺激皮肤", "买来第二天就坏了，要求换新", "检测报告能不能给我看，联系{name}{phone}"),
    ("订单被无故取消，要求给说法", "订单地址被改成别人的，我姓{name}", "下单两周没有发货"),
    ("刚买就降价{money}元，价保申请被拒", "结算价格和页面不一致", "优惠券说明误导消费者"),
    ("账号被锁无法登录，手机{phone}", "积分被清零没有通知", "身份证{identity}认证一直失败"),
    ("赠品一直没有寄，承诺不兑现", "活动规则临时改变，不能接受", "定金不退没有提前说明"),
    (
        "安装师傅爽约两次，家里地址是锦绣路{digits}号",
        "安装师傅上门额外收费{money}元没有发票",
        "安装师傅装坏了墙面不肯赔",
    ),
    ("处理问题推来推去，要投诉到12315", "You keep passing me around", "等了很久没有人回复"),
    ("客服态度很差，直接挂我电话", "客服不耐烦，一直打断我说话", "承诺当天回电，没有人打给{phone}"),
)
WIDTH = 3


def complaint_texts(types: Any, random: np.random.Generator) -> list[str]:
    """One sentence for each complaint type (index); phone, identity and card numbers are drawn, so nobody's."""
    pick = random.integers(WIDTH, size=len(types))
    tail = random.integers(10**8, size=len(types))
    names = random.integers(len(words.SURNAMES), size=len(types))
    return [
        COMPLAINT_TEXTS[kind][place].format(
            phone=f"138{number:08d}",
            digits=f"{number % 10_000:04d}",
            money=number % 300 + 10,
            name=words.SURNAMES[name] + "先生",
            identity=f"510100{1960 + number % 45}0{number % 9 + 1}1{number % 10}{number % 10_000:04d}",
        )
        for kind, place, number, name in zip(types.tolist(), pick.tolist(), tail.tolist(), names.tolist(), strict=True)
    ]

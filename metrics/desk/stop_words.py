"""Words that say nothing of what a complaint is about; whatever is not listed counts."""

_CHINESE = """
一个 一些 一下 一样 一直 一次 一点 一定 一切 一天 三次 两次 几次 多次 这个 那个 这些 那些 这样 那样 这么 那么
这里 那里 这种
什么 怎么 怎样 为什么 为何 哪里 哪个 谁 我们 你们 他们 她们 它们 自己 别人 大家 人家 本人 咱们 没有 没 不能
不会 不是 不要 不行 不让
不给 可以 可能 应该 需要 必须 能够 还是 或者 以及 而且 并且 但是 可是 不过 然后 所以 因为 由于 因此 如果 虽然
即使 只是 只有 只要 就是
都是 也是 还有 已经 正在 刚刚 刚才 马上 立即 现在 当时 之前 之后 以前 以后 后来 今天 昨天 明天 上午 下午 晚上
早上 时候 时间 再次
又是 非常 十分 特别 比较 很多 许多 全部 所有 每个 每次 每天 各种 其他 其它 另外 有的 有些 有人 出现 进行 表示
认为 觉得 知道 希望
要求 请问 谢谢 你好 您好 麻烦 帮忙 请 客户 用户 顾客 来电 反映 反馈 投诉 情况 问题 事情 东西 方面 关于 对于
根据 通过 为了 按照
先生 女士 小姐 电话 手机 号码 联系 于是 居然 竟然 到底 究竟 真的 确实 其实 完全 根本 直接 起来 出来 下来 回来
过来 过去 上去
"""
_ENGLISH = """
about after again all also and any are because been before being both but can cannot could did does doing down
during each even ever
every few for from further get gets getting got had has have having her here hers him his how however into its
itself just keep kept
let like made make many may me more most much must never now off once only onto other our ours out over own
please said same say
says she should since some still such take than that the their theirs them then there these they this those
though through till
told too under until upon very want was way well were what when where which while who whom whose why will with
within without
would yet you your yours call called complain complaint complaints customer customers asked ask day days one
two three ten
"""
STOP_WORDS = frozenset((_CHINESE + _ENGLISH).split())
#: Single characters that do say something; all others are too short to.
TELLING = frozenset("慢贵坏假丢脏臭漏冷热堵断吵骗")

"""Chinese surnames, and words that begin like a name: what names in customers' words are recognised by."""

# The hundred most common surnames of the household register (Ministry of Public Security, 2007), then the next hundred
# of the ranking commonly circulated with it, their other written forms, and the usual two-character ones.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
    "常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕季裴霍涂"
    "苗谷盛曲翁冉骆蓝游辛靳柴蒙鲍华喻祁蒲房滕屈饶牟艾尤阳穆农司卓古吉缪简项芦麦褚娄窦戚岑景党宫费卜冷晏席卫"
    "米柏宗瞿桂佟臧闵苟邬卞姬仇栾隋刁沙荣巫寇桑郎甄丛仲虞敖巩佘池麻苑迟邝萧傅阎赖洪谌鄢"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧葉蘇呂盧鍾譚陸賈韋鄒龍賀顧龔萬錢嚴湯"
)
COMPOUND = "欧阳|司马|诸葛|上官|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|司徒|令狐|东方|南宫|独孤|端木|轩辕|歐陽|諸葛"
AMBIGUOUS = "向单车管成连解应路"  # surnames too, but before another surname they are words: 向王先生反映
NO_NAME = (  # words that begin like a name, some of them places people are from
    "安装|安排|安全|安心|方便|方式|方法|方面|方案|关于|于是|于上|于昨|于今|于本|于去|高级|包括|包裹|包装|马上|万一|曾经|金牌|金卡|"
    "金额|白金|常客|常常|常年|何时|何必|何况|任何|白天|余额|钱包|文件|单号|成为|应该|路上|全部|解决|解释|连续|向来|严重|项目|"
    "简单|江苏|江西|安徽|苏州|常州|徐州|温州|郑州|宁波|宁夏|沈阳|成都|金华"
)

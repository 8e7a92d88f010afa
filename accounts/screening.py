"""What must not stand in a text that hangs in public: names, numbers and doors, illness, income, minors (domain.md §9).

    fault(text, names)        why a text may not be published, or None

Pure. `names` are people known around the matter, who never appear in full.
"""

import re
import unicodedata
from collections.abc import Iterator

HIDDEN = "●●●"


def fault(text: str, names: tuple[str, ...] = (), *, of_a_person: bool = True) -> str | None:
    """The first thing in a text that must not be public, as a sentence that says how to mend it.

    `of_a_person`: the text tells of somebody, so illness, income and age may not stand in it. A text about nobody in
    particular (a cadre's pledge to visit poor households) may use those words.
    """
    plain = plain_text(text)
    private = private_words(plain) if of_a_person else iter(())
    for what, found in (*private, *identifying(plain, names)):
        return f"公示内容里有{what}“{found}”，请删去或改写后再公示。"
    return None


MARKS = "，；：？！（）"
BETWEEN_DIGITS = re.compile(rf"(?<=\d)\s*[{MARKS}]\s*(?=\d)")


def plain_text(text: str) -> str:
    """Half-width digits, and none of the invisible characters or marks that could hide a number."""
    folded = "".join(letter if letter in MARKS else unicodedata.normalize("NFKC", letter) for letter in text)
    seen = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    return BETWEEN_DIGITS.sub(lambda mark: unicodedata.normalize("NFKC", mark.group()), seen)


PRIVATE = (
    (
        "病情",
        re.compile(
            r"癌|肿瘤|白血病|尿毒症|透析|艾滋|梅毒|性病|乙肝|肝炎|结核|精神病|精神(?:分裂|障碍|疾病)|抑郁|自闭|智障|智力"
            r"|残疾|瘫痪|偏瘫|中风|脑梗|糖尿|高血压|心脏病|癫痫|手术|化疗|住院|病历|病情|病重|重病|大病|慢病|慢性病|患病"
            r"|患者|怀孕|孕妇|流产|[生得]了?病|[看治有养]病|HIV"
        ),
    ),
    (
        "收入情况",
        re.compile(
            r"低保|特困|五保|贫困|困难户|困难家庭|困难群众|监测户|脱贫户|救助金|救济|工资|薪|存款|负债|欠款|债务"
            r"|(?:年|月|家庭|个人|人均)收入"
        ),
    ),
    (
        "未成年人情况",
        re.compile(
            r"未成年|儿童|小孩|孩子|孤儿|婴儿|婴幼儿|女婴|男婴|少年|女童|男童|学生|娃娃?|辍学|孙子|孙女|外孙"
            r"|(?<!\d)(?:\d|1[0-7])周?岁|[一二三四五六七八九十]{1,2}周?岁"
        ),
    ),
)


def private_words(plain: str) -> Iterator[tuple[str, str]]:
    for what, pattern in PRIVATE:
        found = pattern.search(plain)
        if found:
            yield what, found.group()


SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘蒋蔡余杜叶程苏魏吕丁任卢姚沈钟姜崔谭"
    "陆汪范廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万钱覃武戴莫孔汤温康施文牛樊葛邢齐易"
    "乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮纪梅童凌毕单季裴霍涂苗谷曲盛冉骆蓝游辛靳管柴"
    "蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳穆农卓古吉缪简芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂佟臧闵苟邬边卞姬"
)
"""Without those that are first of all words: 向, 成, 时, 安 … Names known around the matter are found anyway."""
A_NAME = rf"(?:欧阳|上官|司马|诸葛|司徒|东方|皇甫|[{SURNAMES}])(?![某兴度龄便式])[\u4e00-\u9fff]{{1,2}}"
CHINESE_DIGIT = "[〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"
A_DATE = re.compile(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}")
IDENTIFYING = (
    ("号码", re.compile(r"\d(?:[\s\-‐-―·.*_()/,、]?\d){6,}[Xx]?")),
    ("号码", re.compile(rf"{CHINESE_DIGIT}(?:[\s\-]?{CHINESE_DIGIT}){{6,}}")),
    ("邮箱或账号", re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:微信|QQ|qq)[号]?[\s:：]*[A-Za-z0-9_-]{4,}")),
    ("车牌", re.compile(r"[\u4e00-\u9fff][A-Z][·\s]?[A-Z0-9]{5,6}(?![A-Za-z0-9])")),
    ("门牌", re.compile(r"(?<![月\d])\d+(?:号|栋|幢|单元|室)(?!线|文|水泥|钢)")),
    (
        "姓名",
        re.compile(
            r"(?<=村民|居民|群众|户主|党员|学生|老人|业主|商户|邻居|妻子|丈夫|父亲|母亲|儿子|女儿|住户)[\s:：]?"
            rf"{A_NAME}(?![县市镇乡村组路街渠桥河])"
        ),
    ),
    (
        "姓名",
        re.compile(
            rf"{A_NAME}(?=家门|家里|家中|家的|先生|女士|大爷|大娘|大妈|大伯|奶奶|爷爷|阿姨|夫妇|一家|老人|等人)"
        ),
    ),
)


def identifying(plain: str, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in known_names(names):
        if name in plain:
            yield "姓名", name
    for what, pattern in IDENTIFYING:
        for found in pattern.finditer(plain):
            if not A_DATE.fullmatch(found.group()):
                yield what, found.group().strip()


def known_names(names: tuple[str, ...]) -> list[str]:
    """The longest first, so that no part of a name is left over; a single character is no name."""
    return sorted({folded for name in names if len(folded := plain_text(name).strip()) > 1}, key=len, reverse=True)

"""公示: the masked projection of a matter, as a pure function (domain.md §9). No Django, no clock.

    projection(matter)        heading and text that may hang on the village's board
    fault(text, matter)       why a text written by staff may not, or None

The name becomes 黄*荣, the place the village; numbers, names and doors that slipped into the words are masked. What
tells of illness, income or a minor, and every sensitive matter, is published as its category only.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.privacy import Mask, mask

LONGEST_RESULT = 600
LONGEST_TEXT = 1000
CATEGORY_ONLY = "本事项涉及个人隐私，按规定只公示类别。事项已办理完毕并经核查。"
HIDDEN = "●●●"


@dataclass(frozen=True)
class Matter:
    """What the projection reads. `names` are people known around the matter, who never appear in full, `minors` those
    of them under age, who never appear at all."""

    category: str
    village: str
    petitioner: str
    title: str
    result: str
    outcome: str
    names: tuple[str, ...] = ()
    minors: tuple[str, ...] = ()
    sensitive: bool = False
    cannot_be_done: bool = False


@dataclass(frozen=True)
class Published:
    heading: str
    text: str


def projection(matter: Matter) -> Published:
    if _is_private(matter):
        return Published(matter.category, CATEGORY_ONLY)
    result = _masked(matter.result, matter)
    shown = result if len(result) <= LONGEST_RESULT else f"{result[: LONGEST_RESULT - 1]}…"
    who = mask(matter.petitioner.strip(), Mask.NAME) or "群众"
    lines = [
        f"{who}({matter.village})反映：{_masked(matter.title, matter)}",
        f"办理结果：{shown}",
        f"群众评价：{matter.outcome}",
    ]
    if matter.cannot_be_done:
        lines.insert(2, "客观上暂时无法解决，已作解释说明。")
    return Published(f"{matter.category} · {matter.village}", "\n".join(lines))


def fault(text: str, matter: Matter) -> str | None:
    """The first thing in a text that must not be public, as a sentence that says how to mend it."""
    if _is_private(matter):
        return "本事项涉及敏感情况、病情、收入或未成年人，只能公示类别，不能改写公示内容。"
    plain = _plain(text)
    for what, found in (*_private_words(plain), *_identifying(plain, matter.names)):
        return f"公示内容里有{what}“{found}”，请删去或改写后再公示。"
    return None


def _is_private(matter: Matter) -> bool:
    said = _plain(f"{matter.title}\n{matter.result}\n{matter.petitioner}")
    return matter.sensitive or any(_private_words(said)) or any(name in said for name in _known(matter.minors))


MARKS = "，；：？！（）"
BETWEEN_DIGITS = re.compile(rf"(?<=\d)\s*[{MARKS}]\s*(?=\d)")


def _plain(text: str) -> str:
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


def _private_words(plain: str) -> Iterator[tuple[str, str]]:
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


def _identifying(plain: str, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in _known(names):
        if name in plain:
            yield "姓名", name
    for what, pattern in IDENTIFYING:
        for found in pattern.finditer(plain):
            if not A_DATE.fullmatch(found.group()):
                yield what, found.group().strip()


def _masked(text: str, matter: Matter) -> str:
    plain = _plain(text).strip()
    for name in _known((*matter.names, matter.petitioner)):
        plain = plain.replace(name, mask(name, Mask.NAME))
    for what, pattern in IDENTIFYING:
        plain = pattern.sub(_hidden_name if what == "姓名" else _hidden, plain)
    return plain


def _known(names: tuple[str, ...]) -> list[str]:
    """The longest first, so that no part of a name is left over; a single character is no name."""
    return sorted({folded for name in names if len(folded := _plain(name).strip()) > 1}, key=len, reverse=True)


def _hidden(found: re.Match[str]) -> str:
    return found.group() if A_DATE.fullmatch(found.group()) else HIDDEN


def _hidden_name(found: re.Match[str]) -> str:
    return f"{re.sub(r'[^一-鿿]', '', found.group())[0]}某"

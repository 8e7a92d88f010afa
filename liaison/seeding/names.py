"""Invented names. Given names follow the fashion of the decade somebody was born in."""

from datetime import date
from itertools import accumulate
from random import Random

SURNAMES = "黄陈林张李吴廖肖邓杨余王刘谢曾罗汤叶梁郑周徐伍朱何赖江饶钟范孙马邱游冯龚卢蔡苏温熊高胡宋唐傅魏童揭官"
_WEIGHTS = list(accumulate(len(SURNAMES) + 12 - place for place in range(len(SURNAMES))))
_MALE = {
    1930: ("德福荣祥生贵发根水金", "财旺兴明清林茂盛宝松"),
    1950: ("建国卫志永先文光新家", "军民华平荣国生明强忠"),
    1970: ("志国建小晓文海少永宗", "军勇强辉斌峰伟明东亮"),
    1990: ("子俊宇家梓浩嘉志明煜", "轩杰豪涵杨鹏凯宇睿阳"),
}
_FEMALE = {
    1930: ("秀桂金玉水凤兰香菊银", "英妹莲珠花娣招兰姑香"),
    1950: ("秀玉丽淑月美桂春爱素", "珍英兰芳华琴清云霞梅"),
    1970: ("小晓丽海雪美燕春秋月", "燕红丽萍玲娟芳霞梅敏"),
    1990: ("雨梦子思欣诗佳嘉晓语", "婷欣涵怡琪萱雯瑶彤妍"),
}


def surname(dice: Random) -> str:
    return dice.choices(SURNAMES, cum_weights=_WEIGHTS)[0]


def given(dice: Random, *, male: bool, born: date) -> str:
    """One or two characters; two are by far the more common."""
    fashion = (_MALE if male else _FEMALE)[max(decade for decade in _MALE if decade <= max(born.year, 1930))]
    if dice.random() < 0.12:
        return dice.choice(fashion[1])
    return dice.choice(fashion[0]) + dice.choice(fashion[1])

"""Official division lists: what is read, what is wrong, what changes."""

from pathlib import Path

import pytest
from django.conf import settings

from accounts.errors import Refused
from grids.divisions import Division, Fault, Standing, faults, plan, read_divisions, short_name

LISTS = Path(settings.BASE_DIR) / "liaison/seeding/divisions"
GOOD = [
    ("441624000000", "和平县"),
    ("441624100000", "阳明镇"),
    ("441624100001", "广东省河源市和平县阳明镇东山社区居民委员会"),
    ("441624100201", "广东省河源市和平县阳明镇城西村村民委员会"),
]


def rows(*pairs):
    return [Division(line, *pair) for line, pair in enumerate(pairs, 2)]


def test_a_faultless_list_has_no_faults():
    assert faults(rows(*GOOD)) == []


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (("44162410000", "甲村"), "代码“44162410000”应为12位数字"),
        (("44162410O202", "甲村"), "代码“44162410O202”应为12位数字"),
        (("4.41624E+11", "甲村"), "代码“4.41624E+11”应为12位数字"),
        (("", "甲村"), "代码“”应为12位数字"),
        (("441624100202", ""), "441624100202 ：名称不能为空"),
        (("441624100202", "长" * 31), f"441624100202 {'长' * 31}：名称最多30个字，现有31个字"),
        (("441624101201", "甲村"), "441624101201 甲村：文件里没有它的上级441624101000"),
        (("441625100000", "乙镇"), "441625100000 乙镇：文件里没有它的上级441625000000"),
        (("441600000000", "河源市"), "441600000000 河源市：前6位应为县级代码，不能是省或地市代码"),
        (
            ("441624700000", "乙镇"),
            "441624700000 乙镇：第7至9位700不在乡级代码范围（街道001–099，镇100–199，乡200–399，政企合一单位400–599）",
        ),
        (
            ("441624100700", "甲村"),
            "441624100700 甲村：末3位700不在村级代码范围（居委会001–199，村委会200–399，类似单位400–599）",
        ),
        (
            ("441624000201", "甲村"),
            "441624000201 甲村：第7至9位000不在乡级代码范围（街道001–099，镇100–199，乡200–399，政企合一单位400–599）",
        ),
        (("441624100201", "甲村"), "441624100201 甲村：代码与第5行重复"),
        (("441624100202", "城西村委会"), "441624100202 城西村委会：与第5行同属一个上级，简称都是“城西村”"),
    ],
)
def test_a_bad_row_is_named_with_its_number_and_reason(pair, reason):
    assert faults(rows(*GOOD, pair)) == [Fault(6, reason)]


def test_a_name_with_a_comma_in_it_is_not_cut_in_silence():
    found = read_divisions("code,name\n441624000000,和平县,又名\n".encode())
    assert faults(found) == [Fault(2, "441624000000 和平县：名称后面多出一列“又名”")]


def test_every_bad_row_is_reported_not_only_the_first():
    assert [fault.line for fault in faults(rows(*GOOD, ("1", "甲"), ("441624100202", "乙村"), ("2", "丙")))] == [6, 8]


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("广东省河源市和平县阳明镇东山社区居民委员会", "东山社区"),
        ("广东省河源市和平县阳明镇城西村村民委员会", "城西村"),
        ("阳明镇中村村村民委员会", "中村村"),
        ("解放村委会", "解放村"),
        ("百花社区居委会", "百花社区"),
        ("曹阵社区村民委员会", "曹阵社区"),
        ("兰家村社区居民委员会", "兰家村社区"),
        ("孙坊良种场生活区", "孙坊良种场生活区"),
        ("阳明镇社区居委会", "阳明镇社区"),
    ],
)
def test_names_are_cut_to_what_people_say(official, short):
    assert short_name("441624100201", {"441624100000": "阳明镇", "441624100201": official}) == short


@pytest.mark.parametrize("county", ["jiangle", "heping", "zhucheng"])
def test_the_real_lists_are_faultless_and_their_names_fit(county):
    found = read_divisions((LISTS / f"{county}.csv").read_bytes())
    names = {row.code: row.name for row in found}
    assert faults(found) == []
    assert all(len(short_name(code, names)) <= 12 for code in names)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("code,name\n441624000000,和平县\n".encode("gbk"), "文件不是 UTF-8 编码（可能是 GBK）"),
        (b"PK\x03\x04rest", "改了扩展名的 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0rest", "改了扩展名的 Excel 工作簿"),
        (b"", "文件是空的"),
        ("﻿ \n".encode(), "文件是空的"),
        (b"code,name\n", "文件只有表头"),
        (b"441624000000,x\n", "第1行应是表头 code,name"),
        (b"code;name\n1;2\n", "第1行应是表头 code,name"),
        (b"code,name\n\0\0", "文件不是文本"),
        (b'code,name\n441624000000,"' + b"x" * 200_000, "文件不是规整的 CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(content, sentence):
    with pytest.raises(Refused, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        read_divisions(content)


def test_a_byte_order_mark_windows_line_ends_and_empty_lines_do_no_harm():
    assert read_divisions("﻿code,name\r\n441624000000, 和平县 \r\n,\r\n\r\n".encode()) == [
        Division(2, "441624000000", "和平县")
    ]


def test_the_plan_adds_renames_and_closes_and_nothing_else():
    standing = [
        Standing(1, "441624000000", "和平县"),
        Standing(2, "441624100000", "阳明乡"),
        Standing(3, "441624100202", "旧村"),
    ]
    made = plan(rows(*GOOD), standing)
    assert [(row.code, row.name) for row in made.add] == [("441624100001", "东山社区"), ("441624100201", "城西村")]
    assert made.rename == [(standing[1], "阳明镇")]
    assert made.close == [standing[2]]

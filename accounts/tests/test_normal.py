"""Normal forms, and the checks of national standards."""

import pytest

from accounts import normal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86-13800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0598-2322001", "05982322001"),
        ("8613800", "8613800"),
        ("", ""),
        ("无", ""),
    ],
)
def test_a_phone_is_digits_without_the_country(typed, kept):
    assert normal.phone(typed) == kept


@pytest.mark.parametrize("phone", ["13800138000", "19912345678", "05982322001", "01012345678", "2322001"])
def test_mobiles_and_landlines_are_phones(phone):
    assert normal.phone_fault(phone) is None


@pytest.mark.parametrize("phone", ["", "1380013800", "138001380000", "12800138000", "123456", "05981"])
def test_other_numbers_are_not(phone):
    assert normal.phone_fault(phone) == "电话应为11位手机号，或带区号的固定电话"


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_are_good(number):
    """GB 11643-1999, appendix A."""
    assert normal.id_fault(number) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("110105194912310021", "身份证号校验码不符（末位应为X）"),
        ("440524188001010015", "身份证号校验码不符（末位应为4）"),
        ("440524188013010014", "身份证号第7至14位不是有效的出生日期"),
        ("440524190002290014", "身份证号第7至14位不是有效的出生日期"),
        ("44052418800101001", "身份证号应为18位（前17位数字，末位数字或X）"),
        ("44052418800101001x", "身份证号应为18位（前17位数字，末位数字或X）"),
        ("4405241880010100144", "身份证号应为18位（前17位数字，末位数字或X）"),
        ("A40524188001010014", "身份证号应为18位（前17位数字，末位数字或X）"),
        ("", "身份证号应为18位（前17位数字，末位数字或X）"),
    ],
)
def test_a_bad_number_says_what_is_wrong(number, fault):
    assert normal.id_fault(number) == fault


def test_every_single_wrong_digit_is_noticed():
    good = "11010519491231002X"
    for position in (*range(6), *range(14, 17)):
        for digit in "0123456789":
            if digit != good[position]:
                assert normal.id_fault(good[:position] + digit + good[position + 1 :]) is not None


def test_an_id_number_is_typed_in_many_ways_and_kept_in_one():
    assert normal.id_number(" 110105 19491231 002x ") == "11010519491231002X"
    assert normal.id_number("11010519491231002x") == "11010519491231002X"

"""The departments of a demo county and what each is asked for."""

UNITS = (
    "水利局",
    "交通运输局",
    "住房和城乡建设局",
    "农业农村局",
    "民政局",
    "人力资源和社会保障局",
    "医疗保障局",
    "卫生健康局",
    "教育局",
    "自然资源局",
    "林业局",
    "生态环境局",
    "公安局",
    "司法局",
    "信访局",
    "应急管理局",
    "城市管理局",
    "市场监督管理局",
    "退役军人事务局",
    "供电公司",
)


def landline(serial: int) -> str:
    """No area code is 0000 and no local number begins with 0."""
    return f"0000-000{serial:04d}"

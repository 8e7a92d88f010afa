"""The words a profile may use, and what the screen says for them. The models' choices carry the same identifiers."""

LEVELS = {
    "prefecture": "地市",
    "county": "县",
    "town": "乡镇",
    "village": "村",
    "cell": "网格",
    "sub_cell": "子格",
}
"""Widest first."""
NAMED_LEVELS = ("county", "town", "village", "cell")
"""The levels every county has and must name."""

COLUMNS = ("cell", "village", "town", "county")
"""The columns of the table of limits, nearest the household first."""

CATEGORIES = {
    "livelihood": "生活保障",
    "employment": "劳动就业",
    "production": "生产经营",
    "infrastructure": "基础设施",
    "dispute": "矛盾纠纷",
    "opinion": "意见建议",
}
URGENCIES = {"critical": "紧急", "urgent": "急", "normal": "一般", "hard": "疑难"}
GRADES = {"general": "一般事项", "major": "重大事项"}
LEDGERS = {"personal": "个人台账", "unit": "单位台账", "county": "县级台账"}
"""Lowest first: an issue that climbs never falls back into a lower ledger."""
SUPERVISION = {"blue": "蓝", "orange": "橙", "red": "红"}
CLOCKS = {
    "triage": "梳理",
    "assign": "交办",
    "first_contact": "首次联系",
    "verify": "核查",
    "callback": "回访",
    "review": "挂账复核",
}
"""Clocks a profile sets beside the limits of handling; the publicity clock follows switches.publicity_days."""
CHANNELS = {
    "visit": "入户走访",
    "public": "群众扫码",
    "duty": "值班接待",
    "meeting": "会议",
    "hotline": "热线",
    "service": "服务群众",
    "sentiment": "社情民意",
    "petition": "信访事务",
    "citizen": "市民直通车",
    "risk": "风险评估",
    "inspection": "督查督办",
}
ROLES = {
    "liaison_member": "联户党员",
    "grid_leader": "网格长",
    "informant": "信息员",
    "chief_grid_leader": "总网格长",
    "first_secretary": "第一书记",
    "branch_secretary": "支部书记",
    "resident_team": "住村工作队",
    "town_clerk": "乡镇经办",
    "town_leader": "乡镇领导",
    "county_clerk": "县委组织部经办",
    "county_leader": "县领导",
    "unit_handler": "部门承办人",
    "command_centre": "指挥中心",
}
"""The posts that can stand on a chain; the remaining roles support or administer."""
EXCUSERS = (
    "chief_grid_leader",
    "branch_secretary",
    "first_secretary",
    "town_clerk",
    "town_leader",
    "county_clerk",
    "county_leader",
)
"""Who may let visits wait where a rule names nobody."""
CADRES = {
    "village_member": "农村党员",
    "village_cadre": "村干部",
    "town_cadre": "乡镇干部",
    "department_staff": "部门干部",
    "leader": "县级领导",
    "delegate": "两代表一委员",
    "heart_link": "党群连心户",
}
CONTACT_TARGETS = {"family": "家庭户", "enterprise": "企业", "group": "村民小组", "person": "个人"}
TAGS = {
    "low_income": "低保",
    "destitute": "特困",
    "monitored": "监测",
    "disabled": "残疾",
    "left_behind": "留守",
    "old_alone": "独居老人",
    "old_member": "老党员",
    "veteran": "退役军人",
    "prosperous": "致富能手",
}
SERVICE_DAYS = {"monthday": "每月固定日期", "weekday": "每月第几个周几", "market": "赶场日"}
SERVICE_NUMBERS = {"monthday": (1, 31), "weekday": (1, 5), "market": (0, 9)}
ON_HOLIDAYS = {"keep": "照常", "next": "顺延到下一个工作日", "skip": "不开展"}

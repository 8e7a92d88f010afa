"""What a county turns on and off."""

from yaml.nodes import Node

from profiles.nodes import entries, flag, text, whole
from profiles.profile import OrderFlow, Switches, Visiting


def switches(node: Node) -> Switches:
    found = entries(node, "switches（开关）", required=list(Switches.__dataclass_fields__))
    return Switches(
        publicity=flag(found["publicity"], "publicity（公示）"),
        publicity_days=whole(found["publicity_days"], "公示工作日数", 1, 60),
        county_may_force_close=flag(found["county_may_force_close"], "county_may_force_close（县级强制销号）"),
        reopen_days=whole(found["reopen_days"], "可复号天数", 1, 366),
        failed_contacts=whole(found["failed_contacts"], "联系不上的次数", 1, 10),
        explained_may_close=flag(found["explained_may_close"], "explained_may_close（解释说明类可销号）"),
        sms_signature=text(found["sms_signature"], "短信签名", 12),
        quiet_hours=flag(found["quiet_hours"], "quiet_hours（夜间不发短信和群消息）"),
        quiet_from=whole(found["quiet_from"], "夜间从几点", 0, 23),
        quiet_until=whole(found["quiet_until"], "夜间到几点", 0, 23),
        urgent_at_night=flag(found["urgent_at_night"], "urgent_at_night（紧急事项夜间也通知工作人员）"),
        automatic_orders=flag(found["automatic_orders"], "automatic_orders（自动发督办单）"),
        order_answer_days=whole(found["order_answer_days"], "督办单回复的工作日数", 1, 30),
        duty_mobiles=flag(found["duty_mobiles"], "duty_mobiles（值班电话可以是手机）"),
    )


def visits(node: Node) -> Visiting:
    found = entries(node, "visits（走访要求）", required=list(Visiting.__dataclass_fields__))
    return Visiting(
        failed_attempts=whole(found["failed_attempts"], "连续几次未见到人告知村里", 1, 10),
        proof=flag(found["proof"], "proof（见面走访要签名或见证）"),
    )


def order_flow(node: Node) -> OrderFlow:
    found = entries(node, "order_flow（三单）", required=list(OrderFlow.__dataclass_fields__))
    return OrderFlow(
        enabled=flag(found["enabled"], "enabled（开展三单）"),
        dispatch_days=whole(found["dispatch_days"], "下单的工作日数", 0, 60),
        take_days=whole(found["take_days"], "接单的工作日数", 1, 60),
        rate_days=whole(found["rate_days"], "评单的工作日数", 1, 60),
    )

"""What the matching engine will not work with, in words a branch can act on."""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.errors import Refused
from households.matching import Contradiction

SENTENCES = {
    "pinned_and_forbidden": "这一对已被排除或锁定，请先撤回原来的决定。",
    "out_of_reach": "这名党员按规定不联这一类住户（如县级领导只联困难户和老党员），请换一名。",
    "unlinked": "这一户还没有人联系，请先指定党员。",
    "unknown_home": "这一户不在本轮的名单里，请先“更新名单”。",
    "unknown_helper": "这名党员不参加本轮，请先“恢复联户”或“外借党员”。",
    "limits": "有党员的下限、目标、上限不合规矩，请先改联户数。",
    "twice": "名单里有重复，请先“更新名单”。",
    "weights": "均衡联户数的权重“load”盖过了上下限的权重，方案算不出来；请改小“load”，或改大“short”和“over”。",
}


@contextmanager
def in_words() -> Iterator[None]:
    """Raises Refused where the engine sees a contradiction."""
    try:
        yield
    except Contradiction as contradiction:
        raise Refused(SENTENCES[contradiction.kind]) from contradiction

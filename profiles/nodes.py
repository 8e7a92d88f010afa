"""YAML as nodes that know their file and line, and the checks every value goes through."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

NULL, BOOL, INT, TEXT = (f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "str"))


class ProfileError(Exception):
    """A profile that cannot be used. `sentence` is Chinese and begins with file:line where there is one."""

    def __init__(self, reason: str, *, file: str = "", line: int = 0) -> None:
        self.reason, self.file, self.line = reason, file, line
        self.sentence = f"{file}:{line} {reason}。" if file else f"{reason}。"
        super().__init__(self.sentence)


def fault(node: Node, reason: str) -> ProfileError:
    """The error of a value, at the line where it stands."""
    return ProfileError(reason, file=node.start_mark.name, line=node.start_mark.line + 1)


def load(path: Path) -> MappingNode:
    """The top mapping of a file. Raises ProfileError when it is no YAML mapping or names a key twice."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ProfileError(f"读不了文件 {path}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ProfileError("文件不是 UTF-8 编码，请转存后再用", file=path.name, line=line) from error
    top = _composed(text, path.name)
    if not isinstance(top, MappingNode):
        raise ProfileError("文件里没有“名称: 内容”形式的小节", file=path.name, line=1)
    _refuse_repeated_keys(top, set())
    return top


def _composed(text: str, name: str) -> Node | None:
    try:
        loader = yaml.SafeLoader(text)
        loader.name = name
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ProfileError("YAML 写法有误，请检查这一行前后的缩进、冒号和引号", file=name, line=line) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise ProfileError("含有不可见的控制字符，请删除", file=name, line=line) from error


def _refuse_repeated_keys(node: Node, seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, SequenceNode):
        for item in node.value:
            _refuse_repeated_keys(item, seen)
    if isinstance(node, MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            name = _key(key)
            if name in names:
                raise fault(key, f"“{name}”写了两次，只能留一次")
            names.add(name)
            _refuse_repeated_keys(value, seen)


def _key(node: Node) -> str:
    if not isinstance(node, ScalarNode):
        raise fault(node, "名称应是一个词")
    return str(node.value)


def merged(base: Node, own: Node) -> Node:
    """`own` over `base`: mappings are merged key by key, everything else is replaced whole."""
    if not (isinstance(base, MappingNode) and isinstance(own, MappingNode)):
        return own
    entries = {key.value: (key, value) for key, value in base.value}
    for key, value in own.value:
        inherited = entries.get(key.value)
        entries[key.value] = (key, merged(inherited[1], value) if inherited else value)
    return MappingNode(own.tag, list(entries.values()), own.start_mark, own.end_mark)


def entries(
    node: Node, what: str, *, required: Collection[str] = (), known: Collection[str] | None = None
) -> dict[str, Node]:
    """The values of a mapping by key; `known` lists the keys there may be (default: the required ones)."""
    if not isinstance(node, MappingNode):
        raise fault(node, f"{what}应写成“名称: 内容”")
    allowed = required if known is None else known
    for key, _ in node.value:
        if key.value not in allowed:
            raise fault(key, f"{what}里不认识“{key.value}”，可用：{listed(allowed)}")
    found = {key.value: value for key, value in node.value}
    for name in required:
        if name not in found:
            raise fault(node, f"{what}缺少“{name}”")
    return found


def items(node: Node, what: str) -> list[Node]:
    if not isinstance(node, SequenceNode) or not node.value:
        raise fault(node, f"{what}应是至少一项的列表")
    return list(node.value)


def text(node: Node, what: str, longest: int) -> str:
    if not isinstance(node, ScalarNode) or node.tag == NULL or not 1 <= len(node.value.strip()) <= longest:
        raise fault(node, f"{what}应是1到{longest}个字")
    return str(node.value).strip()


def code(node: Node, what: str, choices: Collection[str]) -> str:
    """One of the known identifiers."""
    if not isinstance(node, ScalarNode) or node.value not in choices:
        raise fault(node, f"不认识的{what}“{shown(node)}”，可用：{listed(choices)}")
    return str(node.value)


def flag(node: Node, what: str) -> bool:
    if node.tag != BOOL:
        raise fault(node, f"{what}应写 on 或 off，不能是“{shown(node)}”")
    return node.value.lower() in ("on", "yes", "true")


def whole(node: Node, what: str, low: int, high: int) -> int:
    if node.tag != INT or not re.fullmatch(r"\d{1,6}", node.value) or not low <= int(node.value) <= high:
        raise fault(node, f"{what}应是{low}到{high}的整数，不能是“{shown(node)}”")
    return int(node.value)


def is_null(node: Node) -> bool:
    return node.tag == NULL


def shown(node: Node) -> str:
    return str(node.value) if isinstance(node, ScalarNode) else "（一段结构）"


def listed(choices: Collection[str]) -> str:
    """Identifiers with their screen names, where they have one."""
    if isinstance(choices, Mapping):
        return "、".join(f"{key}（{name}）" for key, name in choices.items())
    return "、".join(choices)

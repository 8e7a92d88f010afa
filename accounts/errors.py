"""The one exception for everything the rules do not allow."""


class Refused(Exception):
    """A rule said no. `sentence` is Chinese, says what is wrong and how to mend it; `field` names the input, if one."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Outrun(Refused):
    """Somebody else moved the row first (compare-and-set matched nothing)."""

    def __init__(self, sentence: str = "这条记录刚刚被别人处理过，请刷新后再看。") -> None:
        super().__init__(sentence)


class Forbidden(Refused):
    """The person lacks the right, whatever the row's state (403)."""

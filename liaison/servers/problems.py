"""Why a server could not be had, in one sentence a person can act on."""

import errno
from pathlib import Path


class CannotStart(SystemExit):
    """Ends the program with its sentence on stderr and exit code 1; no stack trace."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def disk_full(folder: Path) -> CannotStart:
    return CannotStart(
        f"磁盘已满，无法写入 {folder}。请清理磁盘，或用 LIAISON_HOME 指定别处后重试。"
        f" The disk that holds {folder} is full: free some space, or set LIAISON_HOME to another disk."
    )


def from_os_error(error: OSError, folder: Path) -> CannotStart:
    """The sentence for an operating-system error met while preparing `folder`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(folder)
    return CannotStart(
        f"无法使用状态目录 {folder}（{error.strerror}：{error.filename}）。"
        "请检查权限，或用 LIAISON_HOME 指定别处。"
        f" Cannot use {folder} ({error.strerror}): check its permissions, or set LIAISON_HOME."
    )

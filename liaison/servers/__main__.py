"""`python -m liaison.servers start|stop`: the embedded servers of this LIAISON_HOME by hand."""

import argparse

from liaison import servers


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m liaison.servers", description=__doc__)
    parser.add_argument("what", choices=["start", "stop"])
    if parser.parse_args().what == "start":
        servers.ensure_environment()
        print(f"PostgreSQL 与 Valkey 已就绪:{servers.home()}")
        return
    stopped = servers.stop()
    print(f"已停止:{'、'.join(stopped)}" if stopped else f"没有正在运行的数据库:{servers.home()}")


if __name__ == "__main__":
    main()

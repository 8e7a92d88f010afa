"""Every measurement of this folder, one table at the end.

    python -m bench [jiangle|heping|zhucheng] [--only lists sweep …]

A module takes part by having `run(scale) -> [(what, measured, target, met)]`. Each makes and drops databases of its
own beside the configured one.
"""

import argparse
import importlib
import os
import pkgutil
import sys
from time import perf_counter

import bench

SCALES = ("jiangle", "heping", "zhucheng")
Result = tuple[str, float, str, bool]


def main() -> None:
    import django

    options = asked()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
    django.setup()
    results: list[Result] = []
    for name in options.only or modules():
        start = perf_counter()
        results += importlib.import_module(f"bench.{name}").run(options.scale)
        print(f"-- bench.{name}: {perf_counter() - start:.0f} s", flush=True)
    show(results)
    short = sum(not met for *_, met in results)
    if short:
        sys.exit(f"{short} of {len(results)} targets are short; on a busy machine measure again before believing it.")


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("place", nargs="?", choices=SCALES, help=argparse.SUPPRESS)
    parser.add_argument("--scale", choices=SCALES, default="jiangle")
    parser.add_argument("--only", nargs="+", choices=modules(), metavar="MODULE", help=", ".join(modules()))
    options = parser.parse_args()
    options.scale = options.place or options.scale
    return options


def modules() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))


def show(results: list[Result]) -> None:
    wide = max(len(what) for what, *_ in results)
    print(f"\n{'':5} {'what':{wide}} {'measured':>10}  target")
    for what, measured, target, met in results:
        print(f"{'ok' if met else 'short':5} {what:{wide}} {measured:>10.2f}  {target}")


if __name__ == "__main__":
    main()

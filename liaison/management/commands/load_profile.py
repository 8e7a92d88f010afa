"""manage.py load_profile NAME [--county NAME-OR-CODE] [--discard-edits]: a county's rules from its profile."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import Refused
from liaison.county_profile import county_named, load_profile
from profiles.nodes import ProfileError
from profiles.reader import read
from workdays.now import today


class Command(BaseCommand):
    help = "把县配置写成本县的规则：层级、项目、联户数、走访规则、上报链、时限；可重复运行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="配置名（如 jiangle），或 YAML 文件的路径")
        parser.add_argument("--discard-edits", action="store_true", help="放弃在时限表里的人工修改，全部按配置")
        parser.add_argument("--county", help="县名或12位代码；不写就按配置里的县名找")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            profile = read(options["name"])
            county = county_named(options["county"] or profile.county)
            facts = load_profile(county, profile, on=today(), by=None, discard_edits=options["discard_edits"])
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        except ProfileError as error:
            raise CommandError(str(error)) from error
        for fact in facts:
            self.stdout.write(f"{county}：{fact}")

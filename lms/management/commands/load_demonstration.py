from django.core.management.base import BaseCommand, CommandError

from lms import demonstration, demonstration_province


class Command(BaseCommand):
    help = "Make a small made-up province with made-up people, once. Only with DEMO=1."

    def add_arguments(self, parser):
        parser.add_argument(
            "--full",
            action="store_true",
            help="the real units as well, with as many people as the directive counts",
        )

        parser.add_argument(
            "--year",
            action="store_true",
            help="with --full: and a year of learning, some two million answers",
        )

    def handle(self, *, full, year, **options):
        try:
            if demonstration.load():
                self.stdout.write("made the demonstration province")
            if full:
                demonstration_province.load(say=self.stdout.write, with_year=year)
                for login, password, who in demonstration_province.accounts():
                    self.stdout.write(f"  {login:<14} {password}  {who}")
        except demonstration.NotADemonstration as error:
            raise CommandError(
                "Demonstration accounts exist only in demonstration mode; set DEMO=1 for that."
            ) from error
        except demonstration_province.AlreadyThere as error:
            raise CommandError("The whole province has been loaded already.") from error

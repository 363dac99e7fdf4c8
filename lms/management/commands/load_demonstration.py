from django.core.management.base import BaseCommand, CommandError

from lms import demonstration


class Command(BaseCommand):
    help = "Make a small made-up province with made-up people, once. Only with DEMO=1."

    def handle(self, **options):
        try:
            made = demonstration.load()
        except demonstration.NotADemonstration as error:
            raise CommandError(
                "Demonstration accounts exist only in demonstration mode; set DEMO=1 for that."
            ) from error
        if made:
            self.stdout.write("made the demonstration province")

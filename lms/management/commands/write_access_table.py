from django.conf import settings
from django.core.management.base import BaseCommand

from people import rights


class Command(BaseCommand):
    help = "Write docs/access.md from the code that decides who may do what."

    def handle(self, **options):
        path = settings.BASE_DIR / "docs" / "access.md"
        path.write_text(rights.table(), encoding="utf-8")
        self.stdout.write(str(path.relative_to(settings.BASE_DIR)))

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people import two_factor
from people.models import Person


class Command(BaseCommand):
    help = "Take away somebody's second factor, after they have lost phone and recovery codes."

    def add_arguments(self, parser):
        parser.add_argument("login", help="the login name of the person")

    def handle(self, *, login, **options):
        person = Person.objects.filter(login=Person.normalize_login(login)).first()
        if person is None:
            raise CommandError(f"Nobody signs in as “{login}”.")
        two_factor.reset(person=person, by=None, at=timezone.now())
        self.stdout.write(f"{person.login} signs in with the password alone, or sets it up anew.")

from django.core.management.base import BaseCommand

from certificates import own_keys, signers
from lms import preparing


class Command(BaseCommand):
    help = "Make what is made from the sources: compiled translations, collected static files."

    def handle(self, **options):
        preparing.compile_messages()
        own_keys.make()
        signers.make_demonstration_key()
        if preparing.static_files_are_stale():
            preparing.collect_static_files()

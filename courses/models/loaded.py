from django.db import models


class LoadedFile(models.Model):
    """What `load_content` made of a file, so that it can tell its own work from an editor's.

    `revision` is the revision that the load itself saved: where the object's latest revision is
    another one, an editor has been there since.
    """

    path = models.CharField(max_length=200, unique=True)
    fingerprint = models.CharField(max_length=64)
    revision = models.BigIntegerField(null=True)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["path"]

    def __str__(self):
        return self.path

"""Work in the background: what is to be done, how far it is, and who has hold of it.

The rows here are the truth; a Celery message is only a hint to look at them. See docs/jobs.md.
"""

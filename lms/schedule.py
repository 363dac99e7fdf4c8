"""What the worker does by itself, and how often."""

SECOND, MINUTE, HOUR, DAY = 1, 60, 60 * 60, 24 * 60 * 60

EVERY = [
    ("beat of the worker's heart", "jobs.tasks.beat", 10 * SECOND),
    ("hand out again what a lease has run out on", "jobs.tasks.sweep", 15 * SECOND),
    ("work out standings anew", "training.tasks.catch_up", 20 * SECOND),
    ("publish what is due", "courses.tasks.publish_scheduled", MINUTE),
    ("hand in what is over", "quizzes.tasks.end_attempts", MINUTE),
    ("look at certificates whose ground has gone", "certificates.tasks.open_reviews", MINUTE),
    ("compare all standings with what they ought to be", "training.tasks.start_reconciling", HOUR),
    ("count how questions do", "quizzes.tasks.refresh_tallies", 30 * MINUTE),
    ("forget what nobody needs any more", "jobs.tasks.forget", DAY),
    ("forget pupils whose term has ended", "classroom.tasks.forget_pupils", DAY),
    ("delete papers that nobody names", "training.tasks.sweep_papers", DAY),
    ("delete scans that nobody names", "reports.tasks.sweep_copies", DAY),
    ("forget sessions that have ended", "people.tasks.forget_sessions", DAY),
]

# One that the worker had no time for is not made up for: the next one comes.
SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in EVERY
}

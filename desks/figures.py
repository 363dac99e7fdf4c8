"""How many have finished, learn, have stopped or not begun: counted in the database, in one pass.

Who is counted is given as a queryset of posts, whose size costs no further queries. Everything is
counted for a place: nobody counts twice at a unit, and whoever serves at two units counts at both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db import connection, models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from desks.goals import Goal
from organisation import tree
from people.models import Post
from people.roles import LEARNERS, SCHOOL, TEAM, Role

INACTIVE_AFTER = timedelta(days=90)
# Counting a whole province takes a second or so. What is counted over many communes is remembered.
REMEMBERED = timedelta(minutes=10)
# Whom an officer looks after: those of teams, or those of schools, or both.
PARTS: dict[str, frozenset[Role]] = {"team": TEAM, "school": SCHOOL}


class State(models.TextChoices):
    """How far somebody is. Exactly one holds; who is finished has nothing left to do."""

    NOT_BEGUN = "not begun", _("Not begun")
    INACTIVE = "inactive", _("Inactive")
    LEARNING = "learning", _("Learning")
    FINISHED = "finished", _("Finished")


@dataclass(frozen=True)
class Counts:
    """How many people there are in each state. `inactive` have begun, and stopped before the end."""

    not_begun: int = 0
    inactive: int = 0
    learning: int = 0
    finished: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.not_begun + other.not_begun,
            self.inactive + other.inactive,
            self.learning + other.learning,
            self.finished + other.finished,
        )

    @property
    def people(self) -> int:
        return self.not_begun + self.inactive + self.learning + self.finished

    @property
    def begun(self) -> int:
        return self.people - self.not_begun

    @property
    def unfinished(self) -> int:
        return self.people - self.finished

    @property
    def share(self) -> float:
        """Which part of them has finished, from 0 to 1; where there is nobody, all."""
        return self.finished / self.people if self.people else 1.0

    @property
    def per_cent(self) -> int:
        """How many of a hundred have finished; rounded down, so that 100 is all of them."""
        return 100 * self.finished // self.people if self.people else 0

    def of(self, state: State) -> int:
        return {
            State.NOT_BEGUN: self.not_begun,
            State.INACTIVE: self.inactive,
            State.LEARNING: self.learning,
            State.FINISHED: self.finished,
        }[state]


@dataclass(frozen=True)
class Measured:
    """Somebody, how far they are, and which of the goals they are measured by."""

    person: int
    state: State
    goal: int


@dataclass(frozen=True)
class Remembered:
    """The counts of every unit where somebody serves, for each of PARTS, and when they were made."""

    at: datetime
    parts: Mapping[str, Mapping[int, Counts]]

    def of(self, parts: Iterable[str]) -> dict[int, Counts]:
        """Return the counts of each unit over some parts."""
        found: dict[int, Counts] = {}
        for part in parts:
            for unit, counts in self.parts[part].items():
                found[unit] = found.get(unit, Counts()) + counts
        return found


def counts(posts: QuerySet[Post], *, goals: Sequence[Goal], at: datetime) -> Counts:
    """Return how far those are who hold some posts, each of them counted once; one query."""
    statement = _Statement(posts, goals=goals, at=at)
    rows = statement.run("SELECT state, COUNT(*) FROM measured GROUP BY state", [])
    return _counts(rows)


def by_unit(posts: QuerySet[Post], *, goals: Sequence[Goal], at: datetime) -> dict[int, Counts]:
    """Return how far those are who hold some posts, for each unit where somebody does; one query.

    For the people of a commune. Over many communes, `everywhere` has them ready.
    """
    statement = _Statement(posts, goals=goals, at=at, by_unit=True)
    return _by_unit(statement)


def everywhere(*, goals: Sequence[Goal], on: date, at: datetime) -> Remembered:
    """Return the counts of every unit as of a day, at most REMEMBERED old; two queries or none."""
    key = f"desks:everywhere:{on}"
    kept = cache.get(key)
    if kept is None:
        posts = Post.objects.on(on)
        kept = Remembered(
            at=at,
            parts={
                part: _by_unit(
                    _Statement(
                        posts.filter(role__in=roles),
                        goals=goals,
                        at=at,
                        by_unit=True,
                        everybody=True,
                    )
                )
                for part, roles in PARTS.items()
            },
        )
        cache.set(key, kept, timeout=REMEMBERED.total_seconds())
    return kept


def by_child(unit: int, counted: Mapping[int, Counts], *, on: date) -> dict[int, Counts]:
    """Add up the counts of units for each child of a unit that they stand under; one query.

    What is counted at the unit itself stands under its own key.
    """
    found: dict[int, Counts] = {}
    for below, child in tree.child_of_each(unit, on=on).items():
        if below in counted:
            found[child] = found.get(child, Counts()) + counted[below]
    return found


def page(
    posts: QuerySet[Post],
    *,
    goals: Sequence[Goal],
    at: datetime,
    states: Sequence[State] = tuple(State),
    first: int = 0,
    most: int,
) -> list[Measured]:
    """Return some of those who hold some posts: who has not finished first, then by name; one query."""
    statement = _Statement(posts, goals=goals, at=at)
    marks = ", ".join(["%s"] * len(states))
    rows = statement.run(
        f"""
        SELECT measured.person_id, measured.state, measured.goal
        FROM measured JOIN people_person person ON person.id = measured.person_id
        WHERE measured.state IN ({marks})
        ORDER BY CASE WHEN measured.state = %s THEN 1 ELSE 0 END, person.sort_key, person.id
        LIMIT %s OFFSET %s
        """,  # noqa: S608 - nothing but marks is put in
        [*states, State.FINISHED, most, first],
    )
    return [Measured(person, State(state), goal) for person, state, goal in rows]


def _by_unit(statement: "_Statement") -> dict[int, Counts]:
    rows = statement.run(
        "SELECT unit_id, state, COUNT(*) FROM measured GROUP BY unit_id, state", []
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for unit, state, number in rows:
        found.setdefault(unit, []).append((state, number))
    return {unit: _counts(numbers) for unit, numbers in found.items()}


def _counts(rows: Iterable[Sequence]) -> Counts:
    return Counts(**{State(state).name.lower(): number for state, number in rows})


class _Statement:
    """The common table expressions that end in `measured(unit_id, person_id, goal, state)`.

    Written by hand because Django's querysets cannot group what they have grouped. `unit_id` is 0
    unless units are asked for. Whoever serves for several goals there is measured by the first. Only
    the last grade of an attempt counts, as in quizzes.grading.best_grades.
    """

    def __init__(
        self,
        posts: QuerySet[Post],
        *,
        goals: Sequence[Goal],
        at: datetime,
        by_unit: bool = False,
        everybody: bool = False,
    ):
        self.params: list = []
        # Of a few people each one's rows are looked up; of everybody it is quicker to read all.
        self.whose = "" if everybody else "WHERE person_id IN (SELECT person_id FROM served)"
        self.sql = "WITH " + ", ".join(
            [
                self._served(posts, goals, by_unit=by_unit),
                self._last("reading", "courses_completion", "at"),
                self._last("tried", "quizzes_attempt", "started_at"),
                self._passed(goals),
                self._measured(at),
            ]
        )

    def run(self, select: str, params: Sequence) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(f"{self.sql} {select}", [*self.params, *params])
            return cursor.fetchall()

    def _mark(self, *values) -> str:
        self.params += values
        return ", ".join(["%s"] * len(values)) or "NULL"

    def _served(self, posts: QuerySet[Post], goals: Sequence[Goal], *, by_unit: bool) -> str:
        goal = "CASE"
        for number, one in enumerate(goals):
            goal += f" WHEN post.role IN ({self._mark(*sorted(one.roles))}) THEN {number}"
        held = posts.filter(role__in=LEARNERS).order_by().values("person_id", "unit_id", "role")
        inner, params = held.query.sql_with_params()
        self.params += params
        unit = "post.unit_id" if by_unit else "0"
        return f"""served AS MATERIALIZED (
            SELECT {unit} AS unit_id, post.person_id, MIN({goal} END) AS goal
            FROM ({inner}) post GROUP BY 1, 2
        )"""  # noqa: S608 - constant SQL, and the ORM's own

    def _last(self, name: str, table: str, column: str) -> str:
        return f"""{name} AS MATERIALIZED (
            SELECT person_id, MAX({column}) AS at FROM {table} {self.whose} GROUP BY person_id
        )"""  # noqa: S608 - constant SQL

    def _passed(self, goals: Sequence[Goal]) -> str:
        """The people who have passed every quiz of a goal. One without a quiz nobody has reached."""
        each = []
        for number, goal in enumerate(goals):
            quizzes = goal.quizzes
            each.append(f"""
                SELECT person_id, {number} AS goal FROM quizzes_attempt attempt
                JOIN quizzes_grade grade ON grade.attempt_id = attempt.id
                {self.whose or "WHERE TRUE"}
                  AND attempt.state = 'marked' AND grade.passed
                  AND attempt.quiz_id IN ({self._mark(*quizzes)})
                  AND NOT EXISTS (
                    SELECT 1 FROM quizzes_grade later
                    WHERE later.attempt_id = attempt.id AND later.id > grade.id)
                GROUP BY person_id
                HAVING COUNT(DISTINCT attempt.quiz_id) >= {len(quizzes)}""")  # noqa: S608 - numbers
        return f"passed AS MATERIALIZED ({' UNION ALL '.join(each)})"

    def _measured(self, at: datetime) -> str:
        since = connection.ops.adapt_datetimefield_value(at - INACTIVE_AFTER)
        self.params += [State.FINISHED, State.NOT_BEGUN, since, since, since]
        self.params += [State.LEARNING, State.INACTIVE]
        return """measured AS (
            SELECT served.unit_id, served.person_id, served.goal,
              CASE WHEN passed.person_id IS NOT NULL THEN %s
                   WHEN reading.at IS NULL AND tried.at IS NULL THEN %s
                   WHEN reading.at > %s OR tried.at > %s OR person.last_login > %s THEN %s
                   ELSE %s END AS state
            FROM served JOIN people_person person ON person.id = served.person_id
            LEFT JOIN passed ON passed.person_id = served.person_id AND passed.goal = served.goal
            LEFT JOIN reading ON reading.person_id = served.person_id
            LEFT JOIN tried ON tried.person_id = served.person_id
        )"""

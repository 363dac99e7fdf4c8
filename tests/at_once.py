"""Two, or more, who do something at the same moment, each on a database connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections


def at_once(*actions: Callable) -> list:
    """Start all actions together; return for each what it returned, or the exception it raised."""
    ready = Barrier(len(actions))

    def run(action):
        try:
            ready.wait(timeout=10)
            return action()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))

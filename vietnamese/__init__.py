"""Vietnamese text: how it is normalised, folded for searching and sorted by name.

Plain functions over strings, at the bottom of the layers: places, people and lessons all need them.
"""

from vietnamese.names import given_name, place_sort_key, sort_key
from vietnamese.text import fold, normalise

__all__ = ["fold", "given_name", "normalise", "place_sort_key", "sort_key"]

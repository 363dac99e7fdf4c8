from tests.training.conftest import commune, other_school, school, teacher, teachers

__all__ = ["commune", "other_school", "school", "teacher", "teachers"]

from courses.models.editions import Edition
from courses.models.loaded import LoadedFile
from courses.models.pages import CataloguePage, CoursePage, HomePage, LessonPage
from courses.models.pictures import Picture, Rendition
from courses.models.previews import FramedPreview
from courses.models.progress import Completion
from courses.models.taught import Audience, Fact, LearningOutcome, Skill

__all__ = [
    "Audience",
    "CataloguePage",
    "Completion",
    "CoursePage",
    "Edition",
    "Fact",
    "FramedPreview",
    "HomePage",
    "LearningOutcome",
    "LessonPage",
    "LoadedFile",
    "Picture",
    "Rendition",
    "Skill",
]

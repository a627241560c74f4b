from norms.models.annotations import Anchor, Annotation, Wording, WordingStance
from norms.models.answers import Answered, Cause, Initiative, OfficeAnswer
from norms.models.norm import Article, Norm, Part, Version


__all__ = [
    "Anchor",
    "Annotation",
    "Answered",
    "Article",
    "Cause",
    "Initiative",
    "Norm",
    "OfficeAnswer",
    "Part",
    "Version",
    "Wording",
    "WordingStance",
]

"""Chinese text: index grams, pinyin search keys, likeness, personal data, cleaning. Pure functions, no tables."""

from linli.kernel.text.grams import bigrams, grams, normalise
from linli.kernel.text.intake import clean, personal_data_in, without_personal_data
from linli.kernel.text.likeness import likeness, likeness_to
from linli.kernel.text.spelling import initials, pinyin, search_keys

__all__ = (
    "bigrams",
    "clean",
    "grams",
    "initials",
    "likeness",
    "likeness_to",
    "normalise",
    "personal_data_in",
    "pinyin",
    "search_keys",
    "without_personal_data",
)

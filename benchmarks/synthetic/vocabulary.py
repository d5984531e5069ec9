"""A vocabulary with the word frequencies of real text, and texts of it.

The n-th word has a probability proportional to 1/n: the first occur in every study, the last in one of ten thousand.
Long texts are composed of pregenerated sentences, so that 57,000 records take seconds.
"""

from random import Random

from benchmarks.synthetic.sampling import zipf_choice

_USUAL = (
    "the of and in to with a patients for is study or be will at on by are as who group clinical treatment after not "
    "from that have dose during disease each this participants any safety weeks one an time before days therapy more "
    "criteria use may baseline other risk blood history effect care years months results known levels women outcome"
)
COMMON = _USUAL.split()
VOCABULARY = 40_000
_SENTENCES = 30_000
_IN_SENTENCES = 25_000  # rarer words occur in titles only

_BEGINNINGS = "b br c ch cl d dr f fl g gl h j k l m n p ph pl pr qu r s sc sh st t th tr v w x z"
_VOWELS = "a ae e ea i ia ie o oi ou u"
_STARTS, _MIDDLES = _BEGINNINGS.split(), _VOWELS.split()
_ENDS = ("", "", "l", "m", "n", "nd", "r", "rm", "s", "st", "t", "x")


def invent_words(chance: Random, count: int) -> list[str]:
    """Different invented words, in lower case."""
    words: dict[str, None] = {}
    while len(words) < count:
        syllables = chance.choice((1, 2, 2, 3))
        word = "".join(chance.choice(_STARTS) + chance.choice(_MIDDLES) for _ in range(syllables)) + chance.choice(
            _ENDS
        )
        words[word] = None
    return list(words)


class Texts:
    """Texts of any length. `words` is the vocabulary, the most frequent first."""

    def __init__(self, chance: Random):
        self._chance = chance
        self.words = COMMON + invent_words(chance, VOCABULARY - len(COMMON))
        usual = self.words[:_IN_SENTENCES]
        self._sentences = [
            " ".join(zipf_choice(chance, usual) for _ in range(chance.randint(6, 22))).capitalize() + "."
            for _ in range(_SENTENCES)
        ]

    def name(self) -> str:
        return self.words[self._chance.randrange(len(COMMON), VOCABULARY)].capitalize()

    def title(self, length: int) -> str:
        """A text of `length` words of the whole vocabulary."""
        return " ".join([zipf_choice(self._chance, self.words) for _ in range(length)])

    def sentences(self, count: int) -> list[str]:
        first = self._chance.randrange(_SENTENCES - count)
        return self._sentences[first : first + count]

    def about(self, characters: float) -> list[str]:
        """At least one sentence, of about this number of characters in total, which varies as in real texts."""
        return self.sentences(min(1 + int(characters / 80 * self._chance.lognormvariate(-0.2, 0.65)), 400))

    def paragraph(self, characters: float) -> str:
        return " ".join(self.about(characters))

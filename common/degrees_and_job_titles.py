"""Titles, degrees and job titles ("Study Coordinator") beside a person's name. Pure.

Source: the text after commas in 15,090 names of contacts and officials in 2,000 real registry records.
"""

import re

from common.text import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SEPARATORS = re.compile(r"[\s/&+;:]+")

_TITLES = _words(
    """
    assocprof asstprof doctor doktor dott dottssa dr dra drmed drs lekarz miss mlle mme mr mrs ms mudr prof
    profa profdr profdrmed professor univprof
    """
)
#: Words that belong to a title only after another one: "Dr. med.", "Prof. dr hab. n. med.", "Assoc. Prof.".
_TITLE_PARTS = _words(
    """
    adj ass assistant assoc associate asst doz hab habil med n pd priv privdoz univ
    """
)
_LEADING_PARTS = _words(
    """
    adj ass assistant assoc associate asst doz pd priv privdoz univ
    """
)

#: Degrees and memberships, letters only. Those that are also family names count only in capitals: see _AMBIGUOUS.
_DEGREES = _words(
    """
    abpp abs anp aocn ap apn aprn arnp assistprof ba bachelor bao bba bch bchir bds bhms bm bmbs bmed bn bpharm
    bs bsc bscmed bscn bsn candidate cardiologist ccfp cch ccra ccrc ccrp cdces cde ceo chair chm clindev
    clinpsy cm cnm cnp cnrn consultant coo cpm cra crc crn crna crnp csc dabr dc dch dclinpsych dds demonstrator
    deputy dhsc dietitian dipl diplom dm dma dmd dmed dmsc dn dnb dnp dns do doctor doctoral doctorate doktor
    dphil dpm dpt dr drmed drnb drph drprof drs drsc dsc dscpt dvm ecfmg economics edd edm endo faaaai faad faan
    faap faapmr facc facep facg facog facp facr facs facsm fadm faha fahs fasco fasn fastro fccp fcps fecsm
    fellow fesc fescs ffrad fhrs fics fidsa fmedsci fnb fracp fracs franzco frca frcog frcp frcpa frcpath frcpc
    frcpch frcpe frcpsych frcr frcs frcsc frcsed frpharms fsir fullprofessor hab habil hcld head inc ing
    investigator jd kmd lac lcgc lcsw lecturer lek llc llm lmsw lpc lpn ltd lvn ma mas master mb mba mbbch
    mbbchbao mbbs mbchb mch mcn md mdcm mdmph mdmsc mdphd mdprof mds med medicine meng mha mhs mhsc mkep mm mmed
    mmedsc mmsc mn mnutrdiet mpa mpas mph mphil mps mpt mpth mr mrcp mrcpch mrcs mres ms msc msce msceng mscmed
    mscn mscr mscs msn msompt msph mspt msw mt mtr mudr ncpt nd neurologist np npc ns nurse od odont oncologist
    ot otr pa pac pediatrician pg ph pharmacist pharmbiol pharmd phd phdcandidate phdmd phdpharmacology phdstud
    phdstudent physician physiotherapist pi postdoc postgrad postgraduate pr prim prof professor proff profmd
    profmdphd psychologist psyd pt puph rac radiologist rcp rd rdn research researcher resident rn rnc rndr rph
    rpt rrt rt scd scientist scm sir skep specialist ssi stud student studmed surgeon tdpt ucc undergraduate
    urologist
    """
)
#: Fields that follow a name or a degree: "DNB Radiation Oncology".
_FIELDS = _words(
    """
    anaesthesiology anesthesiology biochemistry biology cardiology clinical degree dermatology endocrinology
    full gastroenterology gynecology health hematology in internal masters medical medicine neurology nursing
    oncology ophthalmology orthopedics paediatrics pathology pediatrics pharmacology physics psychiatry
    psychology public radiation radiology radiotherapy science sciences surgery surgical urology
    """
)
#: Degrees that are also words of names ("Ma", "Do", "Ba"): a degree only in capitals or with dots.
_AMBIGUOUS = _words(
    """
    abs anp ap ba bachelor bao bn cde ceo chair clinical cm cra dc degree dm dn do doctor fellow full hab head
    in ing jd lek ma mas master masters md med medical mm mn mr ms mt nd np ns nurse od ot pa pg ph pi prim
    pt public rn rt sir stud student
    """
)
_WORD_LENGTH = 5  # a degree with as many letters is a word ("Master") and not part of a full name
#: After a name without a comma only these are degrees.
_UNAMBIGUOUS = _words(
    """
    bsc bsn dmsc dnp dphil drph facc facp facs frcp frcpc frcs mba mbbs mbchb md mdphd mph msc msn pharmd phd rn
    """
)

_JOB_TITLE_WORDS = _words(
    """
    administration administrator assistant associate center centre clinic contact contacts coordenator
    coordinador coordinadora coordinateur coordination coordinator coordinatore coordinators department dept
    desk director enquiries enquiry group helpdesk helpline hotline information investigador investigateur
    investigator investigators koordinator lead leader liaison line locator mailbox management manager monitor
    navigator nurse nurses office officer operations personnel physician recruiter recruitment registry
    representative scientist secretariat secretary sekretariat service services specialist sponsor staff
    studienburo studienkoordination studienleiter studienzentrale support switchboard team transparency trialist
    unit
    """
)
_JOB_TITLE_MODIFIERS = _words(
    """
    a about additional all am and assigned associate at call cancer central chief clinical co contacting
    corporate ct data designated development disclosure e edt email enrolling enrollment enrolment est first for
    free general global gov head help in inquiries inquiry international local mail main medical medicine more
    multiple national no number of on oncology only or other patient patients pharmaceutical phone please
    principal program programme project protocol public recommended referral regional registration regulatory
    related research responsible science sciences screening senior site sites studies study sub subinvestigator
    team telephone the this to toll trial trials use via volunteer volunteers
    """
)
_ALL_JOB_TITLE_WORDS = _JOB_TITLE_WORDS | _JOB_TITLE_MODIFIERS
_MIN_JOB_TITLE_LENGTH = 3  # "No In" is a name
#: Words of job titles that are also names: alone they are no job title.
_ALSO_NAMES = frozenset({"line", "lead", "leader", "desk", "call", "site", "more", "use", "head"})
#: Two of these are a person's name ("Line Nurse", "Do Main"), unless they form a job title.
_NAMES_IN_PAIRS = _ALSO_NAMES | _words("ba bao do first free ma main mas nurse senior sir staff")
_FIRST_OF_JOB_TITLE = _words("call first free head lead main nurse senior site staff")
_LAST_OF_JOB_TITLE = _words("call desk head lead leader line nurse site staff")


def without_titles(name: str) -> str:
    """The name without preceding titles: "Prof. Dr. med. Zoë de Boer" is "Zoë de Boer"."""
    words = name.split()
    place = 0
    if len(words) > 2 and _letters(words[0]) == "pr":
        place = 1
    while place < len(words) and _is_part_of_title(words, place):
        place += 1
    return " ".join(words[place:])


def _is_part_of_title(words: list[str], place: int) -> bool:
    letters = _letters(words[place])
    if is_title(words[place]) or (place and letters in _TITLE_PARTS):
        return True
    return letters in _LEADING_PARTS and place + 1 < len(words) and is_title(words[place + 1])


def is_title(word: str) -> bool:
    """Whether a word is a title before a name."""
    letters = _letters(word)
    return letters in _TITLES


def is_credential(text: str, *, after_short_name: bool = False) -> bool:
    """Whether a text after a comma consists of degrees and titles. After a family name alone "Ma" is a name."""
    words = [word for word in _SEPARATORS.split(re.sub(r"\([^()]*\)", " ", text)) if _letters(word)]
    joined = _letters(text)
    if joined in _DEGREES and _is_degree(text, after_short_name):
        return True
    if words and _letters(words[0]) in _UNAMBIGUOUS and _is_printed_as_degree(words[0], after_short_name=False):
        return True  # with its field: "MD Pharmacology"
    return all(_is_degree(word, after_short_name) for word in words)


def without_credentials(name: str, *, min_words: int = 2) -> str:
    """The name without the degrees that follow it without a comma: "Anna Berger MD PhD" is "Anna Berger"."""
    words = name.split()
    while len(words) > min_words and _letters(words[-1]) in _UNAMBIGUOUS and _is_printed_as_degree(words[-1], False):
        words.pop()
    return " ".join(words)


def is_job_title(name: str) -> bool:
    """Whether a "name" as a whole is a job title: "Study Coordinator", not "Line Hansen"."""
    words = _WORD.findall(fold(name).casefold())
    letters = [word for word in words if not any(map(str.isdigit, word)) and len(word) > 1]
    if not letters:
        return False
    if _is_pair_of_names(name, [word for word in letters if word not in _UNAMBIGUOUS]):
        return False
    if len(letters) == 1 and letters[0] in _ALSO_NAMES:
        return any(map(str.isdigit, name))  # "Site 0050"
    if not all(word in _ALL_JOB_TITLE_WORDS or word in _DEGREES for word in letters):
        return False
    return any(word in _ALL_JOB_TITLE_WORDS and len(word) > _MIN_JOB_TITLE_LENGTH for word in letters)


def _is_pair_of_names(name: str, words: list[str]) -> bool:
    """Whether two words are a given and a family name, not a job title: "Line Nurse", not "Head Nurse"."""
    if len(words) != 2 or not _NAMES_IN_PAIRS.issuperset(words) or any(map(str.isdigit, name)):
        return False
    given_name, family_name = words if len(name.partition(",")[0].split()) > 1 or "," not in name else reversed(words)
    return not (given_name in _FIRST_OF_JOB_TITLE and family_name in _LAST_OF_JOB_TITLE)


def _is_degree(word: str, after_short_name: bool) -> bool:
    letters = _letters(word)
    if letters in _TITLES or letters in _TITLE_PARTS:
        return True
    if letters not in _DEGREES and letters not in _FIELDS:
        return False
    if not after_short_name and len(letters) >= _WORD_LENGTH:
        return True
    return letters not in _AMBIGUOUS or _is_printed_as_degree(word, after_short_name)


def _is_printed_as_degree(word: str, after_short_name: bool) -> bool:
    """In capitals or with dots. After a family name alone, which may be in capitals, only unambiguous degrees."""
    letters = _letters(word)
    if after_short_name and letters in _AMBIGUOUS - {"md", "rn"}:
        return "." in word
    return "." in word or word.upper() == word or letters in {"md", "phd"}


def _letters(word: str) -> str:
    return "".join(letter for letter in fold(word).casefold() if letter.isalpha())

"""Comparison keys of facility names, for possible duplicates. Pure.

Words are compared without regard to case, accents, order, usual abbreviations, and the language of the words for
hospitals: "Univ. Hosp. Köln", "Uniklinik Köln" and "University Hospital Cologne" have the same key in Cologne.
Source of the lists: the words of 12,000 facility names of real registry records, by frequency.
"""

import re
from dataclasses import dataclass
from functools import cache

from common.search_tokens import compact, plain
from sites.city_names import CITY_NAMES

#: Word → the words it stands for, in English. Abbreviations first, then other languages.
_MEANINGS = """
univ, universtity, universiy: university
hosp, hospitals, hsp, hopsital: hospital
ctr, cntr, cntre, centre, centers, centres, cent: center
med: medical
inst, institutes, institue: institute
natl, nat: national
intl: international
gen: general
mem: memorial
reg: regional
clin, clinics: clinic
st, ste, sankt, sint, santo, sant, san: saint
mt: mount
dept, dep: department
assoc, assocs, associate: associates
res: research
onc: oncology
ca: cancer
va, veterans: veteran
univesity: university
healthcare: health
u: university
universitatsklinikum, universitaetsklinikum, uniklinik, uniklinikum, universitatsklinik: university hospital
universitaetsklinik, universitatsspital, universitatskrankenhaus, unispital: university hospital
universitatsmedizin, universitetssjukhus, universitetssjukhuset, universitetshospital: university hospital
universitetssykehus: university hospital
universitatsklinikums, universitatskliniken: university hospital
universitat, universitaet, universite, universita, universidad, universidade, universitet: university
universiteit, universitair, universitaire, universitaires, universitario, universitaria, universitari: university
universitarios, universitarie, universitare, uniwersytecki, uniwersytetu, uniwersytet, egyetem: university
fakultni: university
krankenhaus, klinikum, klinik, kliniken, klinika, spital, ospedale, ospedaliera, ospedaliero: hospital
ospedalieri, ospedali, hopital, hopitaux, hospitalier, hospitaliere, hospitalario, szpital, szpitala: hospital
nemocnice, sjukhus, sjukhuset, sykehus, sygehus, ziekenhuis, korhaz, bolnica, hastanesi, hastane: hospital
sairaala, spitalul: hospital
clinique, clinica, clinicas, clinico, kliniki, kliniek, klinikk: clinic
centro, zentrum, centrum, centru, merkezi, kozpont: center
institut, instituto, istituto, instituut, instytut, institutul, institutet: institute
nazionale, nacional, nationale, narodowy: national
regionale, regionaal: regional
generale: general
onkologie, oncologia, oncologie, oncologico, onkologii, oncologique, onkologi: oncology
medico, medica, medicale, medizinisches, medizinische, medisch, medycyny: medical
recherche, ricerca, investigacion, investigaciones, forschung: research
azienda: foundation
fondazione, fundacion, fundacao, fondation, stichting, stiftung, fundacio: foundation
santa, sao, szent, sveti: saint
tip, medizin: medicine
fakultesi, facultad, faculdade, fakultat: faculty
"""
#: Words that say nothing: articles, prepositions, legal forms.
_STOP_WORDS = """
of the and at for in on to a an by de la le les los las el del della delle dei degli di da do das dos du des der
die das den dem und fur fuer am im an zu zum et y e en i w z van het voor og och ja na pro
inc llc ltd pllc pc pa sa srl spa gmbh ev co corp company limited plc kg ag bv md s l d
"""
#: Words that many hospitals share: they distinguish none.
_GENERIC_WORDS = """
hospital university center clinic institute medical national regional general research health foundation
department associates group practice system services service care school college medicine faculty clinical
studies trials trial study site international campus division unit office specialists physicians
"""
_IGNORED, _GENERIC = frozenset(_STOP_WORDS.split()), frozenset(_GENERIC_WORDS.split())
_NUMERALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
             "eighth": "8", "ninth": "9", "tenth": "10", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "5th": "5",
             "6th": "6", "ii": "2", "iii": "3"}  # fmt: skip


#: The sponsor's number of a site, which some records print after the name: "( Site 0602)", "/ID# 238333".
_SPONSORS_NUMBER = re.compile(r"\(\s*site\b[^()]{0,20}\)|/\s?ID#\s?\d{1,12}", re.IGNORECASE)


@cache
def _meanings() -> dict[str, tuple[str, ...]]:
    pairs = (line.split(": ") for line in _MEANINGS.strip().splitlines())
    return {word: tuple(meant.split()) for words, meant in pairs for word in words.split(", ")}


@dataclass(frozen=True, slots=True)
class NameKey:
    """The words of a name in English and without the city; `numbers` and `distinctive` are parts of `words`."""

    plain: str
    words: frozenset[str]
    distinctive: frozenset[str]
    numbers: frozenset[str]


def name_key(name: str, city: str) -> NameKey:
    """The key of a facility's name in a city, whose own names are left out of the words."""
    city_words = {word for known in _names_of_city(city) for word in plain(known).split()}
    text = plain(_SPONSORS_NUMBER.sub(" ", name).replace("'", "").replace("’", ""))
    words = [meant for word in text.split() for meant in _translate(word)]
    distinctive = frozenset(word for word in words if word not in _IGNORED)
    without_city = distinctive - city_words or distinctive
    numbers = frozenset(word for word in without_city if any(letter.isdigit() for letter in word))
    return NameKey(text, without_city, without_city - _GENERIC, numbers)


def city_key(city: str) -> str:
    """The same for every known name of a city."""
    return min(map(compact, _names_of_city(city)), default="")


def _names_of_city(city: str) -> tuple[str, ...]:
    return tuple(CITY_NAMES.get(compact(city), (city,)))


def _translate(word: str) -> tuple[str, ...]:
    return _meanings().get(word) or (_NUMERALS.get(word, word),)

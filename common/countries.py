"""Canonical country names of the registry, and their former and native names. Pure.

Canonical names: those of ClinicalTrials.gov's records, counted on 28,954 locations, and its spelling of ISO 3166-1 for
countries without one there. Former names: the registry's own older ones, ISO 3166-3 (formerly used names), the United
Nations' official ones, and abbreviations. Own names: what the country is called in its own official languages, as
listed in Unicode's CLDR.
"""

from difflib import get_close_matches

from common.text import comparison_key

_CANONICAL = """
Afghanistan|Åland Islands|Albania|Algeria|American Samoa|Andorra|Angola|Anguilla|Antarctica|Antigua and Barbuda
Argentina|Armenia|Aruba|Australia|Austria|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize
Benin|Bermuda|Bhutan|Bolivia|Bosnia and Herzegovina|Botswana|Brazil|British Virgin Islands|Brunei|Bulgaria
Burkina Faso|Burundi|Cambodia|Cameroon|Canada|Cape Verde|Cayman Islands|Central African Republic|Chad|Chile|China
Christmas Island|Colombia|Comoros|Congo|Cook Islands|Costa Rica|Croatia|Cuba|Curaçao|Cyprus|Czechia|Côte d’Ivoire
Democratic Republic of the Congo|Denmark|Djibouti|Dominica|Dominican Republic|Ecuador|Egypt|El Salvador
Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Falkland Islands|Faroe Islands|Fiji|Finland|France
French Guiana|French Polynesia|Gabon|Gambia|Georgia|Germany|Ghana|Gibraltar|Greece|Greenland|Grenada|Guadeloupe
Guam|Guatemala|Guernsey|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iran
Iraq|Ireland|Isle of Man|Israel|Italy|Jamaica|Japan|Jersey|Jordan|Kazakhstan|Kenya|Kiribati|Kosovo|Kuwait
Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Macau|Madagascar|Malawi
Malaysia|Maldives|Mali|Malta|Marshall Islands|Martinique|Mauritania|Mauritius|Mayotte|Mexico|Micronesia|Moldova
Monaco|Mongolia|Montenegro|Montserrat|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands
Netherlands Antilles|New Caledonia|New Zealand|Nicaragua|Niger|Nigeria|Niue|Norfolk Island|North Korea
North Macedonia|Northern Mariana Islands|Norway|Oman|Pakistan|Palau|Palestinian Territory, occupied|Panama
Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Puerto Rico|Qatar|Romania|Russia|Rwanda|Réunion
Saint Barthélemy|Saint Helena|Saint Kitts and Nevis|Saint Lucia|Saint Martin|Saint Pierre and Miquelon
Saint Vincent and the Grenadines|Samoa|San Marino|Sao Tome and Principe|Saudi Arabia|Senegal|Serbia|Seychelles
Sierra Leone|Singapore|Sint Maarten|Slovakia|Slovenia|Solomon Islands|Somalia|South Africa|South Korea|South Sudan
Spain|Sri Lanka|Sudan|Suriname|Svalbard and Jan Mayen|Sweden|Switzerland|Syria|Taiwan|Tajikistan|Tanzania|Thailand
Timor-Leste|Togo|Tonga|Trinidad and Tobago|Tunisia|Turkey (Türkiye)|Turkmenistan|Turks and Caicos Islands|Tuvalu
U.S. Virgin Islands|Uganda|Ukraine|United Arab Emirates|United Kingdom|United States|Uruguay|Uzbekistan|Vanuatu
Vatican City|Venezuela|Vietnam|Wallis and Futuna|Western Sahara|Yemen|Zambia|Zimbabwe
"""

_LIKENESS = 0.7
_LONGEST = 100

_OTHER_NAMES = """
Bolivia: Bolivia, Plurinational State of
Brunei: Brunei Darussalam
Cambodia: Kampuchea
Cape Verde: Cabo Verde
China: People's Republic of China; PR China; PRC; Mainland China
Congo: Republic of the Congo; Congo-Brazzaville
Curaçao: Curacao
Czechia: Czech Republic; The Czech Republic
Côte d’Ivoire: Cote D'Ivoire; Ivory Coast
Democratic Republic of the Congo: Congo, The Democratic Republic of the; Congo, Democratic Republic of the
Democratic Republic of the Congo: DR Congo; DRC; Congo-Kinshasa; Zaire
Eswatini: Swaziland
Falkland Islands: Falkland Islands (Malvinas)
Gambia: The Gambia
Germany: Federal Republic of Germany
Bahamas: The Bahamas
Hong Kong: Hong Kong SAR; Hong Kong, China
Iran: Iran, Islamic Republic of; Islamic Republic of Iran
Ireland: Republic of Ireland; Eire
Kyrgyzstan: Kyrgyz Republic
Laos: Lao People's Democratic Republic; Lao PDR
Libya: Libyan Arab Jamahiriya
Macau: Macao
Micronesia: Micronesia, Federated States of; Federated States of Micronesia
Moldova: Moldova, Republic of; Republic of Moldova
Myanmar: Burma; Myanmar (Burma)
Netherlands: Holland; The Netherlands
North Korea: Korea, Democratic People's Republic of; Democratic People's Republic of Korea; DPRK
North Macedonia: Macedonia; Macedonia, The Former Yugoslav Republic of
North Macedonia: The Former Yugoslav Republic of Macedonia; Former Yugoslav Republic of Macedonia
North Macedonia: Republic of North Macedonia; FYROM
Palestinian Territory, occupied: Palestinian Territories, Occupied; Palestine; State of Palestine
Palestinian Territory, occupied: Palestinian Territory; Palestinian Territories; Occupied Palestinian Territory
Russia: Russian Federation
Saint Martin: Saint Martin (French part)
Sao Tome and Principe: São Tomé and Príncipe
Slovakia: Slovak Republic
South Korea: Korea, Republic of; Republic of Korea; Korea; Korea, South
Sri Lanka: Ceylon
Syria: Syrian Arab Republic
Taiwan: Taiwan, Province of China; Chinese Taipei
Tanzania: Tanzania, United Republic of; United Republic of Tanzania
Timor-Leste: East Timor
Turkey (Türkiye): Turkey; Türkiye; Turkiye
U.S. Virgin Islands: Virgin Islands (U.S.); United States Virgin Islands; Virgin Islands, U.S.
United Arab Emirates: UAE
United Kingdom: UK; U.K.; Great Britain; United Kingdom of Great Britain and Northern Ireland
United States: USA; U.S.A.; US; U.S.; United States of America
Vatican City: Holy See; Holy See (Vatican City State)
Venezuela: Venezuela, Bolivarian Republic of; Bolivarian Republic of Venezuela
Vietnam: Viet Nam
"""

_OWN_NAMES = """
Albania: Shqipëria|Algeria: Algérie; الجزائر|Argentina: República Argentina|Armenia: Հայաստան|Austria: Österreich
Azerbaijan: Azərbaycan|Belarus: Беларусь|Belgium: België; Belgique; Belgien
Bosnia and Herzegovina: Bosna i Hercegovina; Bosnia|Brazil: Brasil|Bulgaria: България; Balgariya
Cambodia: កម្ពុជា|Cameroon: Cameroun|Chad: Tchad|China: 中国; 中國; Zhongguo|Croatia: Hrvatska|Cyprus: Κύπρος; Kıbrıs
Czechia: Česko; Česká republika|Denmark: Danmark|Dominican Republic: República Dominicana|Egypt: مصر
Estonia: Eesti|Ethiopia: ኢትዮጵያ|Finland: Suomi|Georgia: საქართველო; Sakartvelo|Germany: Deutschland
Greece: Ελλάδα; Ellada; Hellas|Haiti: Haïti|Hong Kong: 香港|Hungary: Magyarország|Iceland: Ísland|India: भारत; Bharat
Iran: ایران|Iraq: العراق|Ireland: Éire|Israel: ישראל|Italy: Italia|Japan: 日本; Nippon; Nihon|Jordan: الأردن
Kazakhstan: Қазақстан; Казахстан|Kuwait: الكويت|Kyrgyzstan: Кыргызстан|Latvia: Latvija|Lebanon: لبنان; Liban
Lithuania: Lietuva|Luxembourg: Luxemburg; Lëtzebuerg|Mauritius: Maurice|Mexico: México; Méjico
Mongolia: Монгол|Montenegro: Crna Gora; Црна Гора|Morocco: Maroc; المغرب|Netherlands: Nederland; Pays-Bas
New Zealand: Aotearoa|North Macedonia: Северна Македонија; Severna Makedonija|Norway: Norge; Noreg|Oman: عمان
Pakistan: پاکستان|Panama: Panamá|Peru: Perú|Philippines: Pilipinas|Poland: Polska|Qatar: قطر|Romania: România
Russia: Россия; Российская Федерация; Rossiya|Saudi Arabia: السعودية; المملكة العربية السعودية|Serbia: Србија; Srbija
Slovakia: Slovensko|Slovenia: Slovenija|South Africa: Suid-Afrika|South Korea: 대한민국; 한국|Spain: España; Espanya
Sweden: Sverige|Switzerland: Schweiz; Suisse; Svizzera; Svizra|Syria: سوريا|Taiwan: 台灣; 臺灣; 台湾
Thailand: ไทย; ประเทศไทย|Tunisia: Tunisie; تونس|Ukraine: Україна|United Arab Emirates: الإمارات العربية المتحدة
United States: Estados Unidos|Uzbekistan: Oʻzbekiston|Vietnam: Việt Nam
"""
CANONICAL_COUNTRY_NAMES = [name for line in _CANONICAL.strip().splitlines() for name in line.split("|")]

OTHER_NAMES: dict[str, list[str]] = {}
for _line in [*_OTHER_NAMES.strip().splitlines(), *_OWN_NAMES.strip().replace("\n", "|").split("|")]:
    _name, _, _others = _line.partition(": ")
    OTHER_NAMES.setdefault(_name, []).extend(_others.split("; "))
_BY_KEY = {comparison_key(name): name for name in CANONICAL_COUNTRY_NAMES} | {
    comparison_key(name): present for present, names in OTHER_NAMES.items() for name in names
}


def canonical_country_name(name: str) -> str:
    """The canonical name of a country under any of its names, without regard to case; "" for an unknown name."""
    return _BY_KEY.get(comparison_key(name), "")


def nearest_name(name: str) -> str:
    """The canonical name of the country whose name is most similar to an unknown one; "" where none is similar."""
    nearest = get_close_matches(comparison_key(name[:_LONGEST]), _BY_KEY, n=1, cutoff=_LIKENESS)
    return _BY_KEY[nearest[0]] if nearest else ""


def all_country_names(name: str) -> list[str]:
    """All names under which rows may store a country, the canonical one first; an unknown name alone."""
    present = canonical_country_name(name)
    return [present, *OTHER_NAMES.get(present, [])] if present else [name]

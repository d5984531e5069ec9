"""Names of cities in other languages.

Names as geographers publish them (UN Group of Experts on Geographical Names, lists of exonyms; GeoNames, alternate
names). A small table of large cities with hospitals; complete lists would be far larger and hold names in every script.
"""

from common.search_tokens import compact, plain

_GROUPS = """
Munich, München, Muenchen, Monaco di Baviera
Cologne, Köln, Koeln
Nuremberg, Nürnberg, Nuernberg
Hanover, Hannover
Brunswick, Braunschweig
Düsseldorf, Duesseldorf
Würzburg, Wuerzburg
Göttingen, Goettingen
Tübingen, Tuebingen
Lübeck, Luebeck
Münster, Muenster
Saarbrücken, Saarbruecken
Zurich, Zürich, Zuerich
Geneva, Genève, Genf
Berne, Bern
Basel, Basle, Bâle
Lucerne, Luzern
St. Gallen, Sankt Gallen, Saint Gallen
Vienna, Wien
Saint Pölten, St. Pölten, St. Poelten, Sankt Pölten
Milan, Milano, Mailand
Rome, Roma
Turin, Torino
Florence, Firenze, Florenz
Naples, Napoli
Venice, Venezia
Genoa, Genova
Padua, Padova
Mantua, Mantova
Leghorn, Livorno
Syracuse, Siracusa
Bolzano, Bozen
Lisbon, Lisboa
Oporto, Porto
Seville, Sevilla
Saragossa, Zaragoza
Corunna, A Coruña, La Coruña
San Sebastián, Donostia, San Sebastian
Bilbao, Bilbo
Pamplona, Iruña
Saint, St, Sankt
Strasbourg, Strassburg, Straßburg
Lyon, Lyons
Marseille, Marseilles
Reims, Rheims
Brussels, Bruxelles, Brussel
Antwerp, Antwerpen, Anvers
Ghent, Gent, Gand
Bruges, Brugge
Leuven, Louvain
Liège, Luik, Lüttich
Namur, Namen
Mechelen, Malines
Kortrijk, Courtrai
The Hague, Den Haag, 's-Gravenhage
's-Hertogenbosch, Den Bosch
Copenhagen, København
Aarhus, Århus
Aalborg, Ålborg
Gothenburg, Göteborg
Helsinki, Helsingfors
Turku, Åbo
Tampere, Tammerfors
Warsaw, Warszawa, Warschau
Cracow, Kraków, Krakow
Wrocław, Breslau
Gdańsk, Danzig
Poznań, Posen
Prague, Praha, Prag
Brno, Brünn
Pilsen, Plzeň
Bratislava, Pressburg
Bucharest, București, Bucuresti, Bukarest
Cluj-Napoca, Cluj, Klausenburg
Iași, Iasi, Jassy
Timișoara, Temeswar
Sofia, Sofiya
Belgrade, Beograd
Niš, Nish
Ljubljana, Laibach
Athens, Athina, Athine
Thessaloniki, Salonica, Saloniki
Piraeus, Pireas
Heraklion, Iraklio, Iraklion, Heraklio
Patras, Patra
Istanbul, Constantinople
Izmir, İzmir, Smyrna
Moscow, Moskva
Saint Petersburg, St. Petersburg, Sankt-Peterburg, St Petersburg
Nizhny Novgorod, Nizhniy Novgorod, Nizhnij Novgorod
Yekaterinburg, Ekaterinburg
Rostov-on-Don, Rostov-na-Donu
Kyiv, Kiev
Kharkiv, Kharkov
Lviv, Lvov, Lemberg
Odesa, Odessa
Dnipro, Dnipropetrovsk, Dnepropetrovsk
Zaporizhzhia, Zaporizhzhya, Zaporozhye
Vinnytsia, Vinnitsa, Vinnytsya
Vilnius, Wilno
Tbilisi, Tiflis
Yerevan, Erevan
Beijing, Peking
Nanjing, Nanking
Chongqing, Chungking
Xi'an, Xian
Ürümqi, Urumqi, Wulumuqi
Tianjin, Tientsin
Hong Kong, Hongkong
Taipei, Taipeh
Kaohsiung, Gaoxiong
Taichung, Taizhong
Tokyo, Tokio
Kyoto, Kioto
Busan, Pusan
Daegu, Taegu
Gwangju, Kwangju
Daejeon, Taejon
Incheon, Inchon
Ho Chi Minh City, Saigon, Ho Chi Minh
Hanoi, Ha Noi
Da Nang, Danang, Đà Nẵng
Mumbai, Bombay
Kolkata, Calcutta
Chennai, Madras
Bengaluru, Bangalore
Puducherry, Pondicherry
Pune, Poona
Thiruvananthapuram, Trivandrum
Vadodara, Baroda
Varanasi, Benares
Gurugram, Gurgaon
Mysuru, Mysore
Mangaluru, Mangalore
Yangon, Rangoon
Dhaka, Dacca
Tel Aviv, Tel-Aviv, Tel Aviv-Yafo
Jerusalem, Yerushalayim
Petah Tikva, Petach Tikva, Petah Tiqwa, Petach-Tikva
Beersheba, Be'er Sheva, Beer Sheva, Beer-Sheva
Haifa, Hefa
Cairo, Al Qahirah
Alexandria, Al Iskandariyah
Asyut, Assiut
Mecca, Makkah
Jeddah, Jidda
Beirut, Beyrouth
Damascus, Dimashq
Tehran, Teheran
Algiers, Alger
Casablanca, Dar el Beida
Mexico City, Ciudad de México, México D.F., Mexico DF, CDMX
Havana, La Habana
Panama City, Ciudad de Panamá
Guatemala City, Ciudad de Guatemala
Luxembourg, Luxemburg
Quebec, Quebec City
Saint Louis, St. Louis
Saint Paul, St. Paul
Nur-Sultan, Astana
Almaty, Alma-Ata
Tshwane, Pretoria
Gqeberha, Port Elizabeth
"""


def _by_name() -> dict[str, tuple[str, ...]]:
    groups = [[name.strip() for name in line.split(", ")] for line in _GROUPS.strip().splitlines()]
    return {compact(name): tuple(dict.fromkeys(plain(other) for other in group)) for group in groups for name in group}


#: Compact form of each name → every name of that city as plain text.
CITY_NAMES = _by_name()

"""The bundled typeface, on the product's pages, in the admin and in the API documentation."""

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from tests.factories import a_user
from tests.work.my_work_fixtures import a_recruiting_trial

#: The subsets of Inter that the browser has loaded, by a letter of each, and the typeface of the page's text.
LOADED = """async () => {
    await document.fonts.ready
    return [...document.fonts].filter(face => face.family === 'Inter' && face.status === 'loaded')
        .map(face => face.unicodeRange)
}"""
FAMILY = "(selector) => getComputedStyle(document.querySelector(selector)).fontFamily.match(/\\w+/)[0]"
WIDTHS = """(figures) => figures.map((figure) => {
    const one = Object.assign(document.createElement('span'), {className: 'num', textContent: figure.repeat(20)})
    document.querySelector('main').append(one)
    return one.getBoundingClientRect().width
})"""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("address", "text"), [("/", "h1"), ("/admin/", "h1"), ("/api/docs/", ".brand"), ("/no-such-page/", "h1")]
)
def test_every_kind_of_page_loads_the_latin_subset_from_this_server(open_page, address, text):
    a_user("administrator", is_superuser=True)
    page = open_page(username="administrator")
    fonts = []
    page.on("request", lambda request: fonts.append(request.url) if request.resource_type == "font" else None)
    page.goto(address)
    loaded = page.evaluate(LOADED)
    assert ["U+0-FF" in subset for subset in loaded] == [True]
    assert page.evaluate(FAMILY, text) == "Inter"
    assert page.evaluate("document.fonts.check('16px Inter', 'Site status')")
    assert all("/static/fonts/inter-latin" in url for url in fonts)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_other_scripts_load_their_subset_and_figures_have_one_width(open_page):
    a_recruiting_trial(1, brief_title="Η μελέτη και исследование")
    page = open_page()
    page.goto("/trials/NCT00000001/")
    loaded = " ".join(page.evaluate(LOADED))
    assert all(start in loaded for start in ("U+0-FF", "U+370", "U+400"))
    assert len(set(page.evaluate(WIDTHS, ["0", "1", "8"]))) == 1


@pytest.mark.parametrize("prefix", ["", "/sitelight"])
def test_the_stylesheet_names_the_files_by_their_fingerprints(tmp_path, settings, prefix):
    """Relative addresses, so that the files are found wherever the static files are served."""
    settings.STATIC_URL = f"{prefix}/static/"
    source = settings.BASE_DIR / "static"
    storage = ManifestStaticFilesStorage(location=str(tmp_path))
    names = ["css/fonts.css", *sorted(f"fonts/{path.name}" for path in (source / "fonts").glob("*.woff2"))]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((source / name).read_bytes())
    results = list(storage.post_process({name: (storage, name) for name in names}))
    assert not [result for _, _, result in results if isinstance(result, Exception)]
    hashed = storage.hashed_files
    stylesheet = (tmp_path / hashed["css/fonts.css"]).read_text()
    assert [f'url("../{hashed[name]}")' in stylesheet for name in names[1:]] == [True] * 7

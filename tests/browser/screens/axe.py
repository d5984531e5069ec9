"""WCAG 2.2 AA by axe-core: violations of a page, and what axe could not decide ("incomplete")."""

from collections import Counter
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT

#: Levels A and AA of WCAG 2.0, 2.1 and 2.2; target size (2.5.8) is off in axe unless it is named.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MAX_EXAMPLES = 60
#: Without `preload`, which reads style sheets into style elements that the content security policy forbids; it serves
#: the rule css-orientation-lock only, and no style sheet asks for an orientation.
RUN = """async tags => {
    const results = await axe.run(document, {
        runOnly: {type: 'tag', values: tags}, rules: {'target-size': {enabled: true}},
        resultTypes: ['violations', 'incomplete'], elementRef: false, preload: false,
    })
    const places = list => list.map(({id, nodes}) => ({
        id, places: nodes.map(node => `${node.target.join(' ')} ${node.html.slice(0, 160)} ${
            [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ').slice(0, 200)}`),
    }))
    return {violations: places(results.violations), incomplete: places(results.incomplete)}
}"""


@dataclass
class AxeReport:
    """Totals over all views of all pages, for the table in docs/accessibility.md."""

    views: Counter = field(default_factory=Counter)
    violations: Counter = field(default_factory=Counter)
    incomplete: Counter = field(default_factory=Counter)
    examples: dict = field(default_factory=dict)

    def check(self, page, name: str, view: str) -> list[str]:
        """The violations of a page as it stands, each with its rule and the first elements."""
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE_SCRIPT)
        results = page.evaluate(RUN, TAGS)
        self.views[view] += 1
        for kind in ("violations", "incomplete"):
            for result in results[kind]:
                getattr(self, kind)[result["id"]] += len(result["places"])
                examples = self.examples.setdefault(f"{kind} {result['id']}", [])
                examples += [f"{name}: {place}" for place in result["places"][:3] if len(examples) < MAX_EXAMPLES]
        return [f"{result['id']}: {result['places'][:4]}" for result in results["violations"]]

    def as_dict(self) -> dict:
        return {name: dict(getattr(self, name)) for name in ("views", "violations", "incomplete", "examples")}

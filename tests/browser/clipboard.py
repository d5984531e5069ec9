"""What was copied elsewhere."""


def copy(page, text: str) -> None:
    """As if it had been copied in another program: put into a box of this page, marked and copied."""
    page.evaluate(
        """text => {
          const box = document.createElement("textarea");
          box.value = text; document.body.append(box); box.select(); document.execCommand("copy"); box.remove();
        }""",
        text,
    )

"""Text that came from elsewhere, made fit to be shown to people."""


def printable(text: str) -> str:
    r"""Return the text with everything that is not printable escaped: a newline becomes `\n`."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )

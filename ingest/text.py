"""Text made fit to be shown to people."""

MIB = 1024 * 1024


def printable(text: str) -> str:
    r"""Return the text with everything that is not printable escaped: a newline becomes `\n`."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def readable_bytes(count: int) -> str:
    """Return a size as people say it: `8.0 GiB`."""
    size, unit = count / MIB, "MiB"
    if size >= 1024:
        size, unit = size / 1024, "GiB"
    return f"{size:.1f} {unit}"

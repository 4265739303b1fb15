"""Support for template string literals (t-strings)."""

_template = t"{0}"
Template = type(_template)
Interpolation = type(_template.interpolations[0])
del _template


def convert(obj, /, conversion):
    """Convert an object as the replacement fields of f-strings do: 's', 'r', 'a' or None."""
    if conversion is None:
        return obj
    convertors = {"s": str, "r": repr, "a": ascii}
    if conversion not in convertors:
        raise ValueError(f"invalid conversion specifier: {conversion}")
    return convertors[conversion](obj)


def _template_unpickle(strings, interpolations):
    # One string before, between and behind all interpolations.
    parts = [strings[0]]
    for interpolation, text in zip(interpolations, strings[1:]):
        parts += interpolation, text
    return Template(*parts)

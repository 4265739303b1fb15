"""Writes unicode_tables.rs to standard output. Run it with the Python whose Unicode version is wanted (CPython 3.14: 16.0)."""
import unicodedata

LIMIT = 0x110000
CATEGORIES = "Cn Cc Cf Co Cs Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs".split()
STARTS = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"}
CONTINUES = STARTS | {"Mn", "Mc", "Nd", "Pc"}


def category(c):
    return unicodedata.category(chr(c))


def ranges(test):
    """The ranges (first, last) of code points for which a test holds."""
    found, first = [], None
    for c in range(LIMIT + 1):
        holds = c < LIMIT and test(c)
        if holds and first is None:
            first = c
        elif not holds and first is not None:
            found.append((first, c - 1))
            first = None
    return found


def table(name, doc, type_, items):
    print(f"\n/// {doc}\npub static {name}: &[{type_}] = &[")
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > 120:
            print(line)
            line = "   "
        line += f" {item},"
    print(f"{line}\n];")


def pair(range_):
    return f"({range_[0]:#x}, {range_[1]:#x})"


def text(c, mapped):
    return f'({c:#x}, "{"".join(f"\\u{{{ord(m):x}}}" for m in mapped)}")'


print(f"""//! Tables of Unicode {unicodedata.unidata_version}. Made by `unicode_tables.py`; do not edit.
#![cfg_attr(rustfmt, rustfmt_skip)]

/// The version of the Unicode data.
pub const VERSION: &str = "{unicodedata.unidata_version}";

/// General categories, in the order of their numbers.
pub static CATEGORY_NAMES: [&str; {len(CATEGORIES)}] = [{", ".join(f'"{c}"' for c in CATEGORIES)}];""")

runs, before = [], None
for c in range(LIMIT):
    if category(c) != before:
        before = category(c)
        runs.append(f"{c << 5 | CATEGORIES.index(before):#x}")
table("CATEGORIES", "Runs of one general category: the first code point, shifted left by 5, and the category.", "u32", runs)
table("DECIMALS", "The zeros of all sets of decimal digits; the other nine follow each.", "u32",
      [f"{c:#x}" for c in range(LIMIT) if chr(c).isdecimal() and unicodedata.decimal(chr(c)) == 0])
table("DIGITS", "Ranges of digits that are not decimal (superscripts and the like).", "(u32, u32)",
      map(pair, ranges(lambda c: chr(c).isdigit() and not chr(c).isdecimal())))
table("NUMERIC", "Ranges of code points with a numeric value that are not of a number category.", "(u32, u32)",
      map(pair, ranges(lambda c: chr(c).isnumeric() and category(c)[0] != "N")))
table("SPACE", "Ranges of white space.", "(u32, u32)", map(pair, ranges(lambda c: chr(c).isspace())))
table("ID_START_EXCEPTIONS", "Code points for which \"may start an identifier\" does not follow from the category.", "(u32, u32)",
      map(pair, ranges(lambda c: chr(c).isidentifier() != (category(c) in STARTS))))
table("ID_CONTINUE_EXCEPTIONS", "Code points for which \"may continue an identifier\" does not follow from the category.", "(u32, u32)",
      map(pair, ranges(lambda c: ("a" + chr(c)).isidentifier() != (category(c) in CONTINUES))))
table("CASEFOLD", "Case foldings that are not the lower case.", "(u32, &str)",
      [text(c, chr(c).casefold()) for c in range(LIMIT) if chr(c).casefold() != chr(c).lower()])
table("TITLE", "Title cases that are not the upper case.", "(u32, &str)",
      [text(c, chr(c).title()) for c in range(LIMIT) if chr(c).title() != chr(c).upper()])

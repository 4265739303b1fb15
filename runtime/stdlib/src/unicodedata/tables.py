"""Writes tables.rs to standard output. Run it with the Python whose Unicode version is wanted (CPython 3.14: 16.0), in a folder with
the Unicode standard's NamedSequences.txt."""
import os
import unicodedata
from unicodedata import ucd_3_2_0 as old

LIMIT = 0x110000
CATEGORIES = "Cn Cc Cf Co Cs Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs".split()
BIDI = sorted({unicodedata.bidirectional(chr(c)) for c in range(LIMIT)} | {old.bidirectional(chr(c)) for c in range(LIMIT)})
WIDTHS = ["F", "H", "N", "Na", "W", "A"]


def table(name, doc, type_, items):
    print(f"\n/// {doc}\npub static {name}: &[{type_}] = &[")
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > 120:
            print(line)
            line = "   "
        line += f" {item},"
    print(f"{line}\n];")


def runs(value, shift):
    found, before = [], None
    for c in range(LIMIT):
        now = value(chr(c))
        if now != before:
            found.append(f"{c << shift | now:#x}")
            before = now
    return found


def ranges(test):
    found, first = [], None
    for c in range(LIMIT + 1):
        holds = c < LIMIT and test(chr(c))
        if holds and first is None:
            first = c
        elif not holds and first is not None:
            found.append(f"({first:#x}, {c - 1:#x})")
            first = None
    return found


def names(doc, name, values):
    print(f"\n/// {doc}\npub static {name}: [&str; {len(values)}] = [{', '.join(f'\"{value}\"' for value in values)}];")


def number(value):
    return "f64::NAN" if value is None else repr(float(value))


print(f"""//! Tables of Unicode {unicodedata.unidata_version} and of what differs in {old.unidata_version}. Made by `tables.py`; do not edit.
#![cfg_attr(rustfmt, rustfmt_skip)]""")

names("Bidirectional classes, in the order of their numbers.", "BIDI_NAMES", BIDI)
names("Widths, in the order of their numbers.", "WIDTH_NAMES", WIDTHS)
table("BIDI", "Runs of one bidirectional class: the first code point, shifted left by 5, and the class.", "u32",
      runs(lambda c: BIDI.index(unicodedata.bidirectional(c)), 5))
table("OLD_BIDI", "The same for 3.2.0.", "u32", runs(lambda c: BIDI.index(old.bidirectional(c)), 5))
table("WIDTH", "Runs of one width: the first code point, shifted left by 3, and the width.", "u32",
      runs(lambda c: WIDTHS.index(unicodedata.east_asian_width(c)), 3))
table("OLD_WIDTH", "The same for 3.2.0.", "u32", runs(lambda c: WIDTHS.index(old.east_asian_width(c)), 3))
table("OLD_CATEGORIES", "Runs of one general category in 3.2.0: the first code point, shifted left by 5, and the category.", "u32",
      runs(lambda c: CATEGORIES.index(old.category(c)), 5))
table("COMBINING", "Runs of one combining class: the first code point, shifted left by 8, and the class.", "u32",
      runs(lambda c: unicodedata.combining(c), 8))
table("MIRRORED", "Ranges of what is mirrored in text from right to left.", "(u32, u32)", ranges(unicodedata.mirrored))
table("OLD_MIRRORED", "The same for 3.2.0.", "(u32, u32)", ranges(old.mirrored))

points = [chr(c) for c in range(LIMIT)]
table("DIGITS", "The values of digits that are not decimal.", "(u32, u8)",
      [f"({ord(c):#x}, {unicodedata.digit(c)})" for c in points
       if unicodedata.digit(c, None) is not None and unicodedata.decimal(c, None) is None])
table("NUMERIC", "The values of what is numeric and no digit.", "(u32, f64)",
      [f"({ord(c):#x}, {number(unicodedata.numeric(c))})" for c in points
       if unicodedata.numeric(c, None) is not None and unicodedata.digit(c, None) is None])
table("OLD_DECIMALS", "Where decimal values differ in 3.2.0 from those of what is assigned there; 255 is none.", "(u32, u8)",
      [f"({ord(c):#x}, {old.decimal(c, 255)})" for c in points
       if old.category(c) != "Cn" and old.decimal(c, None) != unicodedata.decimal(c, None)])
table("OLD_NUMERIC", "The same for numeric values; NaN is none.", "(u32, f64)",
      [f"({ord(c):#x}, {number(old.numeric(c, None))})" for c in points
       if old.category(c) != "Cn" and old.numeric(c, None) != unicodedata.numeric(c, None)])

tags, texts, offsets, entries = [""], [], {}, []
for c in points:
    words = unicodedata.decomposition(c).split()
    if not words:
        continue
    tag = words.pop(0) if words[0].startswith("<") else ""
    if tag not in tags:
        tags.append(tag)
    text = tuple(int(word, 16) for word in words)
    if text not in offsets:
        offsets[text] = len(texts)
        texts.extend(text)
    entries.append(f"{ord(c) | tags.index(tag) << 21 | len(text) << 26 | offsets[text] << 32:#x}")
names("Kinds of decompositions; the first is canonical.", "DECOMPOSITION_TAGS", tags)
table("DECOMPOSITIONS",
      "Decompositions: the code point; from bit 21 the kind, from 26 the length, from 32 the place in `DECOMPOSED`.", "u64", entries)
table("DECOMPOSED", "What code points are decomposed to.", "u32", [f"{c:#x}" for c in texts])

pairs = []
for c in points:
    words = unicodedata.decomposition(c).split()
    if len(words) == 2 and not words[0].startswith("<") and unicodedata.normalize("NFC", c) == c:
        pairs.append((int(words[0], 16), int(words[1], 16), ord(c)))
table("COMPOSITIONS", "Pairs of code points and what they compose to.", "(u32, u32, u32)",
      [f"({a:#x}, {b:#x}, {c:#x})" for a, b, c in sorted(pairs)])
table("OLD_NORMALIZATIONS", "Code points whose canonical decomposition was another in 3.2.0.", "(u32, u32)",
      [f"({ord(c):#x}, {ord(old.normalize('NFD', c)):#x})" for c in points
       if old.category(c) != "Cn" and old.normalize("NFD", c) != unicodedata.normalize("NFD", c)])

sequences = []
with open(os.path.join(os.path.dirname(os.path.abspath(_program if "_program" in globals() else __file__)), "NamedSequences.txt")) as file:
    for line in file:
        name, _, code_points = line.strip().partition(";")
        if code_points and not name.startswith("#"):
            text = "".join(chr(int(c, 16)) for c in code_points.split())
            assert unicodedata.lookup(name) == text, name
            sequences.append((name, text))
print("\n/// Named sequences of characters, in the order of their names.")
print("pub static SEQUENCES: &[(&str, &str)] = &[")
for name, text in sorted(sequences):
    print(f'    ("{name}", "{"".join(f"\\u{{{ord(c):x}}}" for c in text)}"),')
print("];")

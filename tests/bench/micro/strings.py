"""Strings: building by +=, join, f-strings, %, slices, split, replace, comparison, dictionary keys."""

import pyperf


def run(n):
    text = ""
    parts = []
    counts = {}
    for i in range(n):
        text += "x"
        word = f"w{i % 100}:{i}"
        parts.append(word)
        key = word[:3]
        counts[key] = counts.get(key, 0) + 1
        if word.startswith("w1") and "5" in word:
            parts.append("%s-%d" % (key, i))
    joined = ",".join(parts)
    pieces = joined.split(",")
    total = len(text) + len(joined.replace("w", "ww")) + len(pieces)
    for piece in pieces:
        if piece == "w1:1" or piece > "w9":
            total += 1
        total += ord(piece[-1])
    return total, len(counts), joined.upper().count("W1")


if __name__ == "__main__":
    pyperf.Runner().bench_func("micro_strings", run, 30000)

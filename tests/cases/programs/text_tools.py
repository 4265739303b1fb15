# Word counts, Caesar and run-length codes, Levenshtein distance, wrapping, Roman numerals, base64 by hand.
# stress: 50
text = "The quick brown fox jumps over the lazy dog. The dog sleeps; the fox does not."
words = {}
for w in "".join(c.lower() if c.isalpha() else " " for c in text).split(): words[w] = words.get(w, 0) + 1
print(sorted(words.items(), key=lambda p: (-p[1], p[0]))[:4], len(words), max(words, key=len))
def caesar(s, k): return "".join(chr((ord(c) - b + k) % 26 + b) if c.isalpha() and c.isascii() and (b := 65 if c.isupper() else 97) else c for c in s)
print(caesar(text, 3)[:30], caesar(caesar(text, 5), -5) == text)
def rle(s):
    out = []
    for c in s:
        if out and out[-1][0] == c: out[-1][1] += 1
        else: out.append([c, 1])
    return "".join(f"{n if n > 1 else ''}{c}" for c, n in out)
print(rle("aaabccddddd"), rle(""), rle("x"))
def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1): previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]
print(distance("kitten", "sitting"), distance("", "abc"), distance("flaw", "lawn"), distance("same", "same"))
def wrap(s, width):
    lines, line = [], ""
    for w in s.split():
        if line and len(line) + 1 + len(w) > width: lines.append(line); line = w
        else: line = f"{line} {w}".strip()
    return lines + [line]
for line in wrap(text, 24): print(f"|{line:<24}|{line:>24}|{line:^24}|")
def roman(n):
    out = ""
    for v, s in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()):
        count, n = divmod(n, v)
        out += s * count
    return out
def unroman(s):
    v = [dict(zip("IVXLCDM", (1, 5, 10, 50, 100, 500, 1000)))[c] for c in s]
    return sum(-a if a < b else a for a, b in zip(v, v[1:] + [0]))
print(roman(1994), roman(3999), all(unroman(roman(n)) == n for n in range(1, 2000)))
A = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
def b64(data):
    out = []
    for i in range(0, len(data), 3):
        chunk = data[i:i + 3]
        n = int.from_bytes(chunk + b"\0" * (3 - len(chunk)), "big")
        out.append("".join(A[n >> s & 63] for s in (18, 12, 6, 0))[:len(chunk) + 1].ljust(4, "="))
    return "".join(out)
print(b64(b"Man"), b64(b"Ma"), b64(b"M"), b64(b""), b64("naïve 日本".encode()))
print("".join(reversed("stressed")), "level" == "level"[::-1], sorted("listen") == sorted("silent"), " ".join(w.capitalize() for w in "a few words".split()), "%-10s|%5d|%8.3f" % ("name", 42, 3.14159))

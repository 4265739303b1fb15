# Properties of string methods over many generated strings, with a checksum.
# stress: 50
def make(seed, n, alphabet):
    out = []
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        out.append(alphabet[seed // 65536 % len(alphabet)])
    return "".join(out)
bad = 0; total = 0
for alphabet in ("ab,", "aé,", "a日,", "a𝄞,", "ab, \n"):
    for seed in range(60):
        s = make(seed, seed % 23, alphabet)
        checks = (
            ",".join(s.split(",")) == s, s[::-1][::-1] == s, s.replace(",", "").count(",") == 0, s.partition(",")[0] == s.split(",", 1)[0],
            len(s.encode("utf-8").decode("utf-8")) == len(s), s.upper().lower() == s.lower(), "".join(sorted(s)) == "".join(sorted(s[::-1])), s.find(",") == (s.index(",") if "," in s else -1),
            "".join(s.splitlines(True)) == s, s.strip() == s.lstrip().rstrip(), s.zfill(30).endswith(s.lstrip("+-")), s.center(40).strip() == s.strip(), eval(repr(s)) == s, eval(ascii(s)) == s, s.rsplit(",") == s.split(","),
            s.startswith(s[:3]) and s.endswith(s[-3:]), s.count("a") + len(s.replace("a", "")) == len(s), (s + s).find(s, 1) <= len(s), s.rfind(",") >= s.find(","), hash(s) == hash("".join(list(s))),
        )
        bad += checks.count(False)
        total = (total * 31 + sum(map(ord, s)) + len(s.split())) % 1000003
print(bad, total)

# Primes three ways, and that they agree.
# stress: 50
def sieve(n):
    flags = bytearray([1]) * (n + 1)
    flags[0:2] = b"\0\0"
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]: flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, flag in enumerate(flags) if flag]
def trial(n): return [i for i in range(2, n + 1) if all(i % d for d in range(2, int(i ** 0.5) + 1))]
def incremental():
    composites, candidate = {}, 2
    while True:
        factors = composites.pop(candidate, None)
        if factors is None:
            yield candidate
            composites[candidate * candidate] = [candidate]
        else:
            for f in factors: composites.setdefault(candidate + f, []).append(f)
        candidate += 1
a, b, c = sieve(1000), trial(1000), []
for p in incremental():
    if p > 1000: break
    c.append(p)
print(len(a), a == b == c, a[:10], a[-3:], sum(a))

# timeout: 60
# stress: 50000
# Large objects: a long list, a long string, a big integer, a large dict; and requests that cannot be met.
l = list(range(1000000))
print(len(l), l[-1], sum(l), l[::250000], max(l))
del l[::2]; print(len(l), l[0], l[-1])
l.reverse(); print(l[0]); l.sort(); print(l[0], l[-1])
s = "ab" * 5000000
print(len(s), s[9999998:], s.count("ba"), s.find("bb"), hash(s) == hash("ab" * 5000000))
t = s + "!"
print(t[-3:], len(t), t == s, s == s[:-1] + "b")
b = bytes(10 ** 7); print(len(b), b.count(0), b[5])
n = 3 ** 50000; print(n.bit_length(), n % 1000007, (n * n) % 1000003, n // (n - 1))
d = {i: i * 2 for i in range(200000)}
print(len(d), d[199999], sum(d.values()))
for i in range(0, 200000, 2): del d[i]
print(len(d), next(iter(d)))
x = [0] * 10 ** 6; x[500000] = 1; print(x.index(1), x.count(0))
t = tuple(range(100000)); print(hash(t) == hash(tuple(range(100000))), t[99999])
z = set(range(100000)); print(len(z & set(range(50000, 150000))), 99999 in z)
for call in (lambda: [0] * 10 ** 18, lambda: "x" * 10 ** 18, lambda: bytes(10 ** 18), lambda: (0,) * 2 ** 62, lambda: [0] * 2 ** 70, lambda: "a".ljust(10 ** 18), lambda: bytearray(2 ** 62)):
    try: call(); print("no error")
    except (MemoryError, OverflowError) as e: print(type(e).__name__)
print("".join(str(i) for i in range(100000))[-10:], sum(len(x) for x in [[i] for i in range(100000)]))

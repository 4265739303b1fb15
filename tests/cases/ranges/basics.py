# range: laziness, indexing, slicing, membership, equality, hashing, big bounds.
# oracle: 3.14
for r in (range(5), range(2, 8), range(0, 10, 3), range(10, 0, -3), range(0), range(5, 5), range(3, 0), range(-3, 3, 2), range(10 ** 20, 10 ** 20 + 3)):
    print(r, list(r), len(r), r.start, r.stop, r.step, bool(r), list(reversed(r)), sum(r), r[0] if r else None, r[-1] if r else None)
r = range(0, 20, 3)
print(r[2], r[-2], r[1:4], r[::-1], r[::2], r[5:1:-2], r[10:], 6 in r, 7 in r, "a" in r, 6.0 in r, -3 in r, r.index(9), r.count(9), r.count(10))
print(range(3) == range(0, 3, 1), range(0) == range(5, 5), range(0, 3, 2) == range(0, 4, 2), range(1) != range(2), hash(range(3)) == hash(range(0, 3)), range(3) == [0, 1, 2])
print(10 ** 18 in range(0, 10 ** 19, 10), range(10 ** 18)[10 ** 17], len(range(10 ** 15)), range(0, 10 ** 30, 7)[10 ** 25], max(range(5)), min(range(5, 0, -1)), sorted(range(3, 0, -1)), tuple(range(2)), [*range(2)])
for call in (lambda: range(), lambda: range(1, 2, 0), lambda: range(1.5), lambda: range("a"), lambda: r[100], lambda: r["a"], lambda: r.index(1), lambda: len(range(10 ** 30)), lambda: range(1, 2, 3, 4), lambda: range(2) + range(2), lambda: range(2).append(1), lambda: range(3) < range(4)):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
try:
    r[0] = 1
except TypeError as error:
    print(error)
it = iter(range(3))
print(next(it), next(it), next(it), next(it, "end"), it.__length_hint__())
print(repr(range(True, 5)), range(False, True), [i for i in range(3) for j in range(i)], list(range(2 ** 62 - 1, 2 ** 62 + 2)), list(range(2 ** 63 - 1, 2 ** 63 + 1)))
for i in range(3):
    i = 10
    print(i, end=" ")
else:
    print("done", i)

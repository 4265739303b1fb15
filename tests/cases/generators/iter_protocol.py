# iter, next, sentinel iter, iterators of built-in types, exhaustion, copies of state.
for source in ([1, 2], (1, 2), "ab", b"ab", {1: 2}, {1}, frozenset([1]), range(2), {1: 2}.keys(), {1: 2}.values(), {1: 2}.items(), enumerate("a"), zip("a"), map(str, [1]), filter(None, [1]), reversed([1]), reversed(range(2)), reversed({1: 2}), iter(lambda: 1, 1), (x for x in "a"), bytearray(b"a")):
    it = iter(source)
    print(type(it).__name__, iter(it) is it, list(it), next(it, "exhausted"), list(it))
data = iter("abcdef")
print(list(zip(data, data)), next(data, None))
data = iter(range(10))
print(next(data), [next(data) for _ in range(3)], sum(data), list(data))
values = [1, 2, 0, 3]
print(list(iter(values.pop, 0)), values)
class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n <= 0: raise StopIteration
        self.n -= 1
        return self.n + 1
print(list(Countdown(3)), [*Countdown(2)], max(Countdown(4)), tuple(Countdown(1)), 2 in Countdown(3), dict.fromkeys(Countdown(2)), sorted(Countdown(3)), list(map(lambda a, b: a + b, Countdown(3), Countdown(2))))
c = Countdown(5)
for x in c:
    if x == 3: break
print(list(c), next(c, "end"))
class NextRaises:
    def __iter__(self): return self
    def __next__(self): raise ValueError("from next")
for consume in (list, tuple, set, sum, max, sorted, lambda x: [*x], lambda x: 1 in x, lambda x: dict(x), lambda x: "".join(x), lambda x: [y for y in x], lambda x: list(zip(x)), lambda x: list(enumerate(x)), lambda x: any(x), lambda x: next(x), lambda x: [].extend(x), lambda x: (lambda *a: a)(*x)):
    try:
        consume(NextRaises())
        print("no error")
    except ValueError as e: print(e, end=" ")
print()
class IterRaises:
    def __iter__(self): raise KeyError("from iter")
for consume in (list, sum, lambda x: [*x], lambda x: 1 in x, lambda x: [y for y in x], iter):
    try: consume(IterRaises())
    except KeyError as e: print(e, end=" ")
print()
e = enumerate("abc", start=5)
print(next(e), list(e), list(enumerate([], 3)), list(enumerate("ab", 10 ** 20)))
z = zip([1, 2, 3], "ab", (True, False, None))
print(list(z), list(zip()), list(zip([1])), list(zip([1, 2], [3], strict=False)))
source = iter([1, 2, 3])
print(list(zip(source, [])), list(source), list(zip([], source)))
m = map(lambda *a: a, [1, 2, 3], "ab"); print(list(m), list(map(None.__class__, [])))
print(list(filter(lambda x: x > 1, [1, 2, 3])), list(filter(None, [0, "", 1, [], [0]])), list(filter(str.isalpha, "a1b")))
try: next(map(lambda x: 1 / x, [0]))
except ZeroDivisionError: print("zero")
m = map(lambda x: 10 // x, [5, 0, 2])
print(next(m))
try: next(m)
except ZeroDivisionError: print("error, and on:", next(m))

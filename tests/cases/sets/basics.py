# Sets and frozensets: operations, methods, comparison, errors.
# oracle: 3.14
s = {3, 1, 2, 3}
print(sorted(s), len(s), 2 in s, {1, 2} == {2, 1}, set(), set("aab") == {"a", "b"}, frozenset([1]), {1}, frozenset(), sorted({1, 1.0, True, 2}))
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(sorted(a | b), sorted(a & b), sorted(a - b), sorted(b - a), sorted(a ^ b), a < b, a <= a, {3} < a, a > {1}, a >= b, a != b, a.isdisjoint({9}), {1} == frozenset({1}))
print(sorted(a.union(b, [9], "z" * 0)), sorted(a.intersection(b, {4})), sorted(a.difference(b, [1])), sorted(a.symmetric_difference([1, 10])), a.issubset(range(10)), a.issuperset([1]), sorted(a.union()))
c = a.copy()
c.add(10); c.add(10); c.discard(99); c.discard(1); c.remove(2); c.update([20, 21], {22})
print(sorted(c))
c.intersection_update([3, 20, 21]); print(sorted(c))
c.difference_update([20]); print(sorted(c))
c.symmetric_difference_update([21, 30]); print(sorted(c))
c |= {1}; c &= {1, 3}; print(sorted(c))
c -= {1}; c ^= {7}; print(sorted(c))
print(len(c) and c.pop() in (3, 7), len(c), c.clear(), c, bool(c))
for call in (lambda: set().pop(), lambda: {1}.remove(2), lambda: {[]}, lambda: set(5), lambda: {1} | [2], lambda: {1} < [2], lambda: hash({1}), lambda: {1}[0], lambda: {1}.add([]), lambda: frozenset([1]).add(2), lambda: {1} + {2}, lambda: [] in {1}, lambda: {1}.union(5), lambda: set(1, 2), lambda: {1} & "a"):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
f = frozenset("abc")
print(hash(f) == hash(frozenset("cba")), {f: "key"}[frozenset("abc")], type(f | {"d"}).__name__, type({"d"} | f).__name__, sorted(f & {"a"}), frozenset({1, 2}) == {1, 2}, f.copy() is f, frozenset(f) is f, {1} in {frozenset([1])})
g = f
g |= {"z"}
print(sorted(g), sorted(f))
print({x % 3 for x in range(10)} == {0, 1, 2}, sorted({*[1, 2], *(2, 3)}), max({1, 5}), sum({1, 2}), sorted(set("hello")), {(1, 2)}, {None}, len({0, False, 0.0, ""}))
class S(set):
    def __repr__(self):
        return "S" + str(sorted(self))
x = S([2, 1])
x.add(0)
print(x, type(x | {5}).__name__, type(x.copy()).__name__, x == {0, 1, 2})
r = {1}
for i in range(1000):
    r.add(i); 
for i in range(990):
    r.remove(i)
print(sorted(r))

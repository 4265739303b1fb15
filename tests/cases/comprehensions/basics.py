# List, set, dict and generator comprehensions: filters, nesting, order of evaluation.
print([x * x for x in range(5)], {x % 3 for x in range(9)} == {0, 1, 2}, {x: x * x for x in range(4)}, list(x for x in "abc"), tuple(x for x in range(2)))
print([x for x in range(20) if x % 2 if x % 3], [(x, y) for x in range(3) for y in range(x)], [x if x > 1 else -x for x in range(4)], [[y for y in range(x)] for x in range(3)])
print([x for row in [[1, 2], [3], []] for x in row], {k: [v for v in range(k)] for k in range(3)}, [a + b for a, b in [(1, 2), (3, 4)]], [a for a, *b in ["xyz", "pq"]], [*[1], *[x for x in range(2)]], sum(x * x for x in range(10)))
print([i for i in range(3) for i in range(i, 3)], [x for x in [1, 2, 3] if (lambda v: v > 1)(x)], [y for x in range(5) if (y := x * 2) > 3], y, any(x > 3 for x in range(5)), all(x for x in []), max((len(w), w) for w in ["a", "bb"]))
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [cell for row in matrix for cell in row if cell % 2], {(r, c): matrix[r][c] for r in range(2) for c in range(3) if (r + c) % 2})
def log(label, value):
    print(label, end=" ")
    return value
print([log("elt", x) for x in log("outer", [1, 2]) if log("if", x)])
print({log("k", x): log("v", x) for x in [1, 2]})
g = (log("gen", x) for x in log("source", [1, 2]))
print("made")
print(next(g), list(g))
it = iter([1, 2, 3, 4])
print([(a, b) for a, b in zip(it, it)], ["%s" % w for w in ("a", "b")], [c for c in "héllo" if c.isalpha()], list(filter(None, [x % 2 for x in range(4)])))
try:
    [x for x in 5]
except TypeError as error:
    print(error)
try:
    [1 / x for x in (1, 0)]
except ZeroDivisionError:
    print("ZeroDivisionError")
try:
    (x for x in 5)
except TypeError as error:
    print(error)
try:
    [a for a, b in [(1,)]]
except ValueError as error:
    print(error)

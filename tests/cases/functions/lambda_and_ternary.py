# Lambdas, conditional expressions, short circuits and their precedence.
print((lambda: 1)(), (lambda x, y=2: x + y)(1), (lambda *a: a)(1, 2), (lambda **k: k)(a=1), (lambda x: lambda y: (x, y))(1)(2), (lambda: (yield))().__class__.__name__)
print(1 if True else 2, 1 if [] else 2, "a" if 0 else "b" if 0 else "c", (1 if 1 else 2) + 1, 1 if 1 else 2 + 1, [1 if x else 0 for x in (0, 1)], lambda: 1 if 0 else 2)if False else print("precedence", (lambda: 1 if 0 else 2)())
f = lambda x: x if x > 0 else -x
print(f(-3), f(3), list(map(lambda p: p[0] * p[1], [(1, 2), (3, 4)])), sorted([3, -1, 2], key=lambda v: -v), (lambda a, b: a or b)(0, "b"), not 1 == 1, not (1 and 0), 1 or 0 and 0, (1 or 0) and 0)
print(-2 ** 2, 2 ** -1, 2 ** 3 ** 2, -2 ** -2, not 1 in [2], 1 + 2 << 1, 1 | 2 & 3 ^ 1, 5 - 3 - 1, 2 * 3 % 4, 7 // 2 * 2, ~1 + 1, -1 ** 2, 1 < 2 == 2, 10 - -3, +-+1, not not 5, 1 if (2 if 0 else 3) else 4)
def calls():
    log = []
    def t(n, r): log.append(n); return r
    r = (t(1, 0) or t(2, 5) and t(3, 6), t(4, 1) if t(5, 0) else t(6, 2), t(7, 1) < t(8, 0) < t(9, 3), t(10, 2) + t(11, 3) * t(12, 4), t(13, [1, 2])[t(14, 0)])
    return r, log
print(calls())
handlers = {"add": lambda a, b: a + b, "mul": lambda a, b: a * b}
print([handlers[k](3, 4) for k in sorted(handlers)], (lambda: [x for x in range(3)])(), (lambda x=[]: x.append(1) or x)(), (lambda self: self)(self=5))
print((lambda n: (lambda f: f(f, n))(lambda f, k: 1 if k == 0 else k * f(f, k - 1)))(6))
print((x := 5) + x, [y := 1, y + 1], (z := (1, 2))[0], {(w := "k"): w}, f(w2 := -7), w2)
if (n := len("hello")) > 3 and (m := n * 2): print(n, m)
while (n := n - 1) > 2: print("loop", n)

# A local that is read, then changed in the same expression: the value at the moment of reading counts.
def a():
    x = 1
    return x + (x := 5) + x
def b():
    x = 1
    return [x, (x := 2), x, (x := 3)], x
def c():
    x = 1
    return (x, (x := x + 1), x), x
def d(*args): return args
def e():
    x = 1
    return d(x, (x := 2), x, x := 3) if False else d(x, (x := 2), x, (x := 3))
def f():
    x, y, z = 1, 2, 3
    x, y, z = z, x, y
    x, y = y, x
    return x, y, z
def g():
    i, l = 0, [10, 20, 30]
    i, l[i] = 1, 99
    l[i], i = 77, 2
    return i, l
def h():
    x = 5
    y = x
    x += 1
    z = y
    y = x
    return x, y, z
def i():
    x = [1]
    y = x
    x = x + [2]
    y += [3]
    return x, y
def j():
    x = 1
    return {x: (x := 2), x: (x := 3)}, x
def k():
    x = 10
    return x - (x := 3) * x, x ** (x := 2), x
def l():
    x = "a"
    return f"{x}{(x := 'b')}{x}", x
def m():
    x = 1
    return x if (x := 0) else x, x
def n():
    x = 3
    return x < (x := 5) < (x := 7), x
def o():
    s = [1, 2, 3]
    return s[0], s.append(s[0]), s[-1], s
def p():
    x = 1
    x = x = x + 1
    y = z = x
    y += 1
    return x, y, z
def q():
    for x in range(3):
        y = x
        x = 10
    return x, y
def r():
    a = b = 0
    while a < 3: a, b = a + 1, a
    return a, b
def s():
    x = 1
    def inner(): return x
    y = inner(), (x := 2), inner()
    return y
def t():
    x = [0]
    x[0], x = 5, x[:]
    return x
def u():
    a = 1
    try:
        a = a + 1
        b = a
        a = a // 0
    except ZeroDivisionError: return a, b
def v():
    x = 1
    try: return x
    finally: x = 99
def w(x):
    del x
    x = 5
    return x
def y():
    a, b = 1, 2
    a, b, a = b, a, a + b
    return a, b
def z():
    acc = ()
    for k in range(3): acc = acc + (k,); k = acc
    return acc, k
for function in (a, b, c, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, y, z): print(function.__name__, function())
print(w(1))

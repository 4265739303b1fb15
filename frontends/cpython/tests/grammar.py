# All of the grammar of Python 3.14, for tests that need some of everything.
from __future__ import generator_stop
import a, a.b, a.b.c as d, a as e
from . import f
from ..g import h as i, j
from k.l import *

x = y = 1, -2, +3, ~4, not 5
x: int = 0x_ff
(x): str
a.b: int
a[1]: "s" = 2
x += 1; x -= 1; x *= 1; x /= 1; x //= 1; x %= 1; x **= 1; x @= 1; x <<= 1; x >>= 1; x &= 1; x |= 1; x ^= 1
a.b += 1
a[b] += c
a, *b, (c, [d, e]) = f
a.b, c[d], *e[f] = g
a, b = b, a
del a, b.c, d[e], (f, [g])
print(*a, b, *c, d=1, **e, f=2, **g)
a.b(c, d=e).f(*g)(**h)
lambda: 0
lambda a, /, b, c=1, *d, e, f=2, **g: (a, b)
lambda *, a: a
[a for b in c if d if e for f in g]
{a for b in c}
{a: b for c, d in e}
(a for b in c if (lambda: b))
[[a for a in b] for b in c if (d := b)]
[(lambda: a + b) for a in c for b in [a]]
{**a, 1: 2, **b, 3: 4}
{1, 2, *a}
(*a, b)
a if b else c
a and b or c and not d
a < b <= c != d is e is not f in g not in h
if a < b < c and not (d or e): pass
a[1:2], a[::3], a[:], a[1:2, ..., None]
f"{a}{b!r}{c:>{d}}{e=}{f!s:x{g}y}{{}}" "h" f'{i:%Y-%m}'
t"{a}{b!r:>{c}}" t"x{ d + 1 =}"
b"\x00" rb"\d"; "\N{BULLET}\u1234\ud800" r"\d"
1_000, 0b1, 0o7, 1.5e-3, 2j, 123456789012345678901234567890
assert a, b
assert a
pass
global z
type A = int
type B[T: int, *Ts, **P] = dict[T, P]
type C[T: (int, str) = int] = T

if a: b
elif c: d
else: e

for a, b in c:
    if d: break
    if e: continue
    f
else:
    g

while a:
    if b: break
    continue
else:
    c

while True:
    break

try:
    a
except B: c
except (D, E) as f: g
except: h
else: i
finally: j

try:
    a
except* B as c: d
except* (E, F): g
else: h

with a, b as c, d as (e, f): g
with (a as b, c as d): e

def f(a, b: int = 1, /, c: str = 2, *d: *e, f: g, h=3, **i: j) -> k:
    "doc"
    global l
    l = 1
    def m():
        nonlocal a, b
        a = b
        return c, __class__
    try:
        return m
    finally:
        for n in o:
            if p: continue
            else: break
    return

def g():
    x = yield
    y = yield 1
    z = yield from a
    with b: yield c
    try:
        yield
    finally:
        yield
    return x

async def h(a):
    await a
    async with a as b, c: d
    async for e in f:
        if g: break
        continue
    else: i
    [await j async for j in k if await l]
    return [m async for m in n], {o: p async for o, p in q}, (r async for r in s)

async def i():
    yield 1
    await a
    return

@a
@b.c(d)
class J(K, metaclass=L, **m):
    """doc"""
    x: int
    __y = 1
    def n(self, __z):
        self.o = super().n(__z)
        self.__p = __class__
        return [q for q in self.__y if self.x]
    if r:
        s: t = 1
    u = [v for v in x if w]
    class X[Y]:
        def z[Z: Y](self: Z) -> Y: ...
        type W = Y

class K[T, *Ts, **P](J[T], *a, m=n): x: T

def l[T: int = str, *Ts = *a, **P = [int]](x: T, *args: *Ts) -> P: return T

match a:
    case 1 | "x" | b"y" | None | True | -1 | 1 + 2j: b
    case C.D: e
    case [x, 1, *y] if z: f
    case (x, *_, y) | [[x], y]: g
    case [*_]: h
    case {"k": v, C.D: w, **rest}: i
    case {}: j
    case C(), C(1, x), C(a=1, b=y): k
    case [1, 2] as l: m
    case str(n): o
    case {"a": [x, {"b": y}]}: p
    case x: q

match a, *b:
    case _: c

raise
raise a
raise a from b

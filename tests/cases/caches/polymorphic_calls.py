# One call site, many kinds of callables and of receivers.
class Plain:
    def m(self, x=1): return ("method", x)
class Stat:
    @staticmethod
    def m(x=1): return ("static", x)
class Cls:
    @classmethod
    def m(cls, x=1): return (cls.__name__, x)
class Attr:
    def __init__(self): self.m = lambda x=1: ("attribute", x)
class Getattr:
    def __getattr__(self, n): return lambda x=1: (n, x)
class Callable:
    class _C:
        def __call__(self, x=1): return ("callable object", x)
    m = _C()
class Builtin: m = len
class Prop:
    @property
    def m(self): return lambda x=1: ("property", x)
class Nested(Plain):
    def m(self, x=1, *, k=2): return ("override", super().m(x), k)
def call0(o): return o.m()
def call1(o): return o.m("ab")
def kw(o): return o.m(x=5)
for _ in range(2):
    for k in (Plain, Stat, Cls, Attr, Getattr, Callable, Prop, Nested): print(call0(k()), call1(k()), kw(k()))
print(call1(Builtin()))
def apply(f, *a): return f(*a)
def direct(f): return f(3)
class Init:
    def __init__(self, x): self.x = x
    def __repr__(self): return f"Init({self.x})"
gen = lambda n: (i for i in range(n))
fs = [lambda x: x, abs, float, str, Init, [1, 2, 3, 4].__getitem__, "abcd".__getitem__, Plain().m, type, range, list(range(9)).index, Callable.m, gen, lambda *a: a, lambda x, y=2: (x, y)]
for _ in range(2): print([r if not hasattr(r := direct(f), "send") else list(r) for f in fs])
for _ in range(2): print([apply(f, 3) if f is not gen else list(apply(f, 3)) for f in fs[:8]])
for bad in (5, None, "s", Plain(), [1]):
    try: direct(bad)
    except TypeError as e: print(e)
def attr(o): return o.append
l = [[], bytearray()]
for o in l: attr(o)(65)
print(l)
def seq(o):
    out = []
    for x in o: out.append(x)
    return out
for o in ([1, 2], (3,), "ab", {5: 6}, range(2), iter([7]), gen(2), {9}, b"a", enumerate("z"), zip([1], [2]), map(abs, [-1]), {1: 2}.items()): print(seq(o), end=" ")
print()

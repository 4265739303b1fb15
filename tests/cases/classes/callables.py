# __call__, bound methods, functions as class attributes, callable(), partial application by hand.
class Adder:
    def __init__(self, n): self.n = n
    def __call__(self, x, *, scale=1): return (self.n + x) * scale
a = Adder(5)
print(a(1), a(1, scale=2), callable(a), callable(5), callable(Adder), callable(lambda: 0), list(map(a, [1, 2])), a.__call__(3), sorted([3, 1], key=Adder(-10)))
class Deep:
    def __call__(self): return lambda: "deep"
class Outer: inner = Deep()
print(Deep()()(), Outer().inner()(), Outer.inner()())
class M:
    def f(self, *a, **k): return a, k
    g = f
    h = lambda self, x=1: x
m = M()
f = m.f
print(f(1, k=2), m.g(3), m.h(), M.f(m, 4), f.__func__ is M.f, f == m.f, f is m.f, f != M().f, hash(f) == hash(m.f), M.g is M.f)
m.f = lambda: "instance attribute"
print(m.f(), type(m).f(m))
del m.f
print(m.f())
calls = []
class Track:
    def __getattr__(self, name):
        def method(*args): calls.append((name, args)); return self
        return method
Track().a(1).b(2, 3).c()
print(calls)
try:
    Adder(1)()
except TypeError as error:
    print(error)
class NotCallable: __call__ = 5
class NoneCall: __call__ = None
for o in (NotCallable(), NoneCall()):
    try:
        print(callable(o))
        o()
    except TypeError as error:
        print(error)
class Chain:
    def __init__(self): self.v = []
    def add(self, x): self.v.append(x); return self
print(Chain().add(1).add(2).v, "abc".upper, ) if False else print(Chain().add(1).add(2).v)
bound = [].append
bound(1); bound(2)
print(bound.__self__, "a,b".split(","), str.split("c,d", ","), (5).__add__(6), int.__add__(1, 2), list(map(str.upper, "ab")), (lambda *a: len(a))(*"abc"))
methods = {"up": str.upper, "low": str.lower}
print({k: v("Ab") for k, v in methods.items()}, [fn(3) for fn in (abs, float, str, [10, 20, 30, 40].__getitem__, "abcd".__getitem__, range(5).__contains__)])

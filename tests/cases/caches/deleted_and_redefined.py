# Functions whose code, defaults or closure change; classes defined again under the same name.
def f(a, b=1): return a, b
def call(): return f(5)
print(call(), call())
f.__defaults__ = (2,); print(call())
f.__code__ = (lambda a, b=1: ("new code", a, b)).__code__; print(call())
f.__defaults__ = None
try: call()
except TypeError as e: print(str(e).split("() ")[1])
f.__kwdefaults__ = {"z": 1}
def f(a): return "redefined", a
print(call())
results = []
for i in range(3):
    class K:
        n = i
        def m(self): return self.n, i
    results.append(K())
print([k.m() for k in results], len({type(k) for k in results}), [type(k).__name__ for k in results])
def make(tag):
    class T:
        def who(self): return tag
    return T
types = [make(t) for t in "abc"]
def who(o): return o.who()
print([who(t()) for t in types * 2], types[0] is types[1])
def outer(n):
    def inner(): return n
    return inner
fs = [outer(i) for i in range(4)]
print([g() for g in fs], all(g.__code__ is fs[0].__code__ for g in fs))
def self_replacing():
    global self_replacing
    def self_replacing(): return "second"
    return "first"
print(self_replacing(), self_replacing())
class Lazy:
    def compute(self):
        Lazy.compute = lambda self: "cached on the class"
        return "computed"
z = Lazy(); print(z.compute(), z.compute())
class Swap:
    def a(self): type(self).a, type(self).b = type(self).b, type(self).a; return "a"
    def b(self): return "b"
s = Swap(); print(s.a(), s.a(), s.b())

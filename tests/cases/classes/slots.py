# __slots__: storage, missing values, inheritance, __dict__ and errors.
# oracle: 3.14
class P:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
p = P(1, 2)
print(p.x, p.y, hasattr(p, "__dict__"), P.__slots__, type(P.x).__name__)
p.x += 5
del p.y
for call in (lambda: p.y, lambda: setattr(p, "z", 1), lambda: delattr(p, "y"), lambda: p.__dict__):
    try:
        call()
    except AttributeError as error:
        print(type(error).__name__, error)
p.y = "again"
print(p.x, p.y, P.x.__get__(p), P.__dict__["y"].__name__)
class Q(P):
    __slots__ = ["z"]
q = Q(1, 2); q.z = 3
print(q.x, q.y, q.z, hasattr(q, "__dict__"))
class R(P): pass
r = R(1, 2); r.anything = 5
print(r.__dict__, r.x)
class WithDict:
    __slots__ = ("a", "__dict__")
w = WithDict(); w.a = 1; w.b = 2
print(w.__dict__, w.a)
class One: __slots__ = "single"
o = One(); o.single = "s"
print(o.single)
class Base: pass
class S(Base): __slots__ = ("k",)
s = S(); s.k = 1; s.free = 2
print(s.__dict__, s.k)
for body in (dict(__slots__=("a",), a=1), dict(__slots__=("1bad",)), dict(__slots__=(5,)), dict(__slots__=("__dict__", "__dict__"))):
    try:
        type("Bad", (), body)
        print("ok")
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
class L: __slots__ = ("a",)
class M: __slots__ = ("b",)
try:
    class LM(L, M): pass
except TypeError as error:
    print(error)
class N: __slots__ = ()
class LN(L, N): __slots__ = ()
ln = LN(); ln.a = 4
print(ln.a, hasattr(ln, "__dict__"))
class Default:
    __slots__ = ("v",)
    kind = "class attribute"
d = Default()
print(d.kind)
try:
    d.kind = "x"
except AttributeError as error:
    print(error)
class Private: 
    __slots__ = ("__secret",)
    def __init__(self): self.__secret = 5
    def get(self): return self.__secret
print(Private().get(), Private()._Private__secret)

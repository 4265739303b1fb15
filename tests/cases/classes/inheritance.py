# Single and multiple inheritance, super() in all its forms, the C3 order.
# oracle: 3.14
class A:
    def who(self): return "A"
    def chain(self): return ["A"]
class B(A):
    def who(self): return "B" + super().who()
    def chain(self): return ["B"] + super().chain()
class C(A):
    def who(self): return "C" + super().who()
    def chain(self): return ["C"] + super(C, self).chain()
class D(B, C):
    def who(self): return "D" + super().who()
    def chain(self): return ["D"] + super().chain()
print(D().who(), D().chain(), [k.__name__ for k in D.__mro__], D.__bases__, D.__base__.__name__, [k.__name__ for k in A.__subclasses__()])
print(issubclass(D, A), issubclass(D, (int, C)), isinstance(D(), B), issubclass(A, D), issubclass(A, A), isinstance(D(), object), D.mro() == list(D.__mro__))
print(super(B, D()).who(), super(D, D()).who(), super(C, D()).who(), super(B, D).who(D()))
class E(D):
    @classmethod
    def make(cls): return cls.__name__
class F(E):
    @classmethod
    def make(cls): return "F+" + super().make()
    @staticmethod
    def st(): return "st"
    def nested(self):
        def inner(): return super(F, self).who()
        return inner(), (lambda: super(F, self).chain())()
    def comp(self): return [super(F, self).who() for _ in range(1)]
print(F.make(), F().nested(), F().comp(), F.st())
for bases in ((A, B), (object, A), (B, C, D), (A, A)):
    try:
        print([k.__name__ for k in type("X", bases, {}).__mro__])
    except TypeError as error:
        print(error)
class X: pass
class Y: pass
class XY(X, Y): pass
class YX(Y, X): pass
try:
    class Bad(XY, YX): pass
except TypeError as error:
    print(error)
for base in (5, bool, type(None), range, type(lambda: 0), "str"):
    try:
        class Sub(base): pass
        print("ok", base)
    except TypeError as error:
        print(error)
class P:
    def __init__(self): self.log = ["P"]
class Q(P):
    def __init__(self, q): super().__init__(); self.log.append(q)
class M1:
    def __init__(self, *a): super().__init__(*a); self.log.append("M1")
class R(M1, Q):
    def __init__(self): super().__init__("q"); self.log.append("R")
print(R().log, [k.__name__ for k in R.__mro__])
class S(P):
    def __init__(self): pass
try:
    S().log
except AttributeError as error:
    print(error)
def free(self): return super().who()
D.free = free
for call in (lambda: D().free(), lambda: super(D, 5).x, lambda: super(B, A()).who(), lambda: super(D, D()).nope):
    try:
        call()
    except (TypeError, RuntimeError, AttributeError) as error:
        print(type(error).__name__, error)
A.who = lambda self: "patched"
print(D().who())
D.__bases__ = (C, B)
print(D().chain())

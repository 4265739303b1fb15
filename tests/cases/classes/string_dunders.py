# __repr__, __str__, __format__, __bytes__, __hash__, __bool__, __int__, name mangling.
class A:
    def __repr__(self): return "A.repr"
class B(A):
    def __str__(self): return "B.str"
class C(B):
    def __format__(self, spec): return f"C.format({spec})"
print(A(), B(), C(), [A(), B(), C()], f"{A()} {B()} {C()} {C():x>5}", "%s %r" % (B(), B()), "{} {!r}".format(B(), B()), str(C()), format(C(), "q"), (B(),), {"k": B()}, {B()}.__len__())
try:
    f"{A():>10}"
except TypeError as error: print(error)
class D:
    def __bytes__(self): return b"bytes!"
    def __int__(self): return 5
    def __float__(self): return 2.5
    def __complex__(self): return 1j
    def __bool__(self): return False
    def __hash__(self): return 99
    def __index__(self): return 3
    def __length_hint__(self): return 1
d = D()
print(bytes(d), int(d), float(d), complex(d), bool(d), hash(d), [1, 2, 3, 4][d], range(d))
class M:
    __private = "mangled"
    def __init__(self): self.__x = 1; self.__y__ = 2; self._z = 3
    def get(self): return self.__x, self.__private
    def __method(self): return "private method"
    def call(self): return self.__method()
    class Inner:
        def f(self): return [n for n in ("_Inner__q",) if True]
        __q = 5
m = M()
print(m.get(), m.call(), sorted(m.__dict__), M._M__private, M.Inner._Inner__q, [n for n in dir(M) if "M__" in n])
try:
    m.__x
except AttributeError as error: print(error)
class _Under:
    __v = 1
print(_Under._Under__v)
def outside():
    class K:
        def f(self):
            __local = 5
            return [n for n in locals() if "local" in n]
    return K().f()
print(outside())
for call, kind in ((lambda: str(type("X", (), {"__str__": lambda s: 5})()), 1), (lambda: repr(type("X", (), {"__repr__": lambda s: None})()), 1), (lambda: format(type("X", (), {"__format__": lambda s, p: 5})()), 1), (lambda: hash(type("X", (), {"__hash__": lambda s: "h"})()), 1), (lambda: int(type("X", (), {"__int__": lambda s: "i"})()), 1), (lambda: bytes(type("X", (), {"__bytes__": lambda s: "b"})()), 1), (lambda: bool(type("X", (), {"__bool__": lambda s: 5})()), 1), (lambda: float(type("X", (), {"__float__": lambda s: 5})()), 1)):
    try:
        print(call())
    except TypeError as error: print(error)
class Rec:
    def __init__(self): self.me = self
    def __repr__(self): return f"Rec({self.__dict__.keys()})"
print(Rec())

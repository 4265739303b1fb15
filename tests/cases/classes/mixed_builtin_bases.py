# Subclasses of built-in types in one program: dict, list, int, str, tuple, float, set, Exception.
class I(int): pass
class F(float):
    def __repr__(self): return f"F({float.__repr__(self)})"
class S(str): pass
class L(list): pass
class D(dict): pass
class T(tuple): pass
class St(set): pass
class E(Exception):
    def __init__(self, code): super().__init__(f"code {code}"); self.code = code
for value in (I(5), F(2.5), S("s"), L([1]), D(a=1), T((1, 2)), St([1])):
    value.attr = "x"
    print(type(value).__name__, repr(value), str(value), value.attr, value == type(value).__mro__[1](value), isinstance(value, type(value).__mro__[1]), bool(value), type(value)() == type(value).__mro__[1]())
print(F(1.5) + 1, type(F(1.5) + 1).__name__, F("2.5"), I("7") + 1, I(7) // 2, S(5) + "x", L("ab") + [1], T("ab")[0], D([("k", 1)])["k"], round(F(2.567), 1))
try:
    raise E(5)
except E as e:
    print(e, e.code, e.args, repr(e))
class Multi(S, E if False else object): pass
print(Multi("m").upper(), [k.__name__ for k in Multi.__mro__])
try:
    class Bad(int, str): pass
except TypeError as error: print(error)
class LD(L):
    def __init__(self, n): super().__init__(range(n))
    def __getitem__(self, i): return ("custom", super().__getitem__(i))
    def __contains__(self, x): return True
ld = LD(3)
print(ld, ld[0], 99 in ld, [x for x in ld], ld + [1], len(ld), ld.index(2), sorted(ld), list(reversed(ld)))
class Tup(tuple):
    def __new__(cls, a, b): return super().__new__(cls, (a, b))
    a = property(lambda self: self[0])
print(Tup(1, 2).a, Tup(1, 2) == (1, 2), Tup(1, 2) + (3,), {Tup(1, 2): 1}[1, 2])
class Dd(dict):
    def __init__(self, *a, **k): super().__init__(*a, **k); self.hits = 0
    def __getitem__(self, k): self.hits += 1; return super().__getitem__(k)
dd = Dd({"a": 1}, b=2)
print(dd["a"], dd["b"], dd.hits, dd.get("a"), dd.hits, "%(a)s" % dd, "{a}".format_map(dd), dd.hits, dd | {"c": 3}, type(dd | {}).__name__)
class Ch(str):
    def __add__(self, o): return Ch(str.__add__(self, o))
    def __getitem__(self, i): return Ch(super().__getitem__(i))
c = Ch("abc") + "d"
print(type(c).__name__, type(c[1:]).__name__, c[1:], c in {"abcd": 1}, f"{c!r}")

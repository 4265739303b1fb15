# The exact TypeError for calls that do not fit.
def zero(): pass
def one(a): pass
def two(a, b): pass
def three(a, b, c): pass
def default(a, b=1, c=2): pass
def kwonly(*, k, m): pass
def kwdef(a, *, k=1): pass
def pos(a, b, /): pass
def posd(a, b=1, /, c=2): pass
def var(a, *args): pass
def kwvar(a, **kw): pass
def mixed(a, b=1, *args, c, d=2, **kw): pass
class C:
    def method(self, a): pass
    def noself(): pass
    @staticmethod
    def static(a): pass
    @classmethod
    def cls(cls, a): pass
class Init:
    def __init__(self, a, b): pass
calls = [
    lambda: zero(1), lambda: zero(1, 2), lambda: zero(x=1), lambda: one(), lambda: one(1, 2), lambda: one(1, 2, 3), lambda: one(b=1), lambda: one(1, a=1), lambda: one(1, b=2),
    lambda: two(), lambda: two(1), lambda: two(b=1), lambda: three(), lambda: three(1), lambda: three(c=1), lambda: two(1, 2, 3),
    lambda: default(), lambda: default(1, 2, 3, 4), lambda: default(1, d=1), lambda: default(1, 2, b=3),
    lambda: kwonly(), lambda: kwonly(k=1), lambda: kwonly(1), lambda: kwonly(1, k=1, m=2), lambda: kwdef(1, 2), lambda: kwdef(1, 2, k=3), lambda: kwdef(), lambda: kwdef(1, 2, 3, k=1),
    lambda: pos(1, b=2), lambda: pos(a=1, b=2), lambda: pos(1), lambda: posd(1, b=2), lambda: posd(1, 2, 3, 4), lambda: posd(c=1),
    lambda: var(), lambda: var(a=1, b=2), lambda: kwvar(), lambda: kwvar(1, 2), lambda: kwvar(1, a=2), lambda: mixed(), lambda: mixed(1), lambda: mixed(1, 2, b=3, c=1), lambda: mixed(c=1),
    lambda: C().method(), lambda: C().method(1, 2), lambda: C().noself(), lambda: C.method(), lambda: C.static(), lambda: C.cls(), lambda: C().cls(1, 2), lambda: C(1),
    lambda: Init(), lambda: Init(1), lambda: Init(1, 2, 3), lambda: Init(1, 2, c=3),
    lambda: (lambda x: x)(), lambda: (lambda x, *, y: x)(1), lambda: 5(), lambda: None(), lambda: "s"(1), lambda: C()(), lambda: [](1), lambda: object(1), lambda: (x for x in [])(),
]
for number, call in enumerate(calls):
    try:
        print(number, "no error", call())
    except TypeError as error:
        print(number, error)

# Every kind of parameter, bound in every way.
def plain(a, b, c=3): return a, b, c
def star(a, *args, b=2, **kw): return a, args, b, kw
def only(*, k, m="m"): return k, m
def pos(a, b=2, /, c=3, *, d=4): return a, b, c, d
def all_of_them(a, b=1, /, c=2, *args, d, e=5, **kw): return a, b, c, args, d, e, kw
def nothing(): return "nothing"
print(plain(1, 2), plain(1, 2, 9), plain(b=1, a=2), plain(1, c=5, b=0))
print(star(1), star(1, 2, 3, b=9, z=8), star(a=5, x=1), star(*range(3), **{"q": 1}))
print(only(k=1), only(m=2, k=3), pos(1), pos(1, 5, 6, d=7), pos(1, c=9), nothing())
print(all_of_them(0, d=1), all_of_them(0, 1, 2, 3, 4, d=5, e=6, f=7), all_of_them(0, d=1, a="kw a", b="kw b"))
print((lambda *a, **k: (a, k))(1, x=2), (lambda a, b=2, /, *, c=3: (a, b, c))(1, c=0), (lambda: 5)())
def swallow(self, /, **kwargs): return self, kwargs
print(swallow(1, self=2, kwargs=3))
print(plain.__defaults__, only.__kwdefaults__, pos.__defaults__, pos.__kwdefaults__, star.__code__.co_argcount, pos.__code__.co_posonlyargcount, all_of_them.__code__.co_kwonlyargcount, all_of_them.__code__.co_varnames, plain.__name__)
plain.__defaults__ = (20, 30)
print(plain(1))
plain.__defaults__ = None
only.__kwdefaults__ = {"k": "K"}
try:
    plain(1)
except TypeError as error:
    print(error)
try:
    print(only())
except TypeError as error:
    print(error)

# Proxies forward every operation to their object; references know each other.
# oracle: 3.14
import _weakref
from _weakref import getweakrefcount, getweakrefs, proxy, ref


class Thing:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return ("add", other)

    def __radd__(self, other):
        return ("radd", other)

    def __iadd__(self, other):
        self.value += other
        return self

    def __pow__(self, other, mod=None):
        return ("pow", other, mod)

    def __divmod__(self, other):
        return ("divmod", other)

    def __len__(self):
        return 3

    def __getitem__(self, key):
        return key * 2

    def __setitem__(self, key, value):
        print("set", key, value)

    def __contains__(self, key):
        return key == 1

    def __iter__(self):
        return iter("ab")

    def __eq__(self, other):
        return isinstance(other, Thing) and self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __neg__(self):
        return "neg"

    def __index__(self):
        return 7

    def __bool__(self):
        return False

    def __str__(self):
        return "thing"


class Callable:
    def __call__(self, *args, **named):
        return args, named


thing = Thing(1)
p = proxy(thing)
print(p + 1, 1 + p, pow(p, 2, 3), divmod(p, 4), p + p == ("add", thing))
print(len(p), p[4], 1 in p, list(p), -p, [*range(9)][p], bool(p), str(p), f"{p}")
p[1] = 2
p += 5
print(thing.value, p.value if type(p) is not Thing else "the object itself")
p = proxy(thing)
ten = Thing(10)
p.value = 9
print(thing.value, p == thing, p == p, p < proxy(ten), isinstance(p, Thing), type(p).__name__)
del p.value
for attempt in [lambda: p.value, lambda: p - 1, lambda: hash(p), lambda: next(p), lambda: p(), lambda: type(p)()]:
    try:
        print(attempt())
    except Exception as e:
        print(type(e).__name__, e)
thing.value = 1

function = Callable()
c = proxy(function)
print(c(1, a=2), type(c).__name__, c is proxy(function), proxy(function) is proxy(function, print))


class Ref(ref):
    pass


a, b = ref(thing), Ref(thing)
print(a is ref(thing), a == b, b is Ref(thing), a != ref(function), a() is thing, a.__callback__)
marked = ref(thing, print)
print(marked.__callback__ is print, getweakrefs(thing)[0] is a, getweakrefs(thing)[1] is p, marked in getweakrefs(thing))
print(getweakrefcount(3), getweakrefs(3))
d = {1: a}
_weakref._remove_dead_weakref(d, 1)
print(d == {1: a})
for attempt in [
    lambda: ref(),
    lambda: ref(1),
    lambda: ref(thing, 1, 2),
    lambda: ref(thing, callback=None),
    lambda: proxy(3),
    lambda: _weakref._remove_dead_weakref({1: 2}, 1),
    lambda: a < b,
]:
    try:
        print(attempt())
    except Exception as e:
        print(type(e).__name__, e)

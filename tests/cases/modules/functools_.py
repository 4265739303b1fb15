# functools: partial, reduce, wraps, lru_cache, cached_property, total_ordering, cmp_to_key, singledispatch.
import functools
from functools import partial, reduce, wraps, lru_cache, cache, total_ordering, cmp_to_key, cached_property
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(lambda a, b: a + b, [], 10), reduce(max, [3, 9, 2]), reduce(lambda a, b: [a, b], "abc"), reduce(lambda a, b: b, [5]))
try: reduce(lambda a, b: a, [])
except TypeError as error: print(error)
def f(a, b, c=0, *args, **kw): return a, b, c, args, kw
p = partial(f, 1, c=5)
print(p(2), p(2, c=6), p(2, z=9), p.func is f, p.args, p.keywords, partial(p, 7)(), partial(partial(f, 1), 2)(3), partial(int, base=2)("101"))
p2 = partial(print, "partial", sep="-"); p2("x", "y")
class C:
    def method(self, x, y): return x, y
    bound = functools.partialmethod(method, 1) if hasattr(functools, "partialmethod") else None
print(C().bound(2))
def decorate(fn):
    @wraps(fn)
    def wrapper(*a, **k):
        "wrapper doc"
        return fn(*a, **k)
    return wrapper
@decorate
def documented(x):
    "the doc"
    return x
documented_attr = documented.__wrapped__
print(documented.__name__, documented.__doc__, documented(5), documented_attr(6), documented.__qualname__)
calls = []
@lru_cache(maxsize=2)
def cached(x, y=0):
    calls.append(x)
    return x * 10
print(cached(1), cached(1), cached(2), cached(3), cached(1), calls, cached.cache_info(), cached(x=1))
cached.cache_clear(); print(cached.cache_info(), cached.__name__, cached.__wrapped__(4))
@cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(100), fib.cache_info().hits)
@lru_cache
def bare(x): return x
print(bare(1), bare(1.0), bare.cache_info().misses)
try: bare([])
except TypeError as error: print(str(error).startswith("unhashable"))
@total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
print(V(1) <= V(1), V(2) > V(1), V(1) >= V(2), max([V(1), V(3), V(2)]).n)
print(sorted(["bb", "a", "ccc"], key=cmp_to_key(lambda a, b: len(b) - len(a))), sorted([3, 1, 2], key=cmp_to_key(lambda a, b: (a > b) - (a < b))))
class Lazy:
    @cached_property
    def value(self): print("computing"); return 42
l = Lazy(); print(l.value, l.value, l.__dict__)
@functools.singledispatch
def show(x): return f"object {x}"
@show.register
def _(x: int): return f"int {x}"
@show.register(list)
def _(x): return f"list {len(x)}"
print(show("s"), show(5), show([1]), show(True), show.dispatch(bool)(1))
try: partial()
except TypeError as error: print("TypeError")
try: partial(5)
except TypeError as error: print(error)

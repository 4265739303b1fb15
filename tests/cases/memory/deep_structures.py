# Deeply nested data: repr, comparison, hash and copies end in RecursionError or a result, never a crash.
# stress: 50000
def nested_list(n):
    l = []
    for _ in range(n): l = [l]
    return l
def nested_tuple(n):
    t = ()
    for _ in range(n): t = (t,)
    return t
def nested_dict(n):
    d = {}
    for _ in range(n): d = {1: d}
    return d
def attempt(label, f):
    try: f(); print(label, "ok")
    except RecursionError: print(label, "RecursionError")
for n in (20, 200000):
    a, b = nested_list(n), nested_list(n)
    attempt(f"list repr {n}", lambda: repr(a)); attempt(f"list == {n}", lambda: a == b); attempt(f"list < {n}", lambda: a < b)
    t, u = nested_tuple(n), nested_tuple(n)
    attempt(f"tuple repr {n}", lambda: repr(t)); attempt(f"tuple hash {n}", lambda: hash(t) if n < 100 else (_ for _ in ()).throw(RecursionError)); attempt(f"tuple == {n}", lambda: t == u)
    d, e = nested_dict(n), nested_dict(n)
    attempt(f"dict repr {n}", lambda: str(d)); attempt(f"dict == {n}", lambda: d == e)
f = lambda: 0
for _ in range(20000): f = (lambda g: lambda: g())(f)
attempt("call chain", f)
def gen(n):
    if n: yield from gen(n - 1)
    yield n
attempt("generator chain", lambda: list(gen(50000)))
class N:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __getattr__(self, k): return self.n.missing
n = m = None
for _ in range(30000): n, m = N(n), N(m)
attempt("object ==", lambda: n == m)
attempt("getattr chain", lambda: n.missing)
e = None
for i in range(2000):
    x = ValueError(i); x.__context__ = e; e = x
count = 0
while e: e = e.__context__; count += 1
print(count)
class Base: pass
k = Base
for i in range(100): k = type(f"K{i}", (k,), {})
print(len(k.__mro__), k().__class__.__name__)
it = iter([1])
for _ in range(20000): it = map(lambda v: v, it)
# How deep native iterators may nest is each interpreter's own affair.
try: print("map chain", next(it) == 1)
except RecursionError: print("map chain", True)

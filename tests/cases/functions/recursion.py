# Deep and mutual recursion, the recursion limit, and recovery after it.
# stress: 500
import sys
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
print(depth(500))
def even(n): return True if n == 0 else odd(n - 1)
def odd(n): return False if n == 0 else even(n - 1)
print(even(300), odd(301))
def forever(n): return forever(n + 1)
try:
    forever(0)
except RecursionError as error:
    print(type(error).__name__, str(error).startswith("maximum recursion depth exceeded"), isinstance(error, RuntimeError))
print(depth(500))
class R:
    def __getattr__(self, name): return getattr(self, name + "x")
    def __repr__(self): return repr(self)
    def __eq__(self, other): return self == other
    def __add__(self, other): return self + other
    def __call__(self): return self()
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
r = R()
for name, call in (("getattr", lambda: r.a), ("repr", lambda: repr(r)), ("eq", lambda: r == 1), ("add", lambda: r + 1), ("call", lambda: r()), ("len", lambda: len(r)), ("iter", lambda: iter(r))):
    try:
        call()
        print(name, "no error")
    except RecursionError:
        print(name, "RecursionError")
old = sys.getrecursionlimit()
sys.setrecursionlimit(3000)
print(sys.getrecursionlimit(), depth(2500))
sys.setrecursionlimit(old)
try:
    depth(2500)
    print("no error")
except RecursionError:
    print("RecursionError again")
for bad in (0, -1):
    try:
        sys.setrecursionlimit(bad)
    except ValueError as error:
        print(error)
def gen(n):
    if n:
        yield from gen(n - 1)
    yield n
print(sum(gen(100)))
def hanoi(n, a, b, c):
    if n == 0:
        return 0
    return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)
print(hanoi(10, "a", "b", "c"))
def ackermann(m, n):
    if m == 0: return n + 1
    return ackermann(m - 1, 1) if n == 0 else ackermann(m - 1, ackermann(m, n - 1))
print(ackermann(2, 9))
l = []
l2 = l
for _ in range(100):
    l2.append([])
    l2 = l2[0]
print(len(repr(l)), l == l)
try:
    a = []; b = []; a.append(b); b.append(a)
    print(a == b)
except RecursionError:
    print("RecursionError in ==")

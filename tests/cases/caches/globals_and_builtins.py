# Globals and built-ins that change while functions use them.
# stress: 50
def f(): return g(), K
def g(): return "g1"
K = 1
print(f(), f())
K = 2; print(f())
def g(): return "g2"
print(f())
g = lambda: "lambda"; print(f())
globals()["K"] = 3; print(f())
del K
try: f()
except NameError as e: print(e)
K = 4; print(f())
def size(x): return len(x)
print(size("abc"), size("abc"))
len = lambda x: "shadow"; print(size("abc"))
del len; print(size("abc"))
import builtins
old = builtins.len
builtins.len = lambda x: "replaced"; print(size("abc"))
builtins.len = old; print(size("abc"))
builtins.invented = "new builtin"
def use(): return invented
print(use()); invented = "global now"; print(use()); del invented; print(use()); del builtins.invented
try: use()
except NameError as e: print(e)
def loop():
    out = []
    for i in range(5):
        if i == 2: globals()["step"] = lambda x: x * 100
        if i == 4: globals()["step"] = lambda x: -x
        out.append(step(i))
    return out
step = lambda x: x
print(loop())
ns = {"x": 1, "__builtins__": {"len": lambda v: "own builtins"}}
exec("def f(v): return len(v), x\nresult = f('abc')", ns); print(ns["result"])
ns["x"] = 2; print(ns["f"]("q"))
try: exec("print(1)", ns)
except NameError as e: print(e)
for i in range(300): globals()[f"name_{i}"] = i
def many(): return name_0 + name_150 + name_299
print(many())
for i in range(300): del globals()[f"name_{i}"]
try: many()
except NameError as e: print(e)
def recursive(n): return n if n == 0 else recursive(n - 1)
keep = recursive
print(recursive(3))
recursive = lambda n: "cut short"
print(keep(3))
import math
def root(x): return math.sqrt(x)
print(root(16)); saved = math.sqrt; math.sqrt = lambda x: "patched"; print(root(16)); math.sqrt = saved; print(root(25))
math = type("M", (), {"sqrt": staticmethod(lambda x: "other object")}); print(root(9))

# The with statement. Order, exceptions swallowed or not, several items, targets, errors in enter and exit.
# oracle: 3.14
class CM:
    def __init__(self, name, swallow=False, fail_enter=False, fail_exit=False):
        self.name, self.swallow, self.fail_enter, self.fail_exit = name, swallow, fail_enter, fail_exit
    def __enter__(self):
        print("enter", self.name)
        if self.fail_enter: raise KeyError("enter " + self.name)
        return self.name.upper()
    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value, tb is not None)
        if self.fail_exit: raise IndexError("exit " + self.name)
        return self.swallow
with CM("a") as x, CM("b") as (y): print("body", x, y)
with (CM("p") as p, CM("q"),): print("parenthesised", p)
with CM("s", swallow=True): raise ValueError("swallowed")
print("after")
try:
    with CM("o"), CM("i"): raise ValueError("out")
except ValueError as error: print("caught", error)
with CM("outer", swallow=True):
    with CM("inner"): 1 / 0
try:
    with CM("a"), CM("b", fail_enter=True), CM("never"): print("never")
except KeyError as error: print("caught", error)
try:
    with CM("a", fail_exit=True): raise ValueError("first")
except IndexError as error: print("caught", error, repr(error.__context__))
def ret():
    with CM("r"): return "returned"
print(ret())
def swallow_return():
    with CM("sr", swallow=True): raise OSError("x")
    return "after swallow"
print(swallow_return())
for i in range(3):
    with CM(f"l{i}"):
        if i == 0: continue
        if i == 1: break
class Pair(CM):
    def __enter__(self): return 1, [2, 3]
with Pair("pair") as (a, [b, *c]): print(a, b, c)
class Box: pass
box = Box(); l = [0]
with CM("attr") as box.x, CM("item") as l[0]: print(box.x, l)
class NoExit:
    def __enter__(self): print("never entered")
class NoEnter:
    def __exit__(self, *a): pass
for make in (NoExit, NoEnter, int):
    try:
        with make(): pass
    except TypeError as error:
        print(error)
def gen():
    with CM("gen"): yield 1; yield 2
g = gen(); print(next(g)); g.close(); print("closed")
class Reenter:
    depth = 0
    def __enter__(self): self.depth += 1; return self
    def __exit__(self, *a): self.depth -= 1
r = Reenter()
with r as r1, r as r2: print(r.depth, r1 is r2)
print(r.depth)
class Inst: pass
inst = Inst(); inst.__enter__ = lambda: 1; inst.__exit__ = lambda *a: 1
try:
    with inst: pass
except TypeError as error: print(error)

# del of names, attributes, items, slices and targets in groups.
x = y = 1
del x
try: x
except NameError as e: print(e)
a, b, c = 1, 2, 3
del a, (b, [c])
print([n for n in "abc" if n in globals()])
class C: attr = 1
o = C(); o.p, o.q = 1, 2
del o.p
print(o.__dict__)
try: del o.attr
except AttributeError as e: print(e)
del C.attr
print(hasattr(o, "attr"))
l = list(range(10)); del l[0], l[-1], l[2:4], l[::3]
print(l)
d = {1: 1, (2, 3): 2}; del d[2, 3]
print(d)
try: del d[99]
except KeyError as e: print(repr(e))
def f():
    z = 1
    del z
    try: return z
    except UnboundLocalError as e: return str(e)
print(f())
def g(p):
    del p
    try: p
    except UnboundLocalError as e: return str(e)
print(g(5))
for name in ("t",): pass
del name
def h():
    global y
    del y
h()
print("y" in globals())
try: h()
except NameError as e: print(e)
class Log:
    def __delattr__(self, n): print("delattr", n)
    def __delitem__(self, k): print("delitem", k)
log = Log()
del log.x, log[1], log[1:2], log[1, ...]
import sys
del sys
print("sys" in globals())
class Body:
    u = 1
    del u
    v = 2
print(hasattr(Body, "u"), Body.v)
m = [[1, 2], [3, 4]]
del m[0][1], m[1][:]
print(m)

# One call site sees objects of many shapes, in changing order; attributes come, go and come back.
# stress: 50
class P: pass
def get(o): return o.x
def put(o, v): o.x = v
def both(o): o.y = o.x; return o.y
objects = []
for order in ("xy", "yx", "zx", "x", "abcx"):
    o = P()
    for n in order: setattr(o, n, n)
    objects.append(o)
for _ in range(3): print([get(o) for o in objects], [both(o) for o in objects])
for i, o in enumerate(objects): put(o, i)
print([get(o) for o in objects])
del objects[0].x
try: get(objects[0])
except AttributeError as e: print(e)
print([get(o) for o in objects[1:]])
put(objects[0], "back"); print(get(objects[0]), list(vars(objects[0])))
P.x = "class"
q = P(); print(get(q)); put(q, "own"); print(get(q)); del q.x; print(get(q))
del P.x
try: get(q)
except AttributeError as e: print(e)
class Q:
    def __init__(self, n):
        for i in range(n): setattr(self, f"a{i}", i)
many = [Q(n) for n in range(1, 40)]
def last(o, n): return getattr(o, f"a{n}")
print([last(o, i) for i, o in enumerate(many)] == list(range(39)), sum(o.a0 for o in many))
big = Q(300)
print(sum(getattr(big, f"a{i}") for i in range(300)), len(vars(big)))
for i in range(0, 300, 2): delattr(big, f"a{i}")
print(len(vars(big)), hasattr(big, "a0"), big.a1, big.a299)
o = P(); d = o.__dict__
d["x"] = "through dict"; print(get(o))
o.x = "through attribute"; print(d["x"])
d.clear()
try: get(o)
except AttributeError as e: print(e)
o.__dict__ = {"x": "new dict"}; print(get(o), d)
d["x"] = "old dict"; print(get(o))
class Slots: __slots__ = ("x", "y")
s = Slots(); s.x = "slot"
class Prop: x = property(lambda self: "property")
class GA:
    def __getattr__(self, n): return "getattr " + n
class Meta(type): x = "meta"
class WithMeta(metaclass=Meta): pass
import math
math.x = "module"
mixed = [o, s, Prop(), GA(), WithMeta, math, objects[2]]
for _ in range(3):
    for m in mixed: print(get(m), end=" ")
print()
del math.x

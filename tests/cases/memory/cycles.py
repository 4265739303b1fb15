# Cyclic structures: built, compared, printed, dropped.
# stress: 50000
l = [1]; l.append(l); d = {"l": l}; d["d"] = d; l.append(d)
print(l, d)
class T:
    def __init__(self): self.children, self.parent = [], None
    def add(self, c): self.children.append(c); c.parent = self; return self
    def __repr__(self): return f"T({len(self.children)})"
root = T().add(T().add(T())).add(T())
print(root, root.children, root.children[0].parent is root)
import gc
for _ in range(200):
    t = T().add(T()); t.loop = t
    a = []; b = [a]; a.append(b); c = {1: a}; a.append(c)
    def f(): return f
    g = (lambda: g)
    class K: pass
    K.self = K
    try: raise ValueError
    except ValueError as e: e.own = e
print(gc.collect() >= 0, gc.isenabled())
print(root.children[0].children[0].parent.parent is root)
a = []; b = [a]; a.append(b)
print(a, len(a), a[0][0] is a)
s = set(); t = (s,); s.add(frozenset([1])); print(t)
o = type("O", (), {})(); o.me = o; print(o.me.me.me is o)
def gen():
    me = yield
    yield me
g = gen(); next(g); print(g.send(g) is g)
deep = None
for _ in range(100000): deep = (deep,)
del deep
deep = []
for _ in range(100000): deep = [deep]
deep = {}
for _ in range(50000): deep = {"k": deep}
del deep
gc.collect()
print("dropped")

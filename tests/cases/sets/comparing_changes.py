# Operators of sets while comparing their items changes the sets; sets that grow, shrink and are copied with holes.
class K:
    action = None
    def __init__(self, v): self.v = v
    def __hash__(self): return 1
    def __eq__(self, o):
        action, K.action = K.action, None
        if action: action()
        return self.v == o.v
    def __repr__(self): return f"K{self.v}"
def show(s): return sorted(s, key=lambda k: k.v)
a = {K(1), K(2), K(3)}; b = {K(2), K(3), K(4)}
K.action = b.clear
print(len(a & b) <= 2, len(b))
a = {K(1), K(2), K(3)}; b = {K(2), K(3), K(4)}
extra = K(9)
K.action = lambda: (a.discard(K(1)), a.add(K(1)))
r = a - b
print(len(r) == len(set(show(r))), show(r))
s = set(range(60))
for i in range(0, 60, 7): s.discard(i)
t = s.copy()
print(t == s, len(t), 7 in t, 8 in t, min(t), max(t), sum(t))
t -= {1, 2, 3}
print(len(t), sorted(t)[:4], len(t | s), len(s - t), sorted(s - t), sorted(s ^ t))
while len(t) > 3: t.pop()
u = t.copy(); u.add(100); u |= set(range(200, 230))
print(len(u), sorted(u)[-3:], len(t))
d = {i: i for i in range(30)}
for i in range(0, 30, 5): del d[i]
e = d.copy()
print(e == d, list(e)[:5], e.popitem(), len(e), len(d))
e[0] = 1; e.update(dict.fromkeys(range(50), 2))
print(len(e), list(e)[-3:], list(e)[:3])
f = dict(e); del f[1]; g = f.copy(); g[1] = 3
print(list(g)[-1], len(g), list(reversed(g))[:2])
print(sorted(frozenset("abc") & {"b", "c", "d"}), sorted({1, 2} - {2, 3}), {1} <= {1, 2}, {1, 3} <= {1, 2}, {1}.isdisjoint([2]))
print(sorted(set(range(10)).intersection([3, 3, 4, 40])), sorted(set("ab").difference("b", "c")), list(set([5])), list({7: 1}.keys()))
from collections import Counter
class C(Counter):
    def __setitem__(self, k, v): super().__setitem__(k, v * 10)
print(Counter("abca"), dict(C("ab")), Counter([1.5, 1.5, 2]), Counter({"a": 2.5}) + Counter("a"))

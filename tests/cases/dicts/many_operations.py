# A long random sequence of dict operations against a plain list of pairs.
# stress: 50
class Model:
    def __init__(self): self.pairs = []
    def set(self, k, v):
        for p in self.pairs:
            if p[0] == k: p[1] = v; return
        self.pairs.append([k, v])
    def delete(self, k):
        for i, p in enumerate(self.pairs):
            if p[0] == k: del self.pairs[i]; return True
        return False
seed = 42
def rnd(n):
    global seed
    seed = (seed * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    return (seed >> 33) % n
d, m, wrong = {}, Model(), 0
keys = [0, 1, 2, "a", "b", (1, 2), None, 1.5, True, False, "c" * 50, -1, 2 ** 70, b"x", frozenset([1])]
for step in range(3000):
    k = keys[rnd(len(keys))] if rnd(3) else rnd(60)
    op = rnd(6)
    if op < 3: d[k] = step; m.set(k, step)
    elif op == 3: wrong += (d.pop(k, None) is not None) != m.delete(k) and True
    elif op == 4: wrong += (k in d) != any(p[0] == k for p in m.pairs)
    elif rnd(40) == 0: d.clear(); m.pairs.clear()
    if step % 100 == 0: wrong += list(d.items()) != [tuple(p) for p in m.pairs]
print(wrong, len(d), list(d.items()) == [tuple(p) for p in m.pairs], list(d)[:5])

# Augmented assignment: the target is evaluated once; in-place methods; every operator.
def log(x): print("eval", x, end="; "); return x
d = {"k": 1}; l = [1, 2, 3]
class C:
    n = 5
o = C()
def obj(): print("obj()", end="; "); return o
def idx(i): print("idx", i, end="; "); return i
l[idx(0)] += log(10); print(l)
obj().n *= 2; print(o.n, C.n)
d[log("k")] -= 5; print(d)
l[idx(0):idx(2)] += [log(9)]; print(l)
x = 7
x += 1; x -= 2; x *= 3; x //= 2; x %= 5; x **= 3; x <<= 2; x >>= 1; x |= 9; x &= 13; x ^= 3; x /= 4
print(x)
s = "a"; s += "b"; s *= 3; print(s)
t = (1,); t += (2,); t *= 2; print(t)
a = b = [1]; a += [2]; a *= 2; print(b, a is b)
a = a + [9]; print(a is b)
st = st2 = {1, 2}; st |= {3}; st &= {2, 3, 4}; st ^= {9}; st -= {3}; print(sorted(st2), st is st2)
dd = {"a": 1}; dd |= {"b": 2}; print(dd)
f = 1.5; f += 1; f //= 2; print(f)
c = 1j; c *= c; c += 1; print(c)
class I:
    def __init__(self): self.log = []
    def __iadd__(self, o): self.log.append(("iadd", o)); return self
    def __isub__(self, o): return "isub"
    def __ipow__(self, o): return "ipow"
    def __imatmul__(self, o): return "imatmul"
    def __ifloordiv__(self, o): return "ifloordiv"
    def __mul__(self, o): return "mul used for imul"
i = I(); j = i; i += 1; i += 2; print(i.log, i is j)
for op in ("-", "**", "@", "//", "*"):
    k = I()
    if op == "-": k -= 1
    elif op == "**": k **= 1
    elif op == "@": k @= 1
    elif op == "//": k //= 1
    else: k *= 1
    print(op, k)
for target, value in ((1, "a"), ([], 5), ("s", 1), (None, 1), ({}, [5])):
    try:
        v = target
        v += value
        print(v)
    except TypeError as e: print(e)
def local():
    try: undefined_local += 1
    except UnboundLocalError as e: print(e)
    return 1
    undefined_local = 0
local()
t = ([],)
try: t[0] += [1]
except TypeError as e: print(e, t)
class P:
    @property
    def ro(self): return 1
try: P().ro += 1
except AttributeError as e: print(e)
n: int = 5
n += 1
print(n)

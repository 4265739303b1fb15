# Container dunders: __getitem__, __setitem__, __delitem__, __len__, __contains__, __iter__, __reversed__, __missing__, old iteration.
# oracle: 3.14
class Seq:
    def __init__(self, *items): self.items = list(items)
    def __getitem__(self, i):
        print("get", i, end="; ")
        return self.items[i]
    def __len__(self): return len(self.items)
s = Seq("a", "b", "c")
print(list(s), "b" in s, "z" in s, list(reversed(s)), s[-1], s[0:2], len(s), bool(Seq()), [*s], max(s))
x, y, z = s
print(x, y, z, list(zip(s, range(2))), sorted(s), ",".join(s), dict(enumerate(s)))
class D:
    def __init__(self): self.d = {}
    def __setitem__(self, k, v): print("set", k, v); self.d[k] = v
    def __getitem__(self, k): return self.d[k]
    def __delitem__(self, k): print("del", k); del self.d[k]
    def __contains__(self, k): print("contains", k); return k in self.d
    def __iter__(self): return iter(self.d)
d = D()
d["a"] = 1; d["b"] = 2; d["a"] += 10
del d["b"]
print("a" in d, "b" not in d, list(d), d["a"])
class Contains:
    def __contains__(self, x): return "truthy" if x else ""
print(1 in Contains(), 0 in Contains(), 0 not in Contains())
class OnlyIter:
    def __iter__(self): yield from (1, 2, 3)
print(2 in OnlyIter(), 5 in OnlyIter(), list(OnlyIter()), sum(OnlyIter()), tuple(OnlyIter()), set(OnlyIter()))
class NoContains: __contains__ = None
class NoIter: __iter__ = None; __getitem__ = lambda self, i: i
class BadIter:
    def __iter__(self): return 5
class BadLen:
    def __len__(self): return "x"
class NegLen:
    def __len__(self): return -5
class HugeLen:
    def __len__(self): return 10 ** 30
class Nothing: pass
for call in (lambda: 1 in NoContains(), lambda: iter(NoIter()), lambda: 1 in NoIter(), lambda: iter(BadIter()), lambda: len(BadLen()), lambda: len(NegLen()), lambda: len(HugeLen()), lambda: Nothing()[0], lambda: 1 in Nothing(), lambda: len(Nothing()), lambda: iter(Nothing()), lambda: Nothing().__setitem__, lambda: reversed(Nothing()), lambda: [x for x in Nothing()]):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
try:
    Nothing()[0] = 1
except TypeError as error:
    print(error)
try:
    del Nothing()[0]
except TypeError as error:
    print(error)
class Rev:
    def __reversed__(self): return iter("rev")
print(list(reversed(Rev())))
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration
        return self.n
i = It()
print(next(i), list(i), next(i, "done"), [x for x in It()], 2 in It())
class StopAt:
    def __getitem__(self, i):
        if i == 3: raise StopIteration
        return i
class IndexAt:
    def __getitem__(self, i):
        if i == 2: raise IndexError
        return i
print(list(StopAt()), list(IndexAt()))
class Hint:
    def __iter__(self): return iter([1, 2])
    def __length_hint__(self): return 100
print(list(Hint()), next(iter(lambda: 5, 6)), list(iter([1, 2, 0, 3].pop, 0)))

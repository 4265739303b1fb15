# yield from: delegation of send, throw and close, its value, plain iterables.
def inner():
    print("inner start")
    try:
        x = yield 1
        print("inner got", x)
        y = yield 2
        print("inner got", y)
    except ValueError as e:
        print("inner caught", e)
        yield "recovered"
    finally: print("inner finally")
    return "inner result"
def outer():
    result = yield from inner()
    print("outer has", result)
    yield 3
    return (yield from [4, 5]), (yield from "ab")
o = outer()
print(next(o), o.send("A"), o.send("B"), list(o))
o = outer(); next(o); print(o.throw(ValueError("thrown")), next(o), next(o))
o = outer(); next(o); o.close(); print("closed")
o = outer(); next(o)
try: o.throw(KeyError("through"))
except KeyError as e: print("came out", e)
def result():
    r = yield from outer()
    print("r", r)
print(list(result())[-3:])
class Custom:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration("custom value")
        return self.n
    def send(self, v): print("send", v); return self.__next__()
    def throw(self, e): print("throw", repr(e)); return 99
    def close(self): print("close")
def delegate(): return (yield from Custom())
d = delegate(); print(next(d), d.send("s"))
try: next(d)
except StopIteration as s: print(s.value)
d = delegate(); next(d); print(d.throw(ValueError("t"))); d.close()
def to_list(): yield from iter([1, 2])
t = to_list(); next(t)
try: t.send("x")
except AttributeError as e: print(e)
for bad in (5, None):
    def b(): yield from bad
    try: list(b())
    except TypeError as e: print(e)
def flatten(x):
    if isinstance(x, list):
        for y in x: yield from flatten(y)
    else: yield x
print(list(flatten([1, [2, [3, [4, []]], 5]])), sum(flatten([[1, 2], [3]])))
def chain(*its):
    for it in its: yield from it
print(list(chain("ab", range(2), {"k": 1}, (x for x in [9]))))
def deep(n):
    if n == 0: return "bottom"
    return (yield from deep(n - 1)) if n > 1 else (yield "leaf") or "bottom"
g = deep(50); print(next(g))
try: g.send("value")
except StopIteration as s: print(s.value)
def averager():
    total = count = 0
    while (v := (yield)) is not None: total += v; count += 1
    return total / count
def grouper(results, key):
    while True: results[key] = yield from averager()
res = {}
gr = grouper(res, "k"); next(gr)
for v in (10, 20, 30): gr.send(v)
gr.send(None); print(res)
print((lambda: (yield from (1, 2)))().__next__(), o.gi_yieldfrom, [type(x.gi_yieldfrom).__name__ for x in [outer()]])

# __missing__, overridden methods, and what dict's own code skips.
# oracle: 3.14
class Default(dict):
    def __missing__(self, key):
        value = self[key] = f"made {key}"
        return value
d = Default(a=1)
print(d["a"], d["b"], d, d.get("c"), "c" in d, type(d.copy()).__name__, d == {"a": 1, "b": "made b"})
class Loud(dict):
    def __setitem__(self, key, value):
        print("set", key)
        super().__setitem__(key, value)
    def __getitem__(self, key):
        return f"<{super().__getitem__(key)}>"
    def keys(self):
        return ["fake"]
l = Loud(x=1)
l["y"] = 2
l.update(z=3)
l.setdefault("w", 4)
print(l, l["x"], l.get("x"), list(l), list(l.values()), {**l} if False else "", dict(l) == {"x": 1} or sorted(dict.keys(l)))
class Counter(dict):
    def __missing__(self, key):
        return 0
c = Counter()
for ch in "mississippi":
    c[ch] += 1
print(c, c["q"], len(c))
class Attr(dict):
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None
    def __setattr__(self, name, value):
        self[name] = value
a = Attr(k=1)
a.j = 2
print(a.k, a.j, a, hasattr(a, "zz"), isinstance(a, dict), a.__dict__)
class Ordered(dict):
    def __iter__(self):
        return iter(sorted(super().__iter__()))
o = Ordered(b=1, a=2)
print(list(o), o, [k for k in o], [*o])
def f(**kw):
    return kw
print(f(**Default(q=1)), type(f(**Default(q=1))).__name__)
try:
    Default()[[]]
except TypeError as error:
    print(error)
class M:
    def keys(self):
        return ["k1", "k2"]
    def __getitem__(self, key):
        return key * 2
print(dict(M()), f(**M()), {**M()})

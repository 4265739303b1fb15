# Keys with their own __eq__ and __hash__: collisions, identity first, errors and mutation inside __eq__.
# oracle: 3.14
log = []
class K:
    def __init__(self, name, h):
        self.name, self.h = name, h
    def __hash__(self):
        return self.h
    def __eq__(self, other):
        log.append((self.name, getattr(other, "name", other)))
        return isinstance(other, K) and self.name == other.name
    def __repr__(self):
        return f"K{self.name}"
a, b, c = K("a", 1), K("b", 1), K("c", 1)
d = {a: 1, b: 2, c: 3}
print(d, len(d), d[a], d[b], d[K("c", 1)], K("a", 2) in d, K("z", 1) in d)
log.clear()
print(d[a], log)
d[K("a", 1)] = "updated"
print(d, next(iter(d)) is a)
print(hash(K("x", 10 ** 30)) == hash(10 ** 30), {K("i", 5): "k", 5: "n"}[5])
class NoHash:
    def __eq__(self, other):
        return True
class Broken:
    def __hash__(self):
        return 7
    def __eq__(self, other):
        raise ValueError("eq failed")
class BadHash:
    def __hash__(self):
        return "x"
class RaisingHash:
    def __hash__(self):
        raise KeyError("hash failed")
for call in (lambda: {NoHash(): 1}, lambda: {Broken(): 1, Broken(): 2}, lambda: {BadHash(): 1}, lambda: {RaisingHash(): 1}, lambda: {Broken(): 1}.get(Broken()), lambda: Broken() in {Broken()}):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
class Mutator:
    def __hash__(self):
        return 3
    def __eq__(self, other):
        target.clear()
        target["fresh"] = 1
        return False
target = {Mutator(): "m"}
print(target.get(3, "absent"), target)
target = {}
for i in range(20):
    target[K(i, i % 3)] = i
print(target[K(17, 2)], len(target), K(17, 1) in target)
print({float("nan"): 1} == {float("nan"): 1}, {0: "zero"}[False], {"1": 1}.get(1), hash("a") == hash("a"), {frozenset([1]): "fs"}[frozenset({1})], {(): 1}[()], {None: 1, ...: 2}[...])
x = object()
print({x: 1}[x], object() in {x: 1})

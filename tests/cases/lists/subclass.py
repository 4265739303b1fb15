# Subclasses of list: overridden methods and what built-in code does with them.
class Stack(list):
    def push(self, item):
        self.append(item)
        return self
    def __getitem__(self, index):
        if index == "top":
            return super().__getitem__(-1)
        return super().__getitem__(index)
    def __repr__(self):
        return f"Stack{super().__repr__()}"
    def __len__(self):
        return 42
s = Stack([1, 2])
s.push(3).push(4)
print(s, s["top"], s[0], len(s), list.__len__(s), isinstance(s, list), s == [1, 2, 3, 4], type(s[:2]).__name__, type(s + [1]).__name__, type(s * 1).__name__, type(s.copy()).__name__, bool(Stack()), [*s])
s.extra = "attribute"
print(s.extra, s.__dict__, list(s), sorted(s, reverse=True), 2 in s)
class Iter(list):
    def __iter__(self):
        return iter("custom")
i = Iter([1, 2])
print([*i], list(i), [x for x in i], tuple(i), len(i), i, set(i) == set("custom"), " ".join(i))
a, *b = i
print(a, b)
class Init(list):
    def __init__(self, *items, name="none"):
        super().__init__(items)
        self.name = name
n = Init(1, 2, name="x")
print(n, n.name, n.__class__.__mro__[1].__name__)
class Guard(list):
    def append(self, item):
        if item is None:
            raise ValueError("no None")
        super().append(item)
g = Guard()
g.append(1)
try:
    g.append(None)
except ValueError as error:
    print(error, g)
g += [None]
g.extend([None])
print(g)
try:
    hash(g)
except TypeError as error:
    print(error)

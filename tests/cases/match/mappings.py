# Mapping patterns: keys, rest, nesting, missing, what counts as a mapping, no __missing__.
class Key: NAME = "name"
def f(x):
    match x:
        case {"kind": "circle", "r": r}: return f"circle {r}"
        case {"kind": "rect", "w": w, "h": h, **rest}: return f"rect {w} {h} {rest}"
        case {Key.NAME: n, 5: five}: return f"value keys {n} {five}"
        case {"nested": {"list": [first, *_]}}: return f"nested {first}"
        case {"opt": None | True as o}: return f"opt {o}"
        case {-1: neg, 1.5: fl}: return f"numbers {neg} {fl}"
        case {"only": 1, **everything}: return f"only {everything}"
        case {}: return "some mapping"
    return "no mapping"
class D(dict):
    def __missing__(self, k): return "made"
for x in ({"kind": "circle", "r": 1, "extra": 2}, {"kind": "rect", "w": 1, "h": 2, "c": 3}, {"kind": "rect", "w": 1}, {"name": "n", 5: 6}, {"nested": {"list": [1, 2]}}, {"nested": {"list": []}}, {"opt": None}, {"opt": True}, {"opt": 1}, {-1: "n", 1.5: "f"}, {"only": 1}, {}, [], "kind", D(), D(kind="circle"), None):
    print(x, "->", f(x))
match {"a": 1, "b": 2}:
    case {"a": x, **rest}: print(x, rest)
d = {"k": 1}
match d:
    case {**copy}: print(copy, copy is d)
k = {"x": {"y": {"z": "deep"}}}
match k:
    case {"x": {"y": {"z": z}}}: print(z)
try:
    match {"a": 1}:
        case {Key.NAME: 1, "name": 2}: print("never")
        case _: print("no match before duplicate check")
    match {"name": 1}:
        case {Key.NAME: a, "name": b}: print("never")
except ValueError as e: print(e)
def typed(cmd):
    match cmd:
        case {"op": "add", "args": [int(a), int(b)]}: return a + b
        case {"op": "neg", "args": [int(a) | float(a)]}: return -a
        case {"op": str(op), **other}: return f"unknown {op} {sorted(other)}"
print(typed({"op": "add", "args": [1, 2]}), typed({"op": "neg", "args": (2.5,)}), typed({"op": "mul", "args": [], "z": 1}), typed({"op": 5}))

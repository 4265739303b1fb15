# Sequence patterns: lengths, stars, nesting, what counts as a sequence.
def f(x):
    match x:
        case []: return "empty"
        case [a]: return f"one {a}"
        case [1, *rest]: return f"one first {rest}"
        case [*init, 99]: return f"99 last {init}"
        case [a, [b, *c], *_]: return f"nested {a} {b} {c}"
        case (a, b): return f"two {a} {b}"
        case [a, *mid, b] if len(mid) > 2: return f"long {a} {mid} {b}"
        case [_, _, x3]: return f"three {x3}"
        case [*everything]: return f"all {everything}"
    return "no sequence"
class Seq:
    def __len__(self): return 2
    def __getitem__(self, i): return i * 10
class Sub(list): pass
for x in ([], [5], [1, 2, 3], [0, 99], (4, [5, 6, 7], 8), (7, 8), [2, 3, 4, 5, 6], [2, 3, 4], [2, 3, 4, 5], "ab", b"ab", bytearray(b"ab"), {1: 2}, {1, 2}, range(2), 5, None, Seq(), Sub([7, 8]), (x for x in [1]), [[], []], range(0), iter([1])):
    print(type(x).__name__, f(x))
def point(p):
    match p:
        case (0, 0): return "origin"
        case (0, y): return f"y axis {y}"
        case (x, 0): return f"x axis {x}"
        case (x, y) | [x, y, _]: return f"at {x} {y}"
        case (x, y, *_) | {"x": x, "y": y}: return f"more {x} {y}"
        case _: return "not a point"
for p in ((0, 0), (0, 5), (5, 0), (3, 4), (3, 4, 5), (1, 2, 3, 4), {"x": 8, "y": 9}, "no"): print(point(p))
match [1, [2, [3, [4]]]]:
    case [a, [b, [c, [d]]]]: print(a, b, c, d)
match ["go", "north", "fast"]:
    case ["go", ("north" | "south") as direction, *modifiers]: print(direction, modifiers)
match [1, 2, 3, 4, 5]:
    case [first, second, *_, last]: print(first, second, last)
match [(1, 2), (3, 4)]:
    case [(a, b), (c, d)]: print(a, b, c, d)
match ([1, 2], 3):
    case ([*x], y): print(x, y)

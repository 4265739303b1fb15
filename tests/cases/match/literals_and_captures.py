# match: literals, captures, wildcards, or-patterns, guards, values, order, no match.
class Color: RED, GREEN = 1, "green"
def f(x):
    match x:
        case 0: return "zero"
        case 1 | 2 | 3: return "small"
        case -1: return "minus one"
        case 1.5: return "float"
        case 2 + 3j: return "complex"
        case "text": return "text"
        case b"bytes": return "bytes"
        case None: return "None"
        case True: return "True"
        case False: return "False"
        case Color.GREEN: return "value pattern"
        case "a" "b": return "concatenated"
        case int() as n if n > 100: return f"big {n}"
        case int(n) if n > 50: return f"medium {n}"
        case str() | bytes() as s: return f"stringy {s!r}"
        case [] | () : return "empty sequence"
        case other: return f"other {other!r}"
for x in (0, 1, 3, -1, 1.5, 2 + 3j, "text", b"bytes", None, True, False, "green", "ab", 1000, 60, 7, "else", b"z", [], (), {}, 0.0, 1.0, [1], object):
    print(repr(x), "->", f(x))
def none(x):
    match x:
        case 5: return "five"
print(none(6))
match 5:
    case y if y < 0: print("negative")
    case y if y > 3: print("guard", y)
    case _: print("never")
print(y)
match (1, 2):
    case 1, 2: print("tuple without parentheses")
match 1,:
    case (1,): print("one tuple")
match "x":
    case "x" | "y" as v: print(v)
match = {"soft": "keyword"}
case = match["soft"]
_ = 7
print(match, case, _)
match case:
    case "keyword": print("still soft")
match[case] = 1
print(match)
def bindings(p):
    match p:
        case [x, y] if x == y: return "equal", x
        case [x, y]: return x, y
        case x: return "one", x
print(bindings([1, 1]), bindings([1, 2]), bindings(5))
def side(n): print("subject once"); return n
match side(3):
    case 1: pass
    case 2: pass
    case 3: print("three")
try:
    match undefined_subject:
        case _: pass
except NameError as e: print(e)
def returns(x):
    for i in range(3):
        match i:
            case 1: continue
            case 2: break
    match x:
        case _ if False: return 1
    return i
print(returns(0))

# A small evaluator written with match: patterns nested in patterns.
class Node:
    def __init__(self, *args):
        for name, value in zip(self.__match_args__, args): setattr(self, name, value)
    def __repr__(self): return f"{type(self).__name__}({', '.join(repr(getattr(self, n)) for n in self.__match_args__)})"
class Num(Node): __match_args__ = ("value",)
class Var(Node): __match_args__ = ("name",)
class Bin(Node): __match_args__ = ("op", "left", "right")
class Let(Node): __match_args__ = ("name", "value", "body")
class If(Node): __match_args__ = ("test", "then", "orelse")
class Fn(Node): __match_args__ = ("param", "body")
class Call(Node): __match_args__ = ("fn", "arg")
def simplify(e):
    match e:
        case Bin("+", Num(0), x) | Bin("+", x, Num(0)) | Bin("*", Num(1), x) | Bin("*", x, Num(1)): return simplify(x)
        case Bin("*", Num(0), _) | Bin("*", _, Num(0)): return Num(0)
        case Bin(op, l, r):
            match simplify(l), simplify(r):
                case Num(a), Num(b) if op in "+-*": return Num({"+": a + b, "-": a - b, "*": a * b}[op])
                case l2, r2: return Bin(op, l2, r2)
        case Let(n, v, b): return Let(n, simplify(v), simplify(b))
        case _: return e
def run(e, env):
    match e:
        case Num(v): return v
        case Var(n) if n in env: return env[n]
        case Var(n): raise NameError(f"unbound {n}")
        case Bin("+", l, r): return run(l, env) + run(r, env)
        case Bin("-", l, r): return run(l, env) - run(r, env)
        case Bin("*", l, r): return run(l, env) * run(r, env)
        case Bin("<", l, r): return run(l, env) < run(r, env)
        case Let(n, v, b): return run(b, env | {n: run(v, env)})
        case If(t, a, b): return run(a if run(t, env) else b, env)
        case Fn(p, b): return lambda x: run(b, env | {p: x})
        case Call(f, a): return run(f, env)(run(a, env))
        case _: raise TypeError(f"cannot run {e!r}")
print(simplify(Bin("+", Num(0), Bin("*", Var("x"), Num(1)))), simplify(Bin("*", Num(2), Bin("+", Num(3), Num(4)))), simplify(Bin("+", Var("a"), Bin("*", Num(0), Var("b")))))
print(run(Let("x", Num(5), Bin("*", Var("x"), Bin("+", Var("x"), Num(1)))), {}), run(Call(Fn("n", If(Bin("<", Var("n"), Num(10)), Num(1), Num(2))), Num(50)), {}), run(Let("f", Fn("a", Fn("b", Bin("-", Var("a"), Var("b")))), Call(Call(Var("f"), Num(9)), Num(4))), {}))
for bad in (Var("q"), "not a node"):
    try: run(bad, {})
    except (NameError, TypeError) as error: print(error)

# Every combination of call forms with every combination of parameter kinds.
def p0(): return ()
def p1(a): return (a,)
def p2(a, b=10): return a, b
def v(*a): return a
def kw(**k): return tuple(sorted(k.items()))
def ko(*, k=5): return (k,)
def mix(a, /, b, *c, d=4, **e): return a, b, c, d, tuple(sorted(e.items()))
calls = {
    "()": lambda f: f(), "(1)": lambda f: f(1), "(1,2)": lambda f: f(1, 2), "(a=1)": lambda f: f(a=1), "(1,b=2)": lambda f: f(1, b=2), "(k=1)": lambda f: f(k=1), "(*[])": lambda f: f(*[]), "(*[1])": lambda f: f(*[1]),
    "(*(1,2),3)": lambda f: f(*(1, 2), 3), "(**{})": lambda f: f(**{}), "(**{a:1})": lambda f: f(**{"a": 1}), "(1,**{b:2})": lambda f: f(1, **{"b": 2}), "(*[1],**{d:2})": lambda f: f(*[1], **{"d": 2}), "(1,2,3,d=1,x=2)": lambda f: f(1, 2, 3, d=1, x=2), "(b=1,a=2)": lambda f: f(b=1, a=2),
}
for name, call in calls.items():
    row = []
    for f in (p0, p1, p2, v, kw, ko, mix):
        try: row.append(repr(call(f)))
        except TypeError as e: row.append(str(e).split("() ")[1][:34])
    print(name, " | ".join(row))

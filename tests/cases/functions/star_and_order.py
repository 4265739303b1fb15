# Order of evaluation in calls, subscripts, dicts, comparisons, augmented and chained assignment.
log = []
def t(label, value=None):
    log.append(label)
    return value
def f(*a, **k): return a, k
class O: pass
o = O()
def flush():
    print(" ".join(log))
    log.clear()
t("f", f)(t("a"), *t("b", ()), t("c"), k=t("d"), **t("e", {}), m=t("g")); flush()
{t("k1"): t("v1"), **t("m", {}), t("k2"): t("v2")}; flush()
[t("x"), *t("y", ()), t("z")]; flush()
t("obj", o).attr = t("value"); flush()
t("obj", {})[t("key", 1)] = t("value"); flush()
t("l", [1, 2])[t("lo", 0):t("hi", 1)] = t("rhs", [5]); flush()
t("d", {1: 1})[t("k", 1)] += t("inc", 1); flush()
a = t("o1", o).x = t("rhs"); flush()
(t("o1", o).x, t("o2", o).y) = t("r1"), t("r2"); flush()
t("a", 1) < t("b", 2) < t("c", 3); flush()
t("a", 5) < t("b", 2) < t("c", 3); flush()
t("no", 0) and t("never"); t("yes", 1) or t("never"); flush()
t("then") if t("test", True) else t("else"); flush()
t("a", 1) + t("b", 2) * t("c", 3) ** t("d", 2); flush()
t("s", [1, 2, 3])[t("i", 0)]; flush()
del t("d", {1: 1})[t("k", 1)]; flush()
lambda x=t("default"): t("body"); flush()
def g(a=t("da"), *, b=t("db")) : pass
flush()
for t("target", o).v in t("iter", [1]): pass
flush()
assert t("cond", True), t("message"); flush()
with t("cm", type("CM", (), {"__enter__": lambda s: t("enter"), "__exit__": lambda s, *a: t("exit")})()) as t("target", o).w: t("body")
flush()
f"{t('f1', 1)} {t('f2', 2):{t('spec', 3)}}"; flush()
x = [t("elt", i) for i in t("outer", [1, 2]) if t("if", True)]; flush()
class K(t("base", object), metaclass=t("meta", type)): t("class body")
flush()
print(t("p1", 1), t("p2", 2)); flush()
@t("deco1", lambda fn: (t("apply1"), fn)[1])
@t("deco2", lambda fn: (t("apply2"), fn)[1])
def h(p=t("def")): pass
flush()

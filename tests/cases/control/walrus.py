# Assignment expressions in every place where they may stand.
if (n := 10) > 5: print(n)
while (n := n - 3) > 0: print(n, end=" ")
print(n)
print([y := 1, y ** 2, y + (z := 5)], z, (a := 1, b := 2), a, b)
def f(x): return x
print(f(v := 3), v, f(x=(w := 4)), w, {(k := "key"): (val := 1)}, k, val, [1, 2, 3][(i := 1)], i, f"{(q := 7)}", q)
data = [3, -1, 4, -1, 5]
print([s for d in data if (s := d * 2) > 0], s, any((bad := d) < 0 for d in data), bad, all((ok := d) > 0 for d in data), ok)
print((lambda: (inner := 5) + inner)(), (p := lambda u: u * 2)(4), p(5), not (nn := None), nn)
def g():
    if (m := [1, 2]) and (length := len(m)) > 1: return m, length
print(g())
class C:
    attr = (cls_level := 3) * 2
print(C.attr, C.cls_level)
total = 0
partial = [total := total + t for t in range(5)]
print(partial, total)
def outer():
    e = 1
    def inner():
        nonlocal e
        return (e := e + 1)
    return inner(), inner(), e
print(outer())
def gl():
    global made_global
    return (made_global := "yes")
gl(); print(made_global)
x = (y := 0) or (z := 5); print(x, y, z)
assert (msg := "asserted"), msg
with_val = [r for r in range(3) if (r2 := r) or True]; print(with_val, r2)
print({kk: vv for kk in "ab" if (vv := kk.upper())}, vv, [[jj := ii for ii in range(2)] for _ in range(2)], jj)
line_iter = iter(["one", "two", ""])
while (line := next(line_iter)) != "": print(line, end=" ")
print((t := 1, 2), t, (t2 := (1, 2)), t2)
del t
print("t" in globals())

# for, while, else, break, continue, nesting, targets, deletion of the loop variable.
def find(items, wanted):
    for i, item in enumerate(items):
        if item == wanted: break
    else: return "not found"
    return f"at {i}"
print(find("abc", "b"), find("abc", "z"), find("", "a"))
for i in range(3):
    for j in range(3):
        if j == i: break
        if (i + j) % 2: continue
        print(i, j, end="; ")
    else: print("inner else", i, end="; ")
print()
n = 5
while n:
    n -= 1
    if n == 3: continue
    if n == 1: break
    print("n", n, end=" ")
else: print("never")
while n > 0: n -= 1
else: print("while else", n)
while False: pass
else: print("immediately else")
for x in []: pass
else: print("empty else")
for i in range(3): pass
print(i)
for i in range(5):
    i += 10
    print(i, end=" ")
print()
class T: pass
t = T(); d = {}; l = [0, 0]
for t.attr in (1, 2): pass
for d["k"] in "ab": pass
for l[1] in (7, 8): pass
for (a, b), c in [((1, 2), 3), ("xy", "z")]: print(a, b, c, end=" ")
for q, *r in ["abc", "d"]: print(q, r, end=" ")
print(t.attr, d, l)
for v in (1, 2, 3):
    if v == 2: del v; continue
    print("v", v, end=" ")
print()
count = 0
while True:
    count += 1
    if count % 2: continue
    if count > 6: break
print(count)
def deep():
    for a in range(3):
        for b in range(3):
            for c in range(3):
                if a + b + c == 4: return a, b, c
print(deep())
def primes(limit):
    found = []
    for n in range(2, limit):
        for p in found:
            if p * p > n: continue
            if n % p == 0: break
        else: found.append(n)
    return found
print(primes(40))
total = 0
for i in range(10):
    try:
        if i % 3 == 0: continue
        if i == 8: break
        total += i
    finally: total += 100
print(total)
i = 0
while i < 3: i += 1; print(i, end=" ")
print()
for ch in "a", "b": print(ch, end=" ")
for k in {"x": 1}: print(k, end=" ")
for line in "one\ntwo".split("\n"): print(line, end="|")
print()
if 0: print("no")
elif []: print("no")
elif "": print("no")
else: print("else branch")
if 1: print("a"); print("b")
pass; pass
...
"an expression statement"
5

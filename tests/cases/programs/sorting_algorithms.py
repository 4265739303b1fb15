# Sorting algorithms against sorted(), on the same data.
# stress: 50
def bubble(a):
    a = a[:]
    for i in range(len(a)):
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]: a[j], a[j + 1] = a[j + 1], a[j]
    return a
def insertion(a):
    a = a[:]
    for i in range(1, len(a)):
        x, j = a[i], i - 1
        while j >= 0 and a[j] > x: a[j + 1] = a[j]; j -= 1
        a[j + 1] = x
    return a
def quick(a): return a if len(a) < 2 else quick([x for x in a[1:] if x < a[0]]) + [a[0]] + quick([x for x in a[1:] if x >= a[0]])
def merge(a):
    if len(a) < 2: return a
    l, r, out = merge(a[:len(a) // 2]), merge(a[len(a) // 2:]), []
    while l and r: out.append(l.pop(0) if l[0] <= r[0] else r.pop(0))
    return out + l + r
def heap(a):
    a = a[:]
    def sift(i, n):
        while (c := 2 * i + 1) < n:
            if c + 1 < n and a[c + 1] > a[c]: c += 1
            if a[i] >= a[c]: return
            a[i], a[c] = a[c], a[i]
            i = c
    for i in range(len(a) // 2 - 1, -1, -1): sift(i, len(a))
    for n in range(len(a) - 1, 0, -1): a[0], a[n] = a[n], a[0]; sift(0, n)
    return a
def shell(a):
    a, gap = a[:], len(a) // 2
    while gap:
        for i in range(gap, len(a)):
            j, x = i, a[i]
            while j >= gap and a[j - gap] > x: a[j] = a[j - gap]; j -= gap
            a[j] = x
        gap //= 2
    return a
def counting(a):
    counts = {}
    for x in a: counts[x] = counts.get(x, 0) + 1
    return [x for x in sorted(counts) for _ in range(counts[x])]
seed, data = 1, []
for _ in range(120): seed = seed * 16807 % 2147483647; data.append(seed % 50)
for f in (bubble, insertion, quick, merge, heap, shell, counting):
    print(f.__name__, f(data) == sorted(data), f([]), f([1]), f([2, 1]), f(["b", "a", "c"]), f([1.5, -2, 0]))

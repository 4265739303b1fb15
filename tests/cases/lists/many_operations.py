# A long random sequence of list operations, checked against tuples rebuilt each time.
# stress: 50
seed = 7
def rnd(n):
    global seed
    seed = (seed * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    return (seed >> 33) % n
l, t, wrong = [], (), 0
for step in range(2500):
    op, i, n = rnd(11), rnd(len(l) + 3) - 1, len(l)
    if op < 3: l.append(step); t += (step,)
    elif op == 3: l.insert(i, step); j = max(i + n, 0) if i < 0 else min(i, n); t = t[:j] + (step,) + t[j:]
    elif op == 4 and l: wrong += l.pop() != t[-1]; t = t[:-1]
    elif op == 5 and l and i < n: wrong += l.pop(i) != t[i]; t = t[:i % n] + t[i % n + 1:]
    elif op == 6:
        j = i + rnd(4)
        l[i:j] = [step, "s"]
        a, b = slice(i, j).indices(n)[:2]; b = max(a, b)
        t = t[:a] + (step, "s") + t[b:]
    elif op == 7: del l[i:i + 2]; a, b = slice(i, i + 2).indices(n)[:2]; t = t[:a] + t[max(a, b):]
    elif op == 8: l.reverse(); t = t[::-1]
    elif op == 9 and l: x = l[rnd(n)]; l.remove(x); k = t.index(x); t = t[:k] + t[k + 1:]
    elif n > 200: del l[::3]; t = tuple(x for k, x in enumerate(t) if k % 3)
    if tuple(l) != t: wrong += 1
print(wrong, len(l), l[:6])

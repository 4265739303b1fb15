# What a loop sees when its list grows or shrinks under it.
l = [1, 2, 3]
for x in l:
    if x < 6:
        l.append(x + 3)
print(l)
l = list(range(10))
for x in l:
    if x % 2 == 0:
        l.remove(x)
print(l)
l = [1, 2, 3, 4]
seen = []
for x in l:
    seen.append(x)
    l.pop()
print(seen, l)
l = [1, 2, 3]
it = iter(l)
print(list(it))
l.append(4)
print(list(it), next(it, "stays exhausted"))
l = [1, 2, 3]
it = reversed(l)
l.append(4)
print(list(it))
it = iter([1, 2, 3, 4])
print(next(it), it.__length_hint__(), [*it], it.__length_hint__())
l = list(range(5))
for i, x in enumerate(l):
    l[i] = x * x
print(l)
for i in range(len(l) - 1, -1, -1):
    if l[i] % 2:
        del l[i]
print(l)
l = [3, 1, 2]
for x in l[:]:
    l.remove(x)
print(l)
l = [1, 2, 3]
for l[0] in l:
    print(l)
print([l.append(9) or len(l) for _ in range(3)], l)
class Evil:
    def __eq__(self, other):
        target.clear()
        return False
target = [Evil(), Evil(), 1]
print(1 in target, target)
target = [Evil(), Evil(), 1]
print(target.count(1), target)

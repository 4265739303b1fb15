# Much garbage beside live data of every kind: what is live stays as it was.
# stress: 50
class Node:
    def __init__(self, value, next=None): self.value, self.next = value, next
def chain(n):
    head = None
    for i in range(n): head = Node(i, head)
    return head
def total(node):
    t = 0
    while node: t += node.value; node = node.next
    return t
live = {"list": [[i] for i in range(50)], "dict": {str(i): (i, str(i)) for i in range(50)}, "chain": chain(100), "set": {frozenset([i]) for i in range(20)}, "closures": [(lambda i: lambda: i)(i) for i in range(20)], "big": [10 ** 30 + i for i in range(10)], "floats": [i / 7 for i in range(20)]}
def generator():
    kept = ["kept"]
    for i in range(10):
        yield kept, [i] * 3
gen = generator(); next(gen)
for round in range(40):
    junk = [str(i) * 3 for i in range(60)]
    junk2 = {i: [i, {i}] for i in range(40)}
    cycle = []; cycle.append({"self": cycle, "junk": junk}); del cycle
    chain(40)
    if round % 10 == 0: live[f"added {round}"] = [junk[3], junk2[5]]
print(live["list"] == [[i] for i in range(50)], live["dict"]["33"], total(live["chain"]), len(live["set"]), [c() for c in live["closures"]] == list(range(20)), sum(live["big"]), sum(live["floats"]), next(gen), live["added 0"], live["added 30"])
def deep(n):
    local = [n] * 5
    if n: deep(n - 1)
    [x for x in range(20)]
    return sum(local)
print(deep(60))
try:
    try: raise ValueError([1, 2, 3])
    except ValueError as e:
        for _ in range(30): [object() for _ in range(30)]
        raise KeyError("second") from e
except KeyError as k:
    for _ in range(30): {i: i for i in range(30)}
    print(k, k.__cause__.args)
print([[y for y in [x] * 2] for x in (str(i) for i in range(5))], "-".join("%d" % i for i in range(10)), sorted(({"k": i % 3}["k"], i) for i in range(9))[:4])

# Breadth and depth first search, Dijkstra, topological order, union-find.
graph = {"a": {"b": 7, "c": 9, "f": 14}, "b": {"a": 7, "c": 10, "d": 15}, "c": {"a": 9, "b": 10, "d": 11, "f": 2}, "d": {"b": 15, "c": 11, "e": 6}, "e": {"d": 6, "f": 9}, "f": {"a": 14, "c": 2, "e": 9}, "z": {}}
def bfs(start):
    seen, queue = [start], [start]
    while queue:
        for n in sorted(graph[queue.pop(0)]):
            if n not in seen: seen.append(n); queue.append(n)
    return seen
def dfs(node, seen=None):
    seen = seen if seen is not None else []
    seen.append(node)
    for n in sorted(graph[node]):
        if n not in seen: dfs(n, seen)
    return seen
def dijkstra(start):
    dist, done = {start: (0, [start])}, set()
    while todo := [n for n in dist if n not in done]:
        node = min(todo, key=lambda n: dist[n][0])
        done.add(node)
        for n, w in graph[node].items():
            d = dist[node][0] + w
            if n not in dist or d < dist[n][0]: dist[n] = d, dist[node][1] + [n]
    return dist
print(bfs("a"), dfs("a"), bfs("z"))
for n, (d, path) in sorted(dijkstra("a").items()): print(n, d, "->".join(path))
def topological(deps):
    deps, order = {k: set(v) for k, v in deps.items()}, []
    while deps:
        ready = sorted(k for k, v in deps.items() if not v)
        if not ready: raise ValueError(f"cycle among {sorted(deps)}")
        order += ready
        deps = {k: v - set(ready) for k, v in deps.items() if k not in ready}
    return order
print(topological({"d": ["b", "c"], "b": ["a"], "c": ["a"], "a": []}))
try: topological({"x": ["y"], "y": ["x"], "z": []})
except ValueError as e: print(e)
class Union:
    def __init__(self): self.parent = {}
    def find(self, x):
        self.parent.setdefault(x, x)
        while self.parent[x] != x: self.parent[x] = x = self.parent[self.parent[x]]
        return x
    def join(self, a, b): self.parent[self.find(a)] = self.find(b)
u = Union()
for a, b in ((1, 2), (3, 4), (2, 3), (5, 6)): u.join(a, b)
print(u.find(1) == u.find(4), u.find(1) == u.find(5), len({u.find(x) for x in range(1, 8)}))

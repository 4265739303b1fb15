# An LRU cache over a linked list, a trie, a priority queue, an inverted index.
class Lru:
    def __init__(self, size): self.size, self.data = size, {}
    def get(self, k):
        if k not in self.data: return None
        self.data[k] = self.data.pop(k)
        return self.data[k]
    def put(self, k, v):
        self.data.pop(k, None)
        self.data[k] = v
        if len(self.data) > self.size: del self.data[next(iter(self.data))]
c = Lru(3)
for k in "abc": c.put(k, k.upper())
c.get("a"); c.put("d", "D")
print(list(c.data), c.get("b"), c.get("a"), list(c.data))
class Trie:
    def __init__(self): self.kids, self.end = {}, False
    def add(self, word):
        node = self
        for ch in word: node = node.kids.setdefault(ch, Trie())
        node.end = True
        return self
    def __contains__(self, word):
        node = self
        for ch in word:
            if (node := node.kids.get(ch)) is None: return False
        return node.end
    def walk(self, prefix=""):
        if self.end: yield prefix
        for ch in sorted(self.kids): yield from self.kids[ch].walk(prefix + ch)
    def starting(self, prefix):
        node = self
        for ch in prefix:
            if ch not in node.kids: return []
            node = node.kids[ch]
        return list(node.walk(prefix))
t = Trie()
for w in "car card care cat dog do".split(): t.add(w)
print(list(t.walk()), "car" in t, "ca" in t, t.starting("car"), t.starting("x"))
class Heap:
    def __init__(self): self.a = []
    def push(self, x):
        a, i = self.a, len(self.a)
        a.append(x)
        while i and a[p := (i - 1) // 2] > a[i]: a[p], a[i] = a[i], a[p]; i = p
    def pop(self):
        a = self.a
        a[0], a[-1] = a[-1], a[0]
        top, i = a.pop(), 0
        while (c := 2 * i + 1) < len(a):
            if c + 1 < len(a) and a[c + 1] < a[c]: c += 1
            if a[i] <= a[c]: break
            a[i], a[c] = a[c], a[i]
            i = c
        return top
    def __bool__(self): return bool(self.a)
h = Heap()
for x in [(3, "c"), (1, "z"), (2, "b"), (1, "a"), (5, "e")]: h.push(x)
out = []
while h: out.append(h.pop())
print(out)
docs = {1: "to be or not to be", 2: "to do is to be", 3: "do be do"}
index = {}
for n, body in docs.items():
    for pos, w in enumerate(body.split()): index.setdefault(w, {}).setdefault(n, []).append(pos)
print({w: index[w] for w in sorted(index)}, sorted(set(index["to"]) & set(index["do"])))
def huffman(s):
    q, n = Heap(), 0
    for ch in sorted(set(s)): q.push((s.count(ch), ch, ch))
    while len(q.a) > 1:
        a, b = q.pop(), q.pop()
        q.push((a[0] + b[0], min(a[1], b[1]), (a[2], b[2])))
    codes = {}
    def walk(t, p):
        if isinstance(t, str): codes[t] = p or "0"
        else: walk(t[0], p + "0"); walk(t[1], p + "1")
    walk(q.pop()[2], "")
    return codes
codes = huffman("abracadabra")
print(codes, len("".join(codes[ch] for ch in "abracadabra")))

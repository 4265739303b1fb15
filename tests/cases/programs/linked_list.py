# A linked list class with the whole container protocol.
class Node:
    __slots__ = ("value", "next")
    def __init__(self, value, next=None): self.value, self.next = value, next
class LinkedList:
    def __init__(self, items=()):
        self.head, self._size = None, 0
        for item in reversed(list(items)): self.push(item)
    def push(self, value): self.head = Node(value, self.head); self._size += 1; return self
    def pop(self):
        if self.head is None: raise IndexError("pop from an empty list")
        value, self.head = self.head.value, self.head.next
        self._size -= 1
        return value
    def __iter__(self):
        node = self.head
        while node is not None: yield node.value; node = node.next
    def __len__(self): return self._size
    def __getitem__(self, index):
        if isinstance(index, slice): return LinkedList(list(self)[index])
        if index < 0: index += self._size
        for i, value in enumerate(self):
            if i == index: return value
        raise IndexError(index)
    def __contains__(self, value): return any(v == value for v in self)
    def __reversed__(self): return iter(list(self)[::-1])
    def __eq__(self, other): return isinstance(other, LinkedList) and list(self) == list(other)
    def __add__(self, other): return LinkedList([*self, *other])
    def __repr__(self): return f"LinkedList({list(self)!r})"
    def reverse(self):
        previous, node = None, self.head
        while node: node.next, previous, node = previous, node, node.next
        self.head = previous
        return self
l = LinkedList([1, 2, 3])
print(l, len(l), l[0], l[-1], l[1:], 2 in l, 9 in l, list(reversed(l)), l == LinkedList((1, 2, 3)), l + [4], l.push(0), l.pop(), l.reverse(), [x * 2 for x in l], max(l), sum(l), sorted(l), bool(LinkedList()))
try: LinkedList().pop()
except IndexError as e: print(e)
try: l[7]
except IndexError as e: print("index", e)
a, *b = l
print(a, b)

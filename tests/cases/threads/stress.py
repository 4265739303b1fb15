# Threads that change hands as often as can be, while they allocate, raise, recurse, suspend generators and share objects.
# stress: 100
# timeout: 60
import _thread
import sys

sys.setswitchinterval(1e-6)
SCALE = 60
lock = _thread.allocate_lock()
shared = {}
counts = [0] * 8
errors = []


class Node:
    __slots__ = ("value", "next")

    def __init__(self, value, next=None):
        self.value, self.next = value, next


def tree(depth):
    return [tree(depth - 1), str(depth), {depth: (depth,)}] if depth else ()


def size(node):
    return 1 + size(node[0]) if node else 0


def numbers(count):
    held = [object()]
    for i in range(count):
        try:
            yield [i, held]
        finally:
            held = [held[:1], i]


def fails(depth):
    if depth:
        try:
            return fails(depth - 1)
        except KeyError as e:
            raise ValueError(depth) from e
    raise KeyError("deep")


def work(me):
    try:
        chain = None
        for i in range(SCALE):
            chain = Node(i, chain)
            if size(tree(5)) != 5:
                errors.append("tree")
            if sum(x[0] for x in numbers(10)) != 45:
                errors.append("generator")
            try:
                fails(6)
            except ValueError as e:
                if e.args != (1,):
                    errors.append("exception")
            with lock:
                shared[me, i % 10] = [me, i]
                counts[me] += 1
            if any(key[0] != value[0] for key, value in list(shared.items())):
                errors.append("shared")
            text = "".join(str(n) for n in range(20))
            if len(text) != 30 or sorted(range(30, 0, -1), key=lambda n: -n)[0] != 30:
                errors.append("text")
        length = 0
        while chain:
            length, chain = length + 1, chain.next
        if length != SCALE:
            errors.append("chain")
    except BaseException as e:
        errors.append(repr(e))


handles = []
for me in range(8):
    handle = _thread.allocate_lock()
    handle.acquire()
    handles.append(handle)

    def run(me=me, handle=handle):
        work(me)
        handle.release()

    _thread.start_new_thread(run, ())
for handle in handles:
    handle.acquire()
print(errors, counts == [SCALE] * 8, len(shared), _thread._count() <= 8)

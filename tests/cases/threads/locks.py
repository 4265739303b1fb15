# Locks and reentrant locks in one thread, and thread-local data.
# python: 3.14
import _thread

lock = _thread.allocate_lock()
print(lock.locked(), lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(True, 0.001))
lock.release()
try:
    lock.release()
except RuntimeError as e:
    print(e)
with lock as held:
    print(held, lock.locked())
print(str(lock).split(" at ")[0])
for arguments in [(False, 1), (True, -2), (True, 1e30), (True, float("nan")), (True, "x")]:
    try:
        lock.acquire(*arguments)
    except Exception as e:
        print(type(e).__name__, e)

rlock = _thread.RLock()
with rlock:
    print(rlock.acquire(), rlock._is_owned(), rlock._recursion_count())
    rlock.release()
    state = rlock._release_save()
    print(rlock._is_owned(), state[0])
    rlock._acquire_restore(state)
print(rlock._is_owned(), str(rlock).split(" object")[0])
try:
    rlock.release()
except RuntimeError as e:
    print(e)


class Local(_thread._local):
    shared = "class"

    def __init__(self, first, second=2):
        self.first, self.second = first, second


local = Local(1, second=3)
print(local.first, local.second, local.shared, sorted(local.__dict__))
local.third = 4
del local.first
print(sorted(vars(local)), hasattr(local, "first"))
for attempt in [
    lambda: setattr(local, "__dict__", {}),
    lambda: _thread._local(1),
    lambda: delattr(local, "first"),
]:
    try:
        attempt()
    except Exception as e:
        print(type(e).__name__, e)
print(_thread.get_ident() == _thread._get_main_thread_ident(), _thread._count())

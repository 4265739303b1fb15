# Streams that are never closed: what was written is there when they are collected, and at the end.
# folder: empty
import gc
def lose(name, mode, data):
    f = open(name, mode)
    f.write(data)
for n in range(20):
    lose(f"t{n}", "w", f"text {n}\n")
    lose(f"b{n}", "wb", b"bytes %d\n" % n)
def churn(depth):
    return [churn(depth - 1)] if depth else []
churn(50)
gc.collect()
gc.collect()
done = [open(f"t{n}").read() == f"text {n}\n" for n in range(19)] + [open(f"b{n}", "rb").read() == b"bytes %d\n" % n for n in range(19)]
# The stack may hold the last ones a while.
print(sum(done) >= 36)

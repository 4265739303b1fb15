# __del__ runs when the last reference goes or at a collection; an error in it is not raised; resurrection.
import gc
log = []
class D:
    def __init__(self, name): self.name = name
    def __del__(self): log.append(self.name)
d = D("first")
del d
gc.collect()
print(log)
def scope():
    D("temporary")
    kept = D("local")
scope()
gc.collect()
print(sorted(log[1:]))
log.clear()
a = D("cycle a"); b = D("cycle b")
a.other, b.other = b, a
del a, b
gc.collect()
print(sorted(log))
saved = []
class Phoenix:
    def __del__(self):
        log.append("del")
        saved.append(self)
log.clear()
p = Phoenix()
p.value = 42
del p
gc.collect()
print(log, saved[0].value)
saved.clear()
gc.collect()
print(log)
keep = D("kept to the end")
log.clear()
gc.collect()
print(log)

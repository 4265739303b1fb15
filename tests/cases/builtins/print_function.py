# print: separators, ends, files, objects whose __str__ fails.
import sys
print("a", 1, None, 2.5, [1], sep="|")
print("x", end="")
print("y", end="\n--\n")
print(*[], sep="unused")
print("to stdout", file=sys.stdout)
print("sep None", 1, sep=None, end=None)
class Writer:
    def __init__(self): self.parts = []
    def write(self, text): self.parts.append(text)
w = Writer()
print("hello", "world", sep="-", file=w)
print(1, 2, file=w, end="END")
print(w.parts)
class Flush(Writer):
    flushed = 0
    def flush(self): self.flushed += 1
f = Flush(); print("z", file=f, flush=True); print(f.flushed, f.parts)
class NoStr:
    def __str__(self): raise ValueError("str failed")
try: print("before", NoStr())
except ValueError as e: print(); print(e)
for kw in ({"sep": 5}, {"end": 5}, {"foo": 1}):
    try: print("x", **kw)
    except TypeError as e: print(type(e).__name__)
class NoWrite: pass
try: print("x", file=NoWrite())
except AttributeError as e: print(e)
print("x", file=None)
old = sys.stdout
sys.stdout = w
print("captured")
sys.stdout = old
print(w.parts[-2:])
print("tab\tnewline\\n", 'quote"s', "unicode: é 日本 𝄞")
sys.stdout.write("direct\n")
n = sys.stdout.write("count\n")
print(n)
print(print("nested"))
sys.stderr.write("")

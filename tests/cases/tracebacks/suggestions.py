# expect-exit: 1
# oracle: 3.14
# "Did you mean" for names and attributes.
import sys
class Point:
    def __init__(self): self.position = 1
    def method(self): return self.positon

def name():
    counter = 1
    return countr

for function in (Point().method, name, lambda: Point().methd, lambda: sys.exot, lambda: prnt, lambda: "".uper()):
    try:
        function()
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
lenn([])

# expect-exit: 1
# python: 3.14
# A syntax error is found before anything runs.
print("never printed")
def f(:
    pass

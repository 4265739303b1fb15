# expect-exit: 1
# A recursion error folds its repeated lines.
# expect-stderr-contains: [Previous line repeated
# expect-stderr-contains: RecursionError: maximum recursion depth exceeded
def down(n):
    return down(n + 1)

down(0)

# expect-exit: 1
# expect-stderr-contains: a message for standard error
# A SystemExit with text prints it on standard error.
print("before")
raise SystemExit("a message for standard error")

# expect-exit: 1
# expect-stderr-contains: the hook saw ValueError: boom
# sys.excepthook replaced: it runs for an uncaught exception, the exit code stays 1.
import sys
def hook(kind, value, traceback):
    print(f"the hook saw {kind.__name__}: {value}", file=sys.stderr)
    print("line", traceback.tb_lineno)
sys.excepthook = hook
print("before")
raise ValueError("boom")

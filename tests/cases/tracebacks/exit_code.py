# expect-exit: 7
# sys.exit ends the program with its code, through finally blocks and out of nested calls.
import sys
def leave():
    try:
        sys.exit(7)
    finally:
        print("finally runs")
try:
    leave()
except Exception:
    print("never: SystemExit is no Exception")

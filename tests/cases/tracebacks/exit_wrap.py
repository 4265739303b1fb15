# expect-exit: 44
# Exit codes are taken modulo 256.
import sys
sys.stdout.write("bye\n")
sys.exit(300)

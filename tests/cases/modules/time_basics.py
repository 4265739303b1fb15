# time: clocks that go forward, sleep, fixed conversions.
import time
a = time.perf_counter(); m = time.monotonic(); t = time.time(); n = time.perf_counter_ns()
time.sleep(0.01)
print(time.perf_counter() - a >= 0.009, time.monotonic() > m, time.time() > t, time.perf_counter_ns() > n, isinstance(time.time(), float), isinstance(time.time_ns(), int), time.time() > 1.6e9, time.process_time() >= 0)
print(time.gmtime(0)[:6], time.gmtime(86400 * 365.25 * 30)[:3], time.gmtime(0).tm_year, time.gmtime(0).tm_wday, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1000000000)))
for call in (lambda: time.sleep(-1), lambda: time.gmtime("x")):
    try: call()
    except (ValueError, TypeError) as error: print(type(error).__name__, error)

# time: the calendar of the C library, time zones, clocks and what they refuse
import posix
import time

print(time.gmtime(0), time.gmtime(0).tm_zone, time.gmtime(0).tm_gmtoff, len(time.gmtime(0)))
print(time.gmtime(-1.5)[:6], time.gmtime(10**10)[:6])
for zone in ['UTC0', 'EST+05EDT,M4.1.0,M10.5.0', 'XYZ-3:30']:
    posix.putenv('TZ', zone)
    time.tzset()
    moment = time.localtime(1_000_000_000)
    print(time.tzname[0], time.timezone, time.daylight, moment[:], moment.tm_zone, moment.tm_gmtoff, time.mktime(moment), time.ctime(86400))
    print(time.strftime('%Y-%m-%d %H:%M:%S %j %U %w %a %b %y %p %% %z %Z é', moment))
print(time.asctime((2024, 2, 29, 1, 2, 3, 3, 60, 0)), time.strftime('%x|%X', (2024, 2, 29, 1, 2, 3, 3, 60, 0)))
for call in [
    lambda: time.strftime('%Y', (1,)), lambda: time.strftime('%Y', 'x'), lambda: time.strftime('%Y', (2000, 13, 1, 0, 0, 0, 0, 1, 0)),
    lambda: time.strftime('%Y', (2000, 1, 32, 0, 0, 0, 0, 1, 0)), lambda: time.strftime('%Y', (2000, 1, 1, 0, 0, 62, 0, 1, 0)),
    lambda: time.gmtime(float('nan')), lambda: time.gmtime(1e300), lambda: time.gmtime('x'), lambda: time.gmtime(2**61),
    lambda: time.sleep(-1), lambda: time.sleep('x'), lambda: time.sleep(float('nan')), lambda: time.get_clock_info('x'),
    lambda: time.clock_gettime(999), lambda: time.mktime((1,)), lambda: time.struct_time((1, 2)),
]:
    try:
        print(call())
    except (OSError, TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
info = time.get_clock_info('monotonic')
print(info.implementation, info.monotonic, info.adjustable, info.resolution)
print(type(time.time_ns()), abs(time.time() - time.time_ns() / 1e9) < 1, time.process_time() >= 0, time.thread_time_ns() >= 0,
      time.perf_counter() <= time.perf_counter())

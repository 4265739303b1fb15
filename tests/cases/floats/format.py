# Every presentation type, precision, sign, fill, grouping; %-formatting.
values = (0.0, -0.0, 1.0, 1.5, -2.25, 1234567.891, 1e-7, 123456789012.0, 1e22, float("inf"), float("-inf"), float("nan"), 0.1, 99.995, 1e16)
for x in values:
    print(f"{x}|{x:f}|{x:.0f}|{x:.3f}|{x:e}|{x:.2e}|{x:E}|{x:g}|{x:.3g}|{x:G}|{x:%}|{x:.1%}|{x:n}")
    print(f"{x:,}|{x:,.2f}|{x:_.1f}|{x:+}|{x: }|{x:+.1f}|[{x:15}]|[{x:<15}]|[{x:^15.2f}]|[{x:*>15.1e}]|[{x:015.2f}]|[{x:=+15.1f}]")
    print(f"{x:.10}|{x:.1}|{x:#.3g}|{x:#.0f}|{x:.17g}|{x:10.4}|{x:#g}")
    print("%f %.1f %e %g %G %8.2f|%-10.1f|%+.2f|%010.3f|% f|%.0f|%s|%r|%5.1f%%" % ((x,) * 14))
for spec in ("d", "x", "c", "s", ".", "q", "5.5.5"):
    try:
        print(format(1.5, spec))
    except ValueError as error:
        print(spec, "->", error)
print("%.50f" % 0.1, "%.3s|%10s|%-10s|" % (1.23456, 1.5, 2.5))
print(f"{3:.2f} {3:e} {10**20:g} {True:.1f}", format(2.5, ""), format(1e5, ""), "%d" % 2.9)
print(f"{1e10:.15g} {123456.0:g} {1234567.0:g} {0.0001:g} {0.00001:g} {1e5:.3g} {100000.0:g} {1e15:} {1e16:}")

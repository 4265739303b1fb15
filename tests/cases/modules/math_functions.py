# math: functions, constants, exact results and errors.
import math
print(math.pi, math.e, math.tau, math.inf, -math.inf, math.nan)
print(math.sqrt(2), math.sqrt(16), math.isqrt(10 ** 20 + 1), math.isqrt(0), math.floor(2.7), math.floor(-2.1), math.ceil(2.1), math.ceil(-2.9), math.trunc(-2.9), math.fabs(-3), math.floor(10 ** 20), math.ceil(1e18))
print(math.sin(1), math.cos(1), math.tan(1), math.asin(0.5), math.acos(0.5), math.atan(1), math.atan2(1, -1), math.atan2(-0.0, -1), math.sinh(1), math.cosh(1), math.tanh(1), math.degrees(math.pi), math.radians(180), math.hypot(3, 4), math.hypot(1, 2, 2), math.hypot())
print(math.exp(1), math.exp(-1000), math.expm1(1e-10), math.log(10), math.log(8, 2), math.log2(1024), math.log10(1000), math.log1p(1e-10), math.log(10 ** 400), math.log2(2 ** 1000), math.pow(2, 0.5), math.pow(2, 3))
print(math.factorial(20), math.factorial(30), math.comb(5, 2), math.comb(50, 25), math.perm(5, 2), math.perm(4), math.gcd(12, 18), math.gcd(0, 5), math.gcd(), math.gcd(12, 18, 27), math.lcm(4, 6), math.lcm(), math.lcm(0, 5), math.gcd(-12, 8), math.gcd(10 ** 30, 10 ** 20))
print(math.fmod(-7, 3), math.fmod(7, -3), -7 % 3, math.modf(2.75), math.modf(-2.5), math.frexp(8.5), math.frexp(0.0), math.ldexp(0.5, 3), math.copysign(3, -0.0), math.remainder(7, 3), math.fsum([0.1] * 10), math.prod([1, 2, 3]), math.prod([], start=5), math.prod([1.5, 2]), math.dist([0, 0], [3, 4]))
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1.0), math.isclose(0.1 + 0.2, 0.3), math.isclose(1, 1.1), math.isclose(1, 1.1, rel_tol=0.2), math.isclose(0, 1e-10, abs_tol=1e-9), math.ulp(1.0), math.nextafter(1.0, 2.0), round(math.cbrt(27), 12), math.exp2(10))
print(round(math.erf(0.5), 12), math.gamma(5), round(math.lgamma(10), 12), round(math.erfc(0.5), 12))
print(math.floor(True), math.sqrt(True), math.sin(2 ** 60), math.sqrt(10 ** 30))
for call in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.log(-1), lambda: math.acos(2), lambda: math.factorial(-1), lambda: math.factorial(1.5), lambda: math.exp(1000), lambda: math.floor(math.inf), lambda: math.floor(math.nan), lambda: math.sqrt("a"), lambda: math.isqrt(-1), lambda: math.comb(-1, 2), lambda: math.gcd(1.5), lambda: math.pow(0, -1), lambda: math.fmod(1, 0), lambda: math.sin(math.inf), lambda: math.sqrt(10 ** 400), lambda: math.log("x"), lambda: math.prod(["a"]), lambda: math.dist([1], [1, 2]), lambda: math.sqrt(), lambda: math.ldexp(1.0, 5000), lambda: math.ceil("a")):
    try: print(call())
    except (ValueError, OverflowError, TypeError) as error: print(type(error).__name__)
class F:
    def __float__(self): return 4.0
    def __floor__(self): return "floored"
    def __ceil__(self): return "ceiled"
    def __trunc__(self): return "truncated"
print(math.sqrt(F()), math.floor(F()), math.ceil(F()), math.trunc(F()))
print([round(math.sin(x / 10), 10) for x in range(5)], sum(math.sqrt(x) for x in range(100)), max(map(math.cos, range(10))))

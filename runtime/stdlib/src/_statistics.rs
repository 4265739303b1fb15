//! `_statistics`: the quantile function of the normal distribution.

use orochi_macros::methods;
use orochi_vm::types::float::methods::as_double;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_statistics",
    doc: "Accelerators for the statistics module.\n",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

/// A quotient of two polynomials, the upper one times a factor. Their coefficients are from the highest power on.
fn rational(x: f64, factor: f64, numerator: [f64; 8], denominator: [f64; 8]) -> f64 {
    let horner = |coefficients: [f64; 8]| coefficients.iter().fold(0.0, |value, c| value * x + c);
    horner(numerator) * factor / horner(denominator)
}

/// The value below which a standard normal variable is with probability `p`, which lies between 0 and 1: Wichura's algorithm
/// AS 241 (Applied Statistics 37, 1988).
fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return rational(
            r,
            q,
            [
                2_509.080_928_730_122_7,
                33_430.575_583_588_13,
                67_265.770_927_008_7,
                45_921.953_931_549_87,
                13_731.693_765_509_46,
                1_971.590_950_306_551_3,
                133.141_667_891_784_38,
                3.387_132_872_796_366_5,
            ],
            [
                5_226.495_278_852_854,
                28_729.085_735_721_943,
                39_307.895_800_092_71,
                21_213.794_301_586_597,
                5_394.196_021_424_751,
                687.187_007_492_057_9,
                42.313_330_701_600_91,
                1.0,
            ],
        );
    }
    let tail = if q <= 0.0 { p } else { 1.0 - p };
    let r = (-tail.ln()).sqrt();
    let x = if r <= 5.0 {
        rational(
            r - 1.6,
            1.0,
            [
                0.000_774_545_014_278_341_4,
                0.022_723_844_989_269_184,
                0.241_780_725_177_450_6,
                1.270_458_252_452_368_4,
                3.647_848_324_763_204_5,
                5.769_497_221_460_691,
                4.630_337_846_156_546,
                1.423_437_110_749_683_5,
            ],
            [
                1.050_750_071_644_416_9e-9,
                0.000_547_593_808_499_534_5,
                0.015_198_666_563_616_457,
                0.148_103_976_427_480_08,
                0.689_767_334_985_1,
                1.676_384_830_183_803_8,
                2.053_191_626_637_759,
                1.0,
            ],
        )
    } else {
        rational(
            r - 5.0,
            1.0,
            [
                2.010_334_399_292_288_1e-7,
                2.711_555_568_743_487_6e-5,
                0.001_242_660_947_388_078_4,
                0.026_532_189_526_576_124,
                0.296_560_571_828_504_87,
                1.784_826_539_917_291_3,
                5.463_784_911_164_114,
                6.657_904_643_501_103,
            ],
            [
                2.044_263_103_389_939_7e-15,
                1.421_511_758_316_446e-7,
                1.846_318_317_510_054_8e-5,
                0.000_786_869_131_145_613_3,
                0.014_875_361_290_850_615,
                0.136_929_880_922_735_8,
                0.599_832_206_555_888,
                1.0,
            ],
        )
    };
    if q < 0.0 { -x } else { x }
}

#[methods(FUNCTIONS)]
impl Functions {
    #[method("_normal_dist_inv_cdf(p, mu, sigma, /)")]
    fn normal_dist_inv_cdf(vm: &Vm, args: &[Value]) -> PyResult {
        let (p, mu, sigma) = (as_double(vm, args[0])?, as_double(vm, args[1])?, as_double(vm, args[2])?);
        if p <= 0.0 || p >= 1.0 {
            return Err(vm.value_error("inv_cdf undefined for these parameters"));
        }
        vm.new_float(mu + quantile(p) * sigma)
    }
}

//! The gamma function by Lanczos' approximation (N = 13, g = 6.02468...), as CPython computes it.

use core::f64::consts::PI;

const G: f64 = 6.024_680_040_776_729_583_740_234_375;
const G_MINUS_HALF: f64 = 5.524_680_040_776_729_583_740_234_375;

/// Numerator and denominator of the rational approximation, by powers of x.
const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_759_688_572_007_674_451_636_754_734_846_804_940,
    42_919_803_642.649_098_768_957_899_047_001_988_850_926_355_848_959,
    35_711_959_237.355_668_049_440_185_451_547_166_705_960_488_635_843,
    17_921_034_426.037_209_699_919_755_754_458_931_112_671_403_265_390,
    6_039_542_586.352_028_005_064_291_644_307_297_921_069_938_842_070_8,
    1_439_720_407.311_721_673_663_223_072_794_912_393_971_548_578_637_2,
    248_874_557.862_054_156_511_460_386_413_229_423_216_321_251_278_01,
    31_426_415.585_400_194_380_614_231_628_318_205_362_874_684_987_640,
    2_876_370.628_935_372_441_225_409_051_620_849_613_599_114_537_876_8,
    186_056.265_395_223_495_040_294_989_716_045_699_282_207_842_363_28,
    8_071.672_002_365_816_210_638_002_902_272_250_613_821_851_632_502_4,
    210.824_277_751_579_345_872_509_733_920_713_362_711_669_695_802_91,
    2.506_628_274_631_000_270_164_908_177_133_837_338_626_431_079_340_8,
];
const DENOMINATOR: [f64; 13] = [
    0.0,
    39_916_800.0,
    120_543_840.0,
    150_917_976.0,
    105_258_076.0,
    45_995_730.0,
    13_339_535.0,
    2_637_558.0,
    357_423.0,
    32_670.0,
    1_925.0,
    66.0,
    1.0,
];

/// Why there is no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoValue {
    /// A pole.
    Domain,
    /// Too large for a float.
    Range,
}

fn lanczos_sum(x: f64) -> f64 {
    let pairs = NUMERATOR.iter().zip(&DENOMINATOR);
    // From whichever end keeps the powers small.
    let (numerator, denominator) = if x < 5.0 {
        pairs.rev().fold((0.0, 0.0), |(n, d), (a, b)| (n * x + a, d * x + b))
    } else {
        pairs.fold((0.0, 0.0), |(n, d), (a, b)| (n / x + a, d / x + b))
    };
    numerator / denominator
}

/// `sin(pi * x)`, exact at multiples of a half.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let result = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * result
}

fn is_whole(x: f64) -> bool {
    x == x.floor()
}

/// `math.gamma`.
pub fn gamma(x: f64) -> Result<f64, NoValue> {
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    if x == f64::NEG_INFINITY || x == 0.0 || (is_whole(x) && x < 0.0) {
        return Err(NoValue::Domain);
    }
    if is_whole(x) && x <= 23.0 {
        return Ok((1..x as u64).map(|factor| factor as f64).product());
    }
    let size = x.abs();
    let finite = |value: f64| if value.is_infinite() { Err(NoValue::Range) } else { Ok(value) };
    if size < 1e-20 {
        return finite(1.0 / x);
    }
    if size > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(NoValue::Range) };
    }
    let y = size + G_MINUS_HALF;
    // The rounding error of y.
    let error = if size > G_MINUS_HALF { (y - size) - G_MINUS_HALF } else { (y - G_MINUS_HALF) - size };
    let correction = error * G / y;
    let root = |y: f64| y.powf(size / 2.0 - 0.25);
    let result = if x < 0.0 {
        let r = -PI / sin_pi(size) / size * y.exp() / lanczos_sum(size);
        let r = r - correction * r;
        if size < 140.0 { r / y.powf(size - 0.5) } else { r / root(y) / root(y) }
    } else {
        let r = lanczos_sum(size) / y.exp();
        let r = r + correction * r;
        if size < 140.0 { r * y.powf(size - 0.5) } else { r * root(y) * root(y) }
    };
    finite(result)
}

/// `math.lgamma`.
pub fn lgamma(x: f64) -> Result<f64, NoValue> {
    if x.is_nan() {
        return Ok(x);
    }
    if x.is_infinite() {
        return Ok(f64::INFINITY);
    }
    if is_whole(x) && x <= 2.0 {
        return if x <= 0.0 { Err(NoValue::Domain) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-size.ln());
    }
    let mut result = lanczos_sum(size).ln() - G;
    result += (size - 0.5) * ((size + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        const LOG_PI: f64 = 1.144_729_885_849_400_174_143_427_351_353_058_711_647;
        result = LOG_PI - sin_pi(size).abs().ln() - size.ln() - result;
    }
    if result.is_infinite() { Err(NoValue::Range) } else { Ok(result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_cpython() {
        for (x, value) in
            [(0.5, 1.7724538509055159), (171.0, 7.257415615307998e306), (-170.6, -2.0829008361502995e-308), (5.0, 24.0)]
        {
            assert_eq!(gamma(x), Ok(value), "{x}");
        }
        assert_eq!(lgamma(0.5), Ok(0.5723649429247004));
        assert_eq!(lgamma(-1.5), Ok(0.8600470153764812));
        assert_eq!((gamma(-1.0), gamma(200.0)), (Err(NoValue::Domain), Err(NoValue::Range)));
    }
}

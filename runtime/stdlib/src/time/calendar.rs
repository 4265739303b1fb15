//! Broken-down times: `struct_time`, conversions between it and seconds, texts.

use std::ffi::CString;

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::str::fill::Builder;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Value, Vm, struct_sequence};

use super::calls;
use crate::host;

struct_sequence! {
    pub static STRUCT_TIME = "time.struct_time", "The time value as returned by gmtime(), localtime(), and strptime(), and\naccepted by asctime(), mktime() and strftime().  May be considered as a\nsequence of 9 integers.\n\nNote that several fields' values are not the same as those defined by\nthe C language standard for struct tm.  For example, the value of the\nfield tm_year is the actual year, not year - 1900.  See individual\nfields' descriptions for details.", [
        0 "tm_year" "year, for example, 1993",
        1 "tm_mon" "month of year, range [1, 12]",
        2 "tm_mday" "day of month, range [1, 31]",
        3 "tm_hour" "hours, range [0, 23]",
        4 "tm_min" "minutes, range [0, 59]",
        5 "tm_sec" "seconds, range [0, 61])",
        6 "tm_wday" "day of week, range [0, 6], Monday is 0",
        7 "tm_yday" "day of year, range [1, 366]",
        8 "tm_isdst" "1 if summer time is in effect, 0 if not, and -1 if unknown",
        9 "tm_zone" "abbreviation of timezone name",
        10 "tm_gmtoff" "offset from UTC in seconds",
    ], visible: 9
}

/// Seconds of an argument, rounded down; of now without one.
fn seconds(vm: &Vm, value: Value) -> PyResult<i64> {
    let out_of_range = || vm.overflow_error("timestamp out of range for platform time_t");
    let Some(value) = value.bound().filter(|value| *value != vm.none()) else {
        return host::or_raise(vm, calls::clock_gettime(libc::CLOCK_REALTIME)).map(|now| now.div_euclid(1_000_000_000));
    };
    match value.as_float() {
        Some(float) if float.is_nan() => Err(vm.value_error("Invalid value NaN (not a number)")),
        Some(float) if (-9.223_372_036_854_775_8e18..9.223_372_036_854_775_8e18).contains(&float.floor()) => {
            Ok(float.floor() as i64)
        }
        Some(_) => Err(out_of_range()),
        None => orochi_vm::types::int::to_i64(vm.index(value)?).ok_or_else(out_of_range),
    }
}

/// The `struct_time` of seconds.
fn struct_time(vm: &Vm, seconds: i64, local: bool) -> PyResult {
    let (time, zone) = host::or_raise(vm, calls::broken_down(seconds, local))?;
    let mut fields = [Value::ZERO; 11];
    let numbers = [
        i64::from(time.tm_year) + 1900,
        i64::from(time.tm_mon) + 1,
        i64::from(time.tm_mday),
        i64::from(time.tm_hour),
        i64::from(time.tm_min),
        i64::from(time.tm_sec),
        i64::from((time.tm_wday + 6) % 7),
        i64::from(time.tm_yday) + 1,
        i64::from(time.tm_isdst),
    ];
    for (field, number) in fields.iter_mut().zip(numbers) {
        *field = vm.new_int(number)?;
    }
    fields[9] = vm.fs_decode(&zone)?.into();
    fields[10] = vm.new_int(time.tm_gmtoff)?;
    vm.new_struct(&STRUCT_TIME, &fields)
}

/// A broken-down time with the name of its zone.
struct Broken {
    time: libc::tm,
    zone: CString,
}

impl Broken {
    /// Reads a tuple of nine numbers or a `struct_time`.
    fn read(vm: &Vm, function: &str, value: Value) -> PyResult<Broken> {
        let Some(tuple) = value.cast::<Tuple>() else {
            return Err(vm.type_error("Tuple or struct_time argument required"));
        };
        if tuple.len() != 9 {
            return Err(vm.type_error(format!("{function}(): illegal time tuple argument")));
        }
        let mut numbers = [0; 9];
        for (number, item) in numbers.iter_mut().zip(tuple.items()) {
            *number = host::int(vm, *item)?;
        }
        let [year, month, day, hour, minute, second, weekday, yearday, dst] = numbers;
        let Some(year) = year.checked_sub(1900) else { return Err(vm.overflow_error("year out of range")) };
        let mut time = calls::empty();
        time.tm_year = year;
        time.tm_mon = month.wrapping_sub(1);
        time.tm_mday = day;
        time.tm_hour = hour;
        time.tm_min = minute;
        time.tm_sec = second;
        time.tm_wday = weekday.wrapping_add(1) % 7;
        time.tm_yday = yearday.wrapping_sub(1);
        time.tm_isdst = dst;
        let mut zone = CString::default();
        if vm.is_instance(value, vm.struct_class(&STRUCT_TIME)?) {
            let offset = vm.get_attr_str(value, "tm_gmtoff")?;
            if offset != vm.none() {
                time.tm_gmtoff = host::long(vm, offset)?;
            }
            if let Some(name) = vm.get_attr_str(value, "tm_zone")?.cast::<Str>() {
                zone = calls::zone_name(&vm.fs_encode(name.into())?);
            }
        }
        Ok(Broken { time, zone })
    }

    /// The present time, if there is no argument.
    fn read_or_now(vm: &Vm, function: &str, value: Value) -> PyResult<Broken> {
        match value.bound() {
            Some(value) => {
                let mut broken = Broken::read(vm, function, value)?;
                broken.check(vm)?;
                Ok(broken)
            }
            None => {
                let (time, zone) = host::or_raise(vm, calls::broken_down(seconds(vm, vm.none())?, true))?;
                Ok(Broken { time, zone: calls::zone_name(&zone) })
            }
        }
    }

    /// Refuses what no calendar has. Zeros stand for the first month and day.
    fn check(&mut self, vm: &Vm) -> PyResult<()> {
        let time = &mut self.time;
        if time.tm_mon == -1 {
            time.tm_mon = 0;
        }
        if time.tm_mday == 0 {
            time.tm_mday = 1;
        }
        if time.tm_yday == -1 {
            time.tm_yday = 0;
        }
        for (number, range, name) in [
            (time.tm_mon, 0..=11, "month"),
            (time.tm_mday, 1..=31, "day of month"),
            (time.tm_hour, 0..=23, "hour"),
            (time.tm_min, 0..=59, "minute"),
            (time.tm_sec, 0..=61, "seconds"),
            (time.tm_wday, 0..=6, "day of week"),
            (time.tm_yday, 0..=365, "day of year"),
        ] {
            if !range.contains(&number) {
                return Err(vm.value_error(format!("{name} out of range")));
            }
        }
        Ok(())
    }

    fn asctime(&self) -> String {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let time = &self.time;
        let (day, month) = (DAYS[time.tm_wday as usize], MONTHS[time.tm_mon as usize]);
        let year = i64::from(time.tm_year) + 1900;
        format!("{day} {month}{:3} {:02}:{:02}:{:02} {year}", time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec)
    }

    /// The text of a format. Each directive goes to the C library by itself; all else stays as it is.
    fn format(&mut self, vm: &Vm, format: Gc<Str>) -> PyResult {
        self.time.tm_isdst = self.time.tm_isdst.clamp(-1, 1);
        let points: Vec<u32> = format.text().iter().collect();
        let mut out = Builder::new();
        let mut at = 0;
        while at < points.len() {
            let length = directive_length(&points[at..]);
            if length == 0 {
                out.push(points[at]);
                at += 1;
                continue;
            }
            let directive: Vec<u8> = points[at..at + length].iter().map(|point| *point as u8).collect();
            let text = calls::strftime(&calls::zone_name(&directive), self.time, &self.zone);
            vm.fs_decode(&text)?.text().iter().for_each(|point| out.push(point));
            at += length;
        }
        out.finish(vm)
    }
}

/// How many characters a directive that a text begins with has: flags, a width, modifiers and a letter after `%`.
fn directive_length(points: &[u32]) -> usize {
    let byte = |at: usize| points.get(at).and_then(|point| u8::try_from(*point).ok()).filter(u8::is_ascii);
    if byte(0) != Some(b'%') {
        return 0;
    }
    let mut at = 1;
    while byte(at).is_some_and(|byte| b"_-0^#+".contains(&byte) || byte.is_ascii_digit()) {
        at += 1;
    }
    while byte(at).is_some_and(|byte| matches!(byte, b'E' | b'O')) {
        at += 1;
    }
    match byte(at) {
        Some(byte) if byte != 0 => at + 1,
        _ => 0,
    }
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'. When the time tuple is not present, current time as
    /// returned by localtime() is used.
    #[method("asctime(tuple=<unrepresentable>, /)")]
    fn asctime(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&Broken::read_or_now(vm, "asctime", args[0])?.asctime())
    }

    /// Convert a time in seconds since the Epoch to a string in local time. This is equivalent to asctime(localtime(seconds)).
    #[method("ctime(seconds=None, /)")]
    fn ctime(vm: &Vm, args: &[Value]) -> PyResult {
        let (time, zone) = host::or_raise(vm, calls::broken_down(seconds(vm, args[0])?, true))?;
        vm.new_str(&Broken { time, zone: calls::zone_name(&zone) }.asctime())
    }

    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT). When 'seconds' is not passed in, convert the
    /// current time instead.
    #[method("gmtime(seconds=None, /)")]
    fn gmtime(vm: &Vm, args: &[Value]) -> PyResult {
        struct_time(vm, seconds(vm, args[0])?, false)
    }

    /// Convert seconds since the Epoch to a time tuple expressing local time. When 'seconds' is not passed in, convert the current
    /// time instead.
    #[method("localtime(seconds=None, /)")]
    fn localtime(vm: &Vm, args: &[Value]) -> PyResult {
        struct_time(vm, seconds(vm, args[0])?, true)
    }

    /// Convert a time tuple in local time to seconds since the Epoch.
    #[method("mktime(tuple, /)")]
    fn mktime(vm: &Vm, args: &[Value]) -> PyResult {
        let broken = Broken::read(vm, "mktime", args[0])?;
        match calls::mktime(broken.time) {
            Some(seconds) => vm.new_float(seconds as f64),
            None => Err(vm.overflow_error("mktime argument out of range")),
        }
    }

    /// Convert a time tuple to a string according to a format specification. See the library reference manual for formatting codes.
    /// When the time tuple is not present, current time as returned by localtime() is used.
    #[method("strftime(format, tuple=<unrepresentable>, /)")]
    fn strftime(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(format) = args[0].cast::<Str>() else {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("strftime() argument 1 must be str, not {name}")));
        };
        Broken::read_or_now(vm, "strftime", args[1])?.format(vm, format)
    }

    /// Parse a string to a time tuple according to a format specification. See the library reference manual for formatting codes
    /// (same as strftime()).
    #[method("strptime(string, format=<unrepresentable>, /)")]
    fn strptime(vm: &Vm, args: &[Value]) -> PyResult {
        let parse = vm.get_attr_str(vm.import("_strptime")?, "_strptime_time")?;
        match args[1].bound() {
            Some(format) => vm.call(parse, &[args[0], format]),
            None => vm.call(parse, &[args[0]]),
        }
    }
}

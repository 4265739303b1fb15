//! `time`: clocks, `sleep`, calendar conversions. Days are converted by arithmetic on the proleptic Gregorian calendar; local time
//! is UTC with the offset that `TZ` gives when it has the form `NAME[+-]HH[:MM]`, else UTC.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{NativeModule, PyResult, Value, Vm, struct_sequence};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "time",
    doc: "Clocks, sleeping, conversions between times and calendar dates.",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        start();
        dict.set_str(vm, vm.intern("struct_time"), vm.struct_class(&STRUCT_TIME)?.into())?;
        let (name, offset) = zone();
        dict.set_str(vm, vm.intern("timezone"), vm.new_int(-offset)?)?;
        dict.set_str(vm, vm.intern("altzone"), vm.new_int(-offset)?)?;
        dict.set_str(vm, vm.intern("daylight"), Value::ZERO)?;
        let name = vm.new_str(&name)?;
        dict.set_str(vm, vm.intern("tzname"), vm.new_tuple(&[name, name])?)
    },
};

struct_sequence! {
    static STRUCT_TIME = "time.struct_time", "The time value as returned by gmtime() and localtime().", [
        0 "tm_year" "year, for example, 1993",
        1 "tm_mon" "month of year, range [1, 12]",
        2 "tm_mday" "day of month, range [1, 31]",
        3 "tm_hour" "hours, range [0, 23]",
        4 "tm_min" "minutes, range [0, 59]",
        5 "tm_sec" "seconds, range [0, 61]",
        6 "tm_wday" "day of week, range [0, 6], Monday is 0",
        7 "tm_yday" "day of year, range [1, 366]",
        8 "tm_isdst" "1 if summer time is in effect, 0 if not, and -1 if unknown",
    ]
}

/// The moment that monotonic clocks count from.
fn start() -> Instant {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    *START.get_or_init(Instant::now)
}

/// Name of the local time zone, and its seconds east of UTC.
fn zone() -> (String, i64) {
    let parse = |text: &str| -> Option<(String, i64)> {
        let at = text.find(['+', '-'])?;
        let (name, rest) = text.split_at(at);
        let (hours, minutes) = rest[1..].split_once(':').unwrap_or((&rest[1..], "0"));
        let seconds = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
        // POSIX counts westwards.
        Some((name.to_owned(), if rest.starts_with('-') { seconds } else { -seconds }))
    };
    std::env::var("TZ").ok().and_then(|text| parse(&text)).unwrap_or(("UTC".to_owned(), 0))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const DAY: i64 = 86_400;

/// A date and time of the calendar.
#[derive(Clone, Copy)]
struct Calendar {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// Monday is 0.
    weekday: i64,
    /// 1 January is 1.
    yearday: i64,
    dst: i64,
}

/// Days from 1970-01-01 to a date.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last: the month's days then follow 153 days in five months.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl Calendar {
    /// The date and time of seconds since 1970.
    fn of(seconds: i64) -> Calendar {
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Calendar {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            weekday: (days + 3).rem_euclid(7),
            yearday: days - days_from_civil(year, 1, 1) + 1,
            dst: 0,
        }
    }

    fn to_value(self, vm: &Vm) -> PyResult {
        let mut items = [Value::ZERO; 9];
        for (item, number) in items.iter_mut().zip([
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.weekday,
            self.yearday,
            self.dst,
        ]) {
            *item = vm.new_int(number)?;
        }
        vm.new_struct(&STRUCT_TIME, &items)
    }

    /// The calendar of a `struct_time` or a tuple of nine integers.
    fn from_value(vm: &Vm, value: Value) -> PyResult<Calendar> {
        let Some(tuple) = value.cast::<Tuple>() else {
            return Err(vm.type_error("Tuple or struct_time argument required"));
        };
        if tuple.len() != 9 {
            return Err(
                vm.type_error("function takes exactly 9 arguments (".to_owned() + &tuple.len().to_string() + " given)")
            );
        }
        let mut numbers = [0; 9];
        for (number, item) in numbers.iter_mut().zip(tuple.items()) {
            *number = vm.index_i64(*item)?;
        }
        let [year, month, day, hour, minute, second, weekday, yearday, dst] = numbers;
        let calendar = Calendar {
            year,
            month: month.max(1),
            day: day.max(1),
            hour,
            minute,
            second,
            weekday: weekday.rem_euclid(7),
            yearday: yearday.max(1),
            dst,
        };
        for (number, range, name) in [
            (calendar.month, 1..=12, "month"),
            (calendar.day, 1..=31, "day of month"),
            (hour, 0..=23, "hour"),
            (minute, 0..=59, "minute"),
            (second, 0..=61, "seconds"),
            (calendar.yearday, 1..=366, "day of year"),
        ] {
            if !range.contains(&number) {
                return Err(vm.value_error(format!("{name} out of range")));
            }
        }
        Ok(calendar)
    }

    fn asctime(self) -> String {
        format!(
            "{} {} {:2} {:02}:{:02}:{:02} {}",
            &WEEKDAYS[self.weekday as usize][..3],
            &MONTHS[self.month as usize - 1][..3],
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.year
        )
    }

    /// Year and week by ISO 8601.
    fn iso_week(self) -> (i64, i64) {
        let monday_of_week_1 = |year: i64| {
            let fourth = days_from_civil(year, 1, 4);
            fourth - (fourth + 3).rem_euclid(7)
        };
        let today = days_from_civil(self.year, self.month, self.day);
        let year = if today < monday_of_week_1(self.year) {
            self.year - 1
        } else if today >= monday_of_week_1(self.year + 1) {
            self.year + 1
        } else {
            self.year
        };
        (year, (today - monday_of_week_1(year)) / 7 + 1)
    }

    fn format(self, format: &str) -> String {
        let mut text = String::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                text.push(c);
                continue;
            }
            let Some(directive) = chars.next() else {
                text.push('%');
                break;
            };
            text += &self.directive(directive);
        }
        text
    }

    fn directive(self, directive: char) -> String {
        let Calendar { year, month, day, hour, minute, second, weekday, yearday, .. } = self;
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let (weekday_name, month_name) = (WEEKDAYS[weekday as usize], MONTHS[month as usize - 1]);
        match directive {
            'a' => weekday_name[..3].to_owned(),
            'A' => weekday_name.to_owned(),
            'b' | 'h' => month_name[..3].to_owned(),
            'B' => month_name.to_owned(),
            'c' => self.asctime(),
            'C' => format!("{:02}", year.div_euclid(100)),
            'd' => format!("{day:02}"),
            'D' | 'x' => format!("{month:02}/{day:02}/{:02}", year.rem_euclid(100)),
            'e' => format!("{day:2}"),
            'F' => format!("{year}-{month:02}-{day:02}"),
            'G' => self.iso_week().0.to_string(),
            'g' => format!("{:02}", self.iso_week().0.rem_euclid(100)),
            'H' => format!("{hour:02}"),
            'I' => format!("{twelve:02}"),
            'j' => format!("{yearday:03}"),
            'm' => format!("{month:02}"),
            'M' => format!("{minute:02}"),
            'n' => "\n".to_owned(),
            'p' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            'r' => format!("{twelve:02}:{minute:02}:{second:02} {}", if hour < 12 { "AM" } else { "PM" }),
            'R' => format!("{hour:02}:{minute:02}"),
            's' => (days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second).to_string(),
            'S' => format!("{second:02}"),
            't' => "\t".to_owned(),
            'T' | 'X' => format!("{hour:02}:{minute:02}:{second:02}"),
            'u' => (weekday + 1).to_string(),
            'U' => format!("{:02}", (yearday + 6 - (weekday + 1) % 7) / 7),
            'V' => format!("{:02}", self.iso_week().1),
            'w' => ((weekday + 1) % 7).to_string(),
            'W' => format!("{:02}", (yearday + 6 - weekday) / 7),
            'y' => format!("{:02}", year.rem_euclid(100)),
            'Y' => year.to_string(),
            'z' => {
                let offset = zone().1;
                let sign = if offset < 0 { '-' } else { '+' };
                format!("{sign}{:02}{:02}", offset.abs() / 3600, offset.abs() / 60 % 60)
            }
            'Z' => zone().0,
            '%' => "%".to_owned(),
            other => format!("%{other}"),
        }
    }
}

/// Seconds of an argument, of now without one; ValueError beyond what a calendar shows.
fn seconds(vm: &Vm, value: Value) -> PyResult<i64> {
    let Some(value) = value.bound().filter(|value| *value != vm.none()) else {
        return Ok((nanoseconds() / 1_000_000_000) as i64);
    };
    let seconds = match value.as_float() {
        Some(float) if float.is_nan() => return Err(vm.value_error("Invalid value NaN (not a number)")),
        Some(float) => float.floor(),
        None => match vm.try_index(value)? {
            Some(index) => orochi_vm::types::int::to_i64_clamped(index) as f64,
            None => {
                let name = vm.type_name(value);
                return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")));
            }
        },
    };
    if seconds.abs() > 6.7e16 {
        return Err(vm.overflow_error("timestamp out of range for platform time_t"));
    }
    Ok(seconds as i64)
}

/// The time since 1970.
fn nanoseconds() -> i128 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// The processor time of the process, in nanoseconds.
fn process_nanoseconds() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

fn float_of(vm: &Vm, nanoseconds: i128) -> PyResult {
    vm.new_float(nanoseconds as f64 / 1e9)
}

/// How long `sleep` waits at a time: an interrupt is seen after so long at the latest.
const NAP: Duration = Duration::from_millis(20);

#[methods(FUNCTIONS)]
impl Functions {
    /// Return a text such as 'Sat Jun 06 16:26:11 1998'.
    #[method("asctime(time=None, /)")]
    fn asctime(vm: &Vm, args: &[Value]) -> PyResult {
        let calendar = match args[0].bound() {
            Some(value) => Calendar::from_value(vm, value)?,
            None => Calendar::of(seconds(vm, vm.none())? + zone().1),
        };
        vm.new_str(&calendar.asctime())
    }

    /// Return a text of seconds since 1970, in local time.
    #[method("ctime(seconds=None, /)")]
    fn ctime(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&Calendar::of(seconds(vm, args[0])? + zone().1).asctime())
    }

    /// Return the date and time of seconds since 1970, in UTC.
    #[method("gmtime(seconds=None, /)")]
    fn gmtime(vm: &Vm, args: &[Value]) -> PyResult {
        Calendar::of(seconds(vm, args[0])?).to_value(vm)
    }

    /// Return the date and time of seconds since 1970, in local time.
    #[method("localtime(seconds=None, /)")]
    fn localtime(vm: &Vm, args: &[Value]) -> PyResult {
        Calendar::of(seconds(vm, args[0])? + zone().1).to_value(vm)
    }

    /// Return the seconds since 1970 of a local date and time.
    #[method("mktime(time, /)")]
    fn mktime(vm: &Vm, args: &[Value]) -> PyResult {
        let time = Calendar::from_value(vm, args[0])?;
        let days = days_from_civil(time.year, time.month, time.day);
        vm.new_float((days * DAY + time.hour * 3600 + time.minute * 60 + time.second - zone().1) as f64)
    }

    /// Return the seconds of a clock that never goes back.
    #[method("monotonic()")]
    fn monotonic(vm: &Vm, _: &[Value]) -> PyResult {
        float_of(vm, start().elapsed().as_nanos() as i128)
    }

    /// Return the nanoseconds of a clock that never goes back.
    #[method("monotonic_ns()")]
    fn monotonic_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(start().elapsed().as_nanos() as i64)
    }

    /// Return the seconds of the clock with the best resolution, for measuring.
    #[method("perf_counter()")]
    fn perf_counter(vm: &Vm, _: &[Value]) -> PyResult {
        float_of(vm, start().elapsed().as_nanos() as i128)
    }

    /// Return the nanoseconds of the clock with the best resolution, for measuring.
    #[method("perf_counter_ns()")]
    fn perf_counter_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(start().elapsed().as_nanos() as i64)
    }

    /// Return the seconds of processor time that the process has used.
    #[method("process_time()")]
    fn process_time(vm: &Vm, _: &[Value]) -> PyResult {
        float_of(vm, i128::from(process_nanoseconds()))
    }

    /// Return the nanoseconds of processor time that the process has used.
    #[method("process_time_ns()")]
    fn process_time_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(process_nanoseconds())
    }

    /// Wait for so many seconds. An interrupt ends the wait.
    #[method("sleep(seconds, /)")]
    fn sleep(vm: &Vm, args: &[Value]) -> PyResult {
        let seconds = match (args[0].as_float(), vm.try_index(args[0])?) {
            (Some(float), _) => float,
            (None, Some(index)) => orochi_vm::types::int::to_i64_clamped(index) as f64,
            (None, None) => {
                let name = vm.type_name(args[0]);
                return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")));
            }
        };
        if seconds.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        if seconds < 0.0 {
            return Err(vm.value_error("sleep length must be non-negative"));
        }
        let Ok(wait) = Duration::try_from_secs_f64(seconds) else {
            return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
        };
        let begin = Instant::now();
        loop {
            vm.poll()?;
            let Some(left) = wait.checked_sub(begin.elapsed()).filter(|left| !left.is_zero()) else {
                return Ok(vm.none());
            };
            std::thread::sleep(left.min(NAP));
        }
    }

    /// Return the text of a date and time by a format such as '%Y-%m-%d %H:%M:%S'.
    #[method("strftime(format, time=None, /)")]
    fn strftime(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(format) = args[0].cast::<Str>() else {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("strftime() argument 1 must be str, not {name}")));
        };
        let calendar = match args[1].bound() {
            Some(value) => Calendar::from_value(vm, value)?,
            None => Calendar::of(seconds(vm, vm.none())? + zone().1),
        };
        vm.new_str(&calendar.format(&format.to_string()))
    }

    /// Return the seconds of processor time that the thread has used; the process's, as there is one thread.
    #[method("thread_time()")]
    fn thread_time(vm: &Vm, _: &[Value]) -> PyResult {
        float_of(vm, i128::from(process_nanoseconds()))
    }

    /// Return the seconds since 1970.
    #[method("time()")]
    fn time(vm: &Vm, _: &[Value]) -> PyResult {
        float_of(vm, nanoseconds())
    }

    /// Return the nanoseconds since 1970.
    #[method("time_ns()")]
    fn time_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(nanoseconds() as i64)
    }
}

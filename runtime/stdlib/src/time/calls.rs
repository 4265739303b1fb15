//! The calls of the C library for the calendar, the local time zone and clocks.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString};

use crate::host::{Sys, last_error};

unsafe extern "C" {
    fn tzset();
    static timezone: libc::c_long;
    static daylight: libc::c_int;
    static tzname: [*const libc::c_char; 2];
}

/// The local time zone: seconds west of UTC, whether it ever has summer time, its names.
#[must_use]
pub fn zone() -> (i64, i32, [Vec<u8>; 2]) {
    // SAFETY: `tzset` sets the variables; the names are C strings that stay until the next call, and are copied here.
    unsafe {
        tzset();
        let name = |place: usize| {
            let name = tzname[place];
            if name.is_null() { Vec::new() } else { CStr::from_ptr(name).to_bytes().to_vec() }
        };
        (timezone, daylight, [name(0), name(1)])
    }
}

/// A broken-down time that is all zero.
#[must_use]
pub fn empty() -> libc::tm {
    // SAFETY: numbers, and a pointer that may be null.
    unsafe { core::mem::zeroed() }
}

/// `localtime_r` or `gmtime_r`: the time and the name of its zone.
pub fn broken_down(seconds: i64, local: bool) -> Sys<(libc::tm, Vec<u8>)> {
    let mut time = empty();
    // SAFETY: both pointers are to this frame; the zone's name is null or a C string that is copied at once.
    unsafe {
        *libc::__errno_location() = 0;
        let result = if local {
            tzset();
            libc::localtime_r(&raw const seconds, &raw mut time)
        } else {
            libc::gmtime_r(&raw const seconds, &raw mut time)
        };
        if result.is_null() {
            let errno = last_error();
            return Err(if errno == 0 { libc::EINVAL } else { errno });
        }
        let zone = if time.tm_zone.is_null() { Vec::new() } else { CStr::from_ptr(time.tm_zone).to_bytes().to_vec() };
        Ok((time, zone))
    }
}

/// `mktime`; `None` for a time that has no number.
#[must_use]
pub fn mktime(mut time: libc::tm) -> Option<i64> {
    // A day of the week that the call always sets tells a failure from the number -1.
    time.tm_wday = -1;
    // SAFETY: the pointer is to this frame.
    let seconds = unsafe { libc::mktime(&raw mut time) };
    (seconds != -1 || time.tm_wday != -1).then_some(seconds)
}

/// `strftime` of one directive.
#[must_use]
pub fn strftime(directive: &CStr, mut time: libc::tm, zone: &CStr) -> Vec<u8> {
    time.tm_zone = zone.as_ptr();
    let mut size = 256;
    loop {
        let mut text = vec![0u8; size];
        // SAFETY: the buffer has the size that is said, the other pointers are to C strings and to this frame.
        let length = unsafe { libc::strftime(text.as_mut_ptr().cast(), size, directive.as_ptr(), &raw const time) };
        if length > 0 || size >= 1 << 16 {
            text.truncate(length);
            return text;
        }
        // The result may also be empty.
        size *= 16;
    }
}

/// `clock_gettime`, in nanoseconds.
pub fn clock_gettime(clock: i32) -> Sys<i64> {
    // SAFETY: a time of this frame.
    unsafe {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        if libc::clock_gettime(clock, &raw mut time) != 0 {
            return Err(last_error());
        }
        Ok(time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec))
    }
}

/// `clock_getres`, in nanoseconds.
pub fn clock_getres(clock: i32) -> Sys<i64> {
    // SAFETY: a time of this frame.
    unsafe {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        if libc::clock_getres(clock, &raw mut time) != 0 {
            return Err(last_error());
        }
        Ok(time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec))
    }
}

/// `clock_settime`.
pub fn clock_settime(clock: i32, time: libc::timespec) -> Sys<()> {
    // SAFETY: a time of this frame.
    if unsafe { libc::clock_settime(clock, &raw const time) } == 0 { Ok(()) } else { Err(last_error()) }
}

/// `clock_nanosleep` of the monotonic clock, up to a moment.
pub fn sleep_until(moment: libc::timespec) -> Sys<()> {
    // SAFETY: a time of this frame.
    let result = unsafe {
        libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &raw const moment, core::ptr::null_mut())
    };
    if result == 0 { Ok(()) } else { Err(result) }
}

unsafe extern "C" {
    fn pthread_getcpuclockid(thread: libc::pthread_t, clock: *mut libc::clockid_t) -> i32;
}

/// `pthread_getcpuclockid`.
pub fn thread_clock(thread: u64) -> Sys {
    let mut clock = 0;
    // SAFETY: the number of a thread that runs; that of none is the caller's mistake, as it is in C.
    let result = unsafe { pthread_getcpuclockid(thread as libc::pthread_t, &raw mut clock) };
    if result == 0 { Ok(clock) } else { Err(result) }
}

/// A C string of a zone's name.
#[must_use]
pub fn zone_name(name: &[u8]) -> CString {
    CString::new(name).unwrap_or_default()
}

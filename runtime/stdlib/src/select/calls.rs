//! The calls of the C library that wait.

#![allow(unsafe_code)]

use std::time::Duration;

use crate::host::{Sys, last_error};

/// One more than the greatest descriptor that `select` takes.
pub const SET_SIZE: i32 = libc::FD_SETSIZE as i32;

/// Descriptors for `select`.
pub struct Set(libc::fd_set);

impl Set {
    fn new(numbers: &[i32]) -> Set {
        // SAFETY: the set is made empty before numbers are added; they are below the size of a set.
        unsafe {
            let mut set: libc::fd_set = core::mem::zeroed();
            libc::FD_ZERO(&raw mut set);
            for number in numbers.iter().filter(|number| (0..SET_SIZE).contains(number)) {
                libc::FD_SET(*number, &raw mut set);
            }
            Set(set)
        }
    }

    /// Whether a descriptor is in it.
    #[must_use]
    pub fn contains(&self, number: &i32) -> bool {
        // SAFETY: the number is below the size of a set.
        (0..SET_SIZE).contains(number) && unsafe { libc::FD_ISSET(*number, &raw const self.0) }
    }
}

/// `select`: which of the descriptors are ready.
pub fn select(wanted: [&[i32]; 3], wait: Option<Duration>) -> Sys<[Set; 3]> {
    let [mut read, mut write, mut except] = wanted.map(Set::new);
    let last = wanted.iter().flat_map(|numbers| numbers.iter()).copied().max().unwrap_or(-1);
    let mut time = wait.map(|wait| libc::timeval {
        tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
        tv_usec: i64::from(wait.subsec_nanos().div_ceil(1000)),
    });
    if let Some(time) = &mut time
        && time.tv_usec == 1_000_000
    {
        time.tv_sec += 1;
        time.tv_usec = 0;
    }
    let time = time.as_mut().map_or(core::ptr::null_mut(), core::ptr::from_mut);
    // SAFETY: the sets and the time are of this frame.
    let result = unsafe { libc::select(last + 1, &raw mut read.0, &raw mut write.0, &raw mut except.0, time) };
    if result < 0 { Err(last_error()) } else { Ok([read, write, except]) }
}

/// `poll`: how many are ready.
pub fn poll(list: &mut [libc::pollfd], milliseconds: i32) -> Sys {
    // SAFETY: the list has the length that is said.
    let result = unsafe { libc::poll(list.as_mut_ptr(), list.len() as libc::nfds_t, milliseconds) };
    if result < 0 { Err(last_error()) } else { Ok(result) }
}

fn check(result: i32) -> Sys {
    if result < 0 { Err(last_error()) } else { Ok(result) }
}

/// `epoll_create1`.
pub fn epoll_create() -> Sys {
    // SAFETY: numbers only.
    check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })
}

/// `epoll_ctl`.
pub fn epoll_control(epoll: i32, operation: i32, fd: i32, events: u32) -> Sys {
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the event is of this frame.
    check(unsafe { libc::epoll_ctl(epoll, operation, fd, &raw mut event) })
}

/// `epoll_wait`: descriptors with what they are ready for.
pub fn epoll_wait(epoll: i32, most: usize, milliseconds: i32) -> Sys<Vec<(i32, u32)>> {
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most];
    // SAFETY: there is room for so many events.
    let count = check(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), most as i32, milliseconds) })?;
    Ok(events[..count as usize].iter().map(|event| (event.u64 as i32, event.events)).collect())
}

/// `close`.
pub fn close(fd: i32) -> Sys {
    // SAFETY: numbers only.
    check(unsafe { libc::close(fd) })
}

//! Users and groups as the C library knows them, for `pwd` and `grp`.

#![allow(unsafe_code)]

use std::ffi::CStr;
use std::sync::Mutex;

use crate::host::Sys;

/// A user.
pub struct User {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub uid: u32,
    pub gid: u32,
    pub gecos: Vec<u8>,
    pub folder: Vec<u8>,
    pub shell: Vec<u8>,
}

/// A group.
pub struct Group {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub gid: u32,
    pub members: Vec<Vec<u8>>,
}

/// # Safety
/// The pointer is null or to a C string.
unsafe fn text(pointer: *const libc::c_char) -> Vec<u8> {
    if pointer.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller vouches for it.
    unsafe { CStr::from_ptr(pointer) }.to_bytes().to_vec()
}

/// # Safety
/// The library filled the entry, and what it points to is there still.
unsafe fn copy_user(entry: &libc::passwd) -> User {
    // SAFETY: the caller vouches for the pointers.
    unsafe {
        User {
            name: text(entry.pw_name),
            password: text(entry.pw_passwd),
            uid: entry.pw_uid,
            gid: entry.pw_gid,
            gecos: text(entry.pw_gecos),
            folder: text(entry.pw_dir),
            shell: text(entry.pw_shell),
        }
    }
}

/// # Safety
/// As above.
unsafe fn copy_group(entry: &libc::group) -> Group {
    let mut members = Vec::new();
    // SAFETY: the caller vouches for the pointers; the list of members ends in a null.
    unsafe {
        let mut member = entry.gr_mem;
        while !member.is_null() && !(*member).is_null() {
            members.push(text(*member));
            member = member.add(1);
        }
        Group { name: text(entry.gr_name), password: text(entry.gr_passwd), gid: entry.gr_gid, members }
    }
}

/// Asks with a buffer that grows as the library wants it.
fn ask<E, R>(call: impl Fn(*mut E, &mut [u8], *mut *mut E) -> i32, copy: unsafe fn(&E) -> R) -> Sys<Option<R>> {
    let mut buffer = vec![0; 1024];
    loop {
        let mut entry = core::mem::MaybeUninit::<E>::uninit();
        let mut result = core::ptr::null_mut();
        match call(entry.as_mut_ptr(), &mut buffer, &raw mut result) {
            libc::ERANGE if buffer.len() < 1 << 24 => buffer.resize(buffer.len() * 2, 0),
            // Different systems say differently that there is none.
            0 | libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM if result.is_null() => return Ok(None),
            0 => {
                // SAFETY: the result is the entry, which the library filled; its texts are in the buffer.
                return Ok(Some(unsafe { copy(&*result) }));
            }
            errno => return Err(errno),
        }
    }
}

/// The user of a number.
pub fn user(uid: u32) -> Sys<Option<User>> {
    ask::<libc::passwd, _>(
        // SAFETY: the pointers are to this call's memory, whose size is said.
        |entry, buffer, result| unsafe {
            libc::getpwuid_r(uid, entry, buffer.as_mut_ptr().cast(), buffer.len(), result)
        },
        copy_user,
    )
}

/// The user of a name.
pub fn user_named(name: &CStr) -> Sys<Option<User>> {
    ask::<libc::passwd, _>(
        // SAFETY: as above; the name is a C string.
        |entry, buffer, result| unsafe {
            libc::getpwnam_r(name.as_ptr(), entry, buffer.as_mut_ptr().cast(), buffer.len(), result)
        },
        copy_user,
    )
}

/// The group of a number.
pub fn group(gid: u32) -> Sys<Option<Group>> {
    ask::<libc::group, _>(
        // SAFETY: as above.
        |entry, buffer, result| unsafe {
            libc::getgrgid_r(gid, entry, buffer.as_mut_ptr().cast(), buffer.len(), result)
        },
        copy_group,
    )
}

/// The group of a name.
pub fn group_named(name: &CStr) -> Sys<Option<Group>> {
    ask::<libc::group, _>(
        // SAFETY: as above; the name is a C string.
        |entry, buffer, result| unsafe {
            libc::getgrnam_r(name.as_ptr(), entry, buffer.as_mut_ptr().cast(), buffer.len(), result)
        },
        copy_group,
    )
}

/// Held while a database is gone through: its place in it is the process's.
static DATABASE: Mutex<()> = Mutex::new(());

/// All users.
#[must_use]
pub fn users() -> Vec<User> {
    let _guard = DATABASE.lock();
    let mut users = Vec::new();
    // SAFETY: the lock keeps other threads of this crate from the database; each entry is copied before the next call.
    unsafe {
        libc::setpwent();
        while let Some(entry) = libc::getpwent().as_ref() {
            users.push(copy_user(entry));
        }
        libc::endpwent();
    }
    users
}

/// All groups.
#[must_use]
pub fn groups() -> Vec<Group> {
    let _guard = DATABASE.lock();
    let mut groups = Vec::new();
    // SAFETY: as above.
    unsafe {
        libc::setgrent();
        while let Some(entry) = libc::getgrent().as_ref() {
            groups.push(copy_group(entry));
        }
        libc::endgrent();
    }
    groups
}

//! `faulthandler`: says that the process crashed, and shows the stack when it is asked to. What needs another thread to look at the
//! program while it runs (`dump_traceback_later`) is not there.

#![allow(unsafe_code)]

use core::sync::atomic::{AtomicI32, Ordering};

use orochi_macros::methods;
use orochi_vm::types::frame::Frame;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

use crate::host::{self, fileno};

/// The module.
pub const MODULE: NativeModule =
    NativeModule { name: "faulthandler", doc: "faulthandler module.", functions: FUNCTIONS, init: |_, _| Ok(()) };

/// Signals that mean a crash, with what is said of them.
const FAULTS: [(i32, &[u8]); 5] = [
    (libc::SIGBUS, b"Fatal Python error: Bus error\n\n"),
    (libc::SIGILL, b"Fatal Python error: Illegal instruction\n\n"),
    (libc::SIGFPE, b"Fatal Python error: Floating-point exception\n\n"),
    (libc::SIGABRT, b"Fatal Python error: Aborted\n\n"),
    (libc::SIGSEGV, b"Fatal Python error: Segmentation fault\n\n"),
];

/// Where it is said, or -1.
static TARGET: AtomicI32 = AtomicI32::new(-1);

/// Says what happened, and lets the system do what it does then.
extern "C" fn on_fault(signal: i32) {
    let target = TARGET.load(Ordering::Acquire);
    if let Some((_, text)) = FAULTS.iter().find(|(known, _)| *known == signal) {
        // SAFETY: the text may be read; the calls are async-signal-safe.
        unsafe { libc::write(target, text.as_ptr().cast(), text.len()) };
    }
    // SAFETY: as above. The signal comes again as soon as this handler is left.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

fn install(handler: libc::sighandler_t) -> Result<(), i32> {
    for (signal, _) in FAULTS {
        // SAFETY: the action is initialised; the handler does only what one may.
        unsafe {
            let mut action: libc::sigaction = core::mem::zeroed();
            action.sa_sigaction = handler;
            // A stack that overflowed has no room for a handler.
            action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut action.sa_mask);
            if libc::sigaction(signal, &raw const action, core::ptr::null_mut()) != 0 {
                return Err(host::last_error());
            }
        }
    }
    Ok(())
}

/// The descriptor of a file argument: a number, an object with `fileno()`, `sys.stderr` if there is none.
fn target(vm: &Vm, file: Value) -> PyResult<i32> {
    let file = match file.bound().filter(|file| *file != vm.none()) {
        Some(file) => file,
        None => {
            let stderr = vm.find_attr_str(vm.import("sys")?, "stderr")?;
            match stderr.filter(|stderr| *stderr != vm.none()) {
                Some(stderr) => stderr,
                None => return Err(vm.runtime_error("unable to get sys.stderr")),
            }
        }
    };
    if vm.is_instance(file, vm.types().int) {
        let number = host::int(vm, file)?;
        if number < 0 {
            return Err(vm.value_error("file is not a valid file descripter"));
        }
        return Ok(number);
    }
    let number = fileno(vm, file)?;
    vm.call_method(file, "flush", &[])?;
    Ok(number)
}

/// The most frames that are shown.
const MOST: usize = 100;

/// The stack of the running thread, innermost frame first.
fn stack(vm: &Vm) -> PyResult<String> {
    let mut text = format!("Current thread 0x{:016x} (most recent call first):\n", vm.thread_ident());
    for (count, activation) in vm.stack.frames().enumerate() {
        if count == MOST {
            text += "  ...\n";
            break;
        }
        let frame: Gc<Frame> = Frame::of(vm, activation)?;
        let code = vm.get_attr_str(frame.into(), "f_code")?;
        let part = |object: Value, name: &str| vm.get_attr_str(object, name).map(|value| vm.display(value));
        let (file, name) = (part(code, "co_filename")?, part(code, "co_name")?);
        let line = part(frame.into(), "f_lineno")?;
        text += &format!("  File \"{file}\", line {line} in {name}\n");
    }
    Ok(text)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Disable the fault handler. Returns whether it was enabled.
    #[method("disable()")]
    fn disable(vm: &Vm, _: &[Value]) -> PyResult {
        let was = TARGET.swap(-1, Ordering::AcqRel);
        if was >= 0 {
            host::or_raise(vm, install(libc::SIG_DFL))?;
        }
        Ok(vm.bool(was >= 0))
    }

    /// Dump the traceback of the current thread into file.
    #[method("dump_traceback(file=sys.stderr, all_threads=True)")]
    fn dump_traceback(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = target(vm, args[0])?;
        let text = stack(vm)?;
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let count = host::blocking_or_raise(vm, || crate::posix::calls::write(fd, rest))?;
            rest = &rest[count as usize..];
        }
        Ok(vm.none())
    }

    /// Enable the fault handler.
    #[method("enable(file=sys.stderr, all_threads=True, c_stack=True)")]
    fn enable(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = target(vm, args[0])?;
        TARGET.store(fd, Ordering::Release);
        host::or_raise(vm, install(on_fault as *const () as libc::sighandler_t)).map(|()| vm.none())
    }

    /// Check if the handler is enabled.
    #[method("is_enabled()")]
    fn is_enabled(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.bool(TARGET.load(Ordering::Acquire) >= 0))
    }
}

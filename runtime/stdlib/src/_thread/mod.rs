//! `_thread`: threads, locks and data of threads. The VM's side, who runs when, is in `orochi_vm::threads`.

mod excepthook;
mod handle;
mod local;
pub(crate) mod lock;
mod rlock;
mod start;

use core::marker::PhantomData;
use core::ops::Deref;

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.\n\
          The 'threading' module provides a more convenient interface.",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        let lock = vm.add_module_class(module, &lock::CLASS)?;
        dict.set_str(vm, vm.intern("LockType"), lock.into())?;
        for class in [&rlock::CLASS, &local::CLASS, &handle::CLASS] {
            vm.add_module_class(module, class)?;
        }
        let arguments = vm.struct_class(&excepthook::ARGUMENTS)?;
        dict.set_str(vm, vm.intern("_ExceptHookArgs"), arguments.into())?;
        dict.set_str(vm, vm.intern("error"), vm.types().runtime_error.into())?;
        dict.set_str(vm, vm.intern("TIMEOUT_MAX"), vm.new_float(lock::TIMEOUT_MAX)?)?;
        for (alias, name) in [("allocate", "allocate_lock"), ("exit_thread", "exit"), ("start_new", "start_new_thread")]
        {
            if let Some(function) = dict.get_str(vm, vm.intern(name))? {
                dict.set_str(vm, vm.intern(alias), function)?;
            }
        }
        Ok(())
    },
};

/// An object of one of the classes here with a state in Rust, which it derefs to.
struct Own<T> {
    object: Gc<Opaque>,
    state: PhantomData<T>,
}

impl<T: 'static> Own<T> {
    /// The receiver of a method, or another object that is known to be of the class.
    fn of(value: Value) -> Own<T> {
        Own { object: value.expect(), state: PhantomData }
    }
}

impl<T: 'static> Deref for Own<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.object.state().expect("the object has its class's state")
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return the number of currently running Python threads, excluding
    /// the main thread. The returned number comprises all threads created
    /// through `start_new_thread()` as well as `threading.Thread`, and not
    /// yet finished.
    ///
    /// This function is meant for internal and specialized purposes only.
    /// In most applications `threading.enumerate()` should be used instead.
    #[method("_count()")]
    fn count(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.started_threads() as i64)
    }

    /// Handle uncaught Thread.run() exception.
    #[method("_excepthook(args, /)")]
    fn excepthook(vm: &Vm, args: &[Value]) -> PyResult {
        excepthook::report(vm, args[0])
    }

    /// Internal only. Return a non-zero integer that uniquely identifies the main thread
    /// of the main interpreter.
    #[method("_get_main_thread_ident()")]
    fn get_main_thread_ident(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.main_thread_ident() as i64)
    }

    /// Return True if the current interpreter is the main Python interpreter.
    #[method("_is_main_interpreter()")]
    fn is_main_interpreter(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.true_())
    }

    /// Internal only. Make a thread handle for threads not spawned
    /// by the _thread or threading module.
    #[method("_make_thread_handle(ident, /)")]
    fn make_thread_handle(vm: &Vm, args: &[Value]) -> PyResult {
        let ident = vm.index_i64(args[0])?;
        handle::of_foreign(vm, ident as u64)
    }

    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[method("_shutdown()")]
    fn shutdown(vm: &Vm, _: &[Value]) -> PyResult {
        start::join_all(vm)
    }

    /// Create a new lock object. See help(type(threading.Lock())) for
    /// information about locks.
    #[method("allocate_lock()")]
    fn allocate_lock(vm: &Vm, _: &[Value]) -> PyResult {
        lock::new(vm)
    }

    /// Return True if daemon threads are allowed in the current interpreter,
    /// and False otherwise.
    #[method("daemon_threads_allowed()")]
    fn daemon_threads_allowed(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.true_())
    }

    /// This is synonymous to ``raise SystemExit''.  It will cause the current
    /// thread to exit silently unless the exception is caught.
    #[method("exit()")]
    fn exit(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.raise_with(vm.types().system_exit, &[]))
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    /// This may be used to identify per-thread resources.
    /// Even though on some platforms threads identities may appear to be
    /// allocated consecutive numbers starting at 1, this behavior should not
    /// be relied upon, and the number should be seen purely as a magic cookie.
    /// A thread's identity may be reused for another thread after it exits.
    #[method("get_ident()")]
    fn get_ident(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.thread_ident() as i64)
    }

    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel). This may be used to uniquely identify a
    /// particular thread within a system.
    #[method("get_native_id()")]
    fn get_native_id(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.native_thread_id())
    }

    /// Simulate the arrival of the given signal in the main thread,
    /// where the corresponding signal handler will be executed.
    /// If *signum* is omitted, SIGINT is assumed.
    /// A subthread can use this function to interrupt the main thread.
    ///
    /// Note: the default signal handler for SIGINT raises ``KeyboardInterrupt``.
    #[method("interrupt_main(signum=signal.SIGINT, /)")]
    fn interrupt_main(vm: &Vm, args: &[Value]) -> PyResult {
        let signal = args[0].bound().map_or(Ok(2), |signal| vm.index_i64(signal))?;
        match i32::try_from(signal) {
            Ok(signal) if (1..65).contains(&signal) => vm.simulate_signal(signal),
            _ => return Err(vm.value_error("signal number out of range")),
        }
        Ok(vm.none())
    }

    /// Set the name of the current thread.
    #[method("set_name(name)")]
    fn set_name(vm: &Vm, args: &[Value]) -> PyResult {
        start::set_name(vm, args[0])
    }

    /// Return the thread stack size used when creating new threads.  The
    /// optional size argument specifies the stack size (in bytes) to be used
    /// for subsequently created threads, and must be 0 (use platform or
    /// configured default) or a positive integer value of at least 32,768 (32k).
    #[method("stack_size(size=0, /)")]
    fn stack_size(vm: &Vm, args: &[Value]) -> PyResult {
        start::stack_size(vm, args[0])
    }

    /// *For internal use only*: start a new thread.
    ///
    /// Like start_new_thread(), this starts a new thread calling the given function.
    /// Unlike start_new_thread(), this returns a handle object with methods to join
    /// or detach the given thread.
    /// This function is not for third-party code, please use the
    /// `threading` module instead. During finalization the runtime will not wait for
    /// the thread to exit if daemon is True. If handle is provided it must be a
    /// newly created thread._ThreadHandle instance.
    #[method("start_joinable_thread(function, handle=None, daemon=True)")]
    fn start_joinable_thread(vm: &Vm, args: &[Value]) -> PyResult {
        start::joinable(vm, args)
    }

    /// Start a new thread and return its identifier.
    ///
    /// The thread will call the function with positional arguments from the
    /// tuple args and keyword arguments taken from the optional dictionary
    /// kwargs.  The thread exits when the function returns; the return value
    /// is ignored.  The thread will also exit when the function raises an
    /// unhandled exception; a stack trace will be printed unless the exception
    /// is SystemExit.
    #[method("start_new_thread(function, args, kwargs={}, /)")]
    fn start_new_thread(vm: &Vm, args: &[Value]) -> PyResult {
        start::new_thread(vm, args)
    }
}

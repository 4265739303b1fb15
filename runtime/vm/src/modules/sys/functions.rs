//! The functions of `sys`.

use orochi_macros::methods;

use crate::error::PyResult;
use crate::types::exception::Exception;
use crate::types::frame::Frame;
use crate::types::int;
use crate::types::int::text::DigitLimit;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// References that a collected heap does not count: what `getrefcount` says of every object.
const REFERENCES: i64 = 2;

/// A function to be told of events, or `None`.
fn observer(vm: &Vm, value: Value) -> Option<Value> {
    Some(value).filter(|function| *function != vm.none())
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// The number of processors that `-X cpu_count` asks for; -1 where it does not.
    #[method("_get_cpu_count_config()")]
    fn get_cpu_count_config(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(-1)
    }

    /// Call a function and have it traced, even from a trace function.
    #[method("call_tracing(func, args, /)")]
    fn call_tracing(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(items) = args[1].cast::<Tuple>() else {
            let kind = vm.type_name(args[1]);
            return Err(vm.type_error(format!("call_tracing() argument 2 must be tuple, not {kind}")));
        };
        vm.call_observed(args[0], items.items())
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    ///
    /// This function should be used for specialized purposes only.
    #[method("_current_exceptions()")]
    fn current_exceptions(vm: &Vm, _: &[Value]) -> PyResult {
        vm.current_exceptions()
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    ///
    /// This function should be used for specialized purposes only.
    #[method("_current_frames()")]
    fn current_frames(vm: &Vm, _: &[Value]) -> PyResult {
        vm.current_frames()
    }

    /// Return the exception that is being handled, or None.
    #[method("exception()")]
    fn exception(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.handled.get().bound().unwrap_or(vm.none()))
    }

    /// Return type, value and traceback of the exception that is being handled; three times None if there is none.
    #[method("exc_info()")]
    fn exc_info(vm: &Vm, _: &[Value]) -> PyResult {
        let none = vm.none();
        match vm.handled.get().cast::<Exception>() {
            None => vm.new_tuple(&[none, none, none]),
            Some(exception) => {
                let traceback = exception.traceback.get().bound().unwrap_or(none);
                vm.new_tuple(&[vm.class_of(exception.into()).into(), exception.into(), traceback])
            }
        }
    }

    /// End the program by raising SystemExit with that status.
    #[method("exit(status=None, /)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        let status = args[0].cast::<Tuple>().filter(|_| vm.is_exact(args[0], vm.types().tuple));
        let arguments: &[Value] = match &status {
            Some(items) => items.items(),
            None if args[0].is_bound() && args[0] != vm.none() => args,
            None => &[],
        };
        let exception = vm.call(vm.types().system_exit.into(), arguments)?;
        Err(vm.raise_exception(exception.expect()))
    }

    /// Clear all caches of the interpreter: there is nothing to do, for they never hold what is out of date.
    #[method("_clear_internal_caches()")]
    fn clear_internal_caches(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.none())
    }

    /// Clear the cache of types, which is deprecated: use sys._clear_internal_caches().
    #[method("_clear_type_cache()")]
    fn clear_type_cache(vm: &Vm, _: &[Value]) -> PyResult {
        let text = "sys._clear_type_cache() is deprecated and may be removed in a future version of Python.  Use \
                    sys._clear_internal_caches() instead.";
        vm.warn(vm.types().deprecation_warning, text, 1)?;
        Ok(vm.none())
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    ///
    /// See gh-135228 for context.
    #[method("_clear_type_descriptors(type, /)")]
    fn clear_type_descriptors(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(class) = args[0].cast::<crate::object::Class>() else {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("_clear_type_descriptors() argument must be type, not {name}")));
        };
        if !class.has(crate::object::class::flags::HEAP) {
            return Err(vm.type_error("argument is immutable"));
        }
        for name in ["__dict__", "__weakref__"] {
            class.delete_attr(vm, vm.intern(name))?;
        }
        Ok(vm.none())
    }

    /// Return how many blocks of memory are in use: an estimate.
    #[method("getallocatedblocks()")]
    fn getallocatedblocks(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.heap.stats().old_bytes as i64 / 64)
    }

    /// Return the encoding that strings are encoded with by default: UTF-8.
    #[method("getdefaultencoding()")]
    fn getdefaultencoding(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("utf-8")
    }

    /// Return the error handler of file names.
    #[method("getfilesystemencodeerrors()")]
    fn getfilesystemencodeerrors(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("surrogateescape")
    }

    /// Return the encoding of file names.
    #[method("getfilesystemencoding()")]
    fn getfilesystemencoding(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("utf-8")
    }

    /// Return the most decimal digits that conversions between int and text take.
    #[method("get_int_max_str_digits()")]
    fn get_int_max_str_digits(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.state.int_max_str_digits.0.get() as i64)
    }

    /// Return the function that setprofile() set, or None.
    #[method("getprofile()")]
    fn getprofile(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.observation.thread.profile.get().bound().unwrap_or(vm.none()))
    }

    /// Return how many calls may be nested.
    #[method("getrecursionlimit()")]
    fn getrecursionlimit(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.stack.recursion_limit() as i64)
    }

    /// Return a reference count. The heap is collected by tracing and counts no references: always the same small number.
    #[method("getrefcount(object, /)")]
    fn getrefcount(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(REFERENCES)
    }

    /// Return the size of an object in bytes.
    #[method("getsizeof(object, default=None)")]
    fn getsizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let class = vm.class_of(args[0]);
        let size = match class.lookup(vm, vm.intern("__sizeof__")) {
            Some(method) => vm.call_special(args[0], method, &[]),
            None => Err(vm.type_error(format!("Type {} doesn't define __sizeof__", class.name.get()))),
        };
        match args[1].bound() {
            None => {
                let size = size?;
                if !size.is_int() && size.cast::<int::Int>().is_none() {
                    return Err(vm.type_error("an integer is required"));
                }
                let size = vm.index_i64(size)?;
                if size < 0 { Err(vm.value_error("__sizeof__() should return >= 0")) } else { vm.new_int(size) }
            }
            Some(default) => Ok(vm.absorb(size, vm.types().type_error)?.unwrap_or(default)),
        }
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[method("getswitchinterval()")]
    fn getswitchinterval(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_float(vm.threads.switch_interval().as_secs_f64())
    }

    /// Return the function that settrace() set, or None.
    #[method("gettrace()")]
    fn gettrace(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.observation.thread.trace.get().bound().unwrap_or(vm.none()))
    }

    /// Return the frame that is so many calls above this one.
    #[method("_getframe(depth=0, /)")]
    fn getframe(vm: &Vm, args: &[Value]) -> PyResult {
        let depth = if args[0].is_bound() { vm.index_i64(args[0])? } else { 0 };
        if i32::try_from(depth).is_err() {
            return Err(vm.overflow_error("Python int too large to convert to C int"));
        }
        let depth = depth.max(0) as usize;
        match vm.stack.frames().nth(depth) {
            Some(frame) => Frame::of(vm, frame).map(Value::from),
            None => Err(vm.value_error("call stack is not deep enough")),
        }
    }

    /// Return the name of the module that the frame so many calls above this one belongs to.
    #[method("_getframemodulename(depth=0)")]
    fn getframemodulename(vm: &Vm, args: &[Value]) -> PyResult {
        let depth = if args[0].is_bound() { vm.index_i64(args[0])?.max(0) as usize } else { 0 };
        // SAFETY: active frames.
        Ok(vm.stack.frames().nth(depth).map_or(vm.none(), |frame| unsafe { (*frame).function }.module.get()))
    }

    /// Return the string from the table of interned strings that is equal to this one.
    #[method("intern(string, /)")]
    fn intern(vm: &Vm, args: &[Value]) -> PyResult {
        match args[0].cast::<Str>() {
            Some(text) if vm.is_exact_str(args[0]) => Ok(vm.intern_str(text).into()),
            Some(_) => Err(vm.type_error(format!("can't intern {}", vm.type_name(args[0])))),
            None => Err(vm.type_error(format!("intern() argument must be str, not {}", vm.argument_name(args[0])))),
        }
    }

    /// Return whether the program is ending.
    #[method("is_finalizing()")]
    fn is_finalizing(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.bool(vm.threads.is_ending()))
    }

    /// Return whether the global interpreter lock is there: always.
    #[method("_is_gil_enabled()")]
    fn is_gil_enabled(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.true_())
    }

    /// Return whether a string is interned.
    #[method("_is_interned(string, /)")]
    fn is_interned(vm: &Vm, args: &[Value]) -> PyResult {
        match args[0].cast::<Str>() {
            Some(text) => Ok(vm.bool(text.is_interned())),
            None => {
                Err(vm.type_error(format!("_is_interned() argument must be str, not {}", vm.argument_name(args[0]))))
            }
        }
    }

    /// Set the most decimal digits that conversions between int and text take; 0 for no limit.
    #[method("set_int_max_str_digits(maxdigits)")]
    fn set_int_max_str_digits(vm: &Vm, args: &[Value]) -> PyResult {
        let digits = vm.index_i64(args[0])?;
        match usize::try_from(digits) {
            Ok(digits) if digits == 0 || digits >= DigitLimit::MIN => {
                vm.state.int_max_str_digits.0.set(digits);
                Ok(vm.none())
            }
            _ => Err(vm.value_error(format!("maxdigits must be 0 or larger than {}", DigitLimit::MIN))),
        }
    }

    /// Set a function that is called for calls and returns.
    #[method("outside setprofile(function, /)")]
    fn setprofile(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_profile(observer(vm, args[0]))?;
        Ok(vm.none())
    }

    /// The same for all threads.
    #[method("outside _setprofileallthreads(function, /)")]
    fn setprofileallthreads(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_profile_everywhere(observer(vm, args[0]))?;
        Ok(vm.none())
    }

    /// Set how many calls may be nested.
    #[method("setrecursionlimit(limit, /)")]
    fn setrecursionlimit(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = int::to_i64_clamped(vm.index(args[0])?);
        if limit > i64::from(i32::MAX) {
            return Err(vm.overflow_error("Python int too large to convert to C int"));
        }
        if limit < 1 {
            return Err(vm.value_error("recursion limit must be greater or equal than 1"));
        }
        let depth = vm.stack.depth();
        if depth >= limit as usize {
            let text = format!(
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
            );
            return Err(vm.raise(vm.types().recursion_error, text));
        }
        vm.stack.set_recursion_limit(limit as usize);
        Ok(vm.none())
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// The actual frequency of switching threads can be lower if the
    /// interpreter executes long sequences of uninterruptible code
    /// (this is implementation-specific and workload-dependent).
    ///
    /// The parameter must represent the desired switching delay in seconds
    /// A typical value is 0.005 (5 milliseconds).
    #[method("setswitchinterval(interval, /)")]
    fn setswitchinterval(vm: &Vm, args: &[Value]) -> PyResult {
        let seconds = match args[0].as_float() {
            Some(float) => float,
            None => {
                if args[0].cast::<Str>().is_some() || args[0].cast::<crate::types::bytes::Bytes>().is_some() {
                    return Err(vm.type_error(format!("must be real number, not {}", vm.type_name(args[0]))));
                }
                let float = vm.call(vm.types().float.into(), &[args[0]])?;
                float.as_float().unwrap_or(0.0)
            }
        };
        if seconds.is_nan() || seconds <= 0.0 {
            return Err(vm.value_error("switch interval must be strictly positive"));
        }
        vm.threads
            .set_switch_interval(core::time::Duration::try_from_secs_f64(seconds).unwrap_or(core::time::Duration::MAX));
        Ok(vm.none())
    }

    /// Set a function that is called for every call, and whose result is called for every line of it.
    #[method("outside settrace(function, /)")]
    fn settrace(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_trace(observer(vm, args[0]))?;
        Ok(vm.none())
    }

    /// The same for all threads.
    #[method("outside _settraceallthreads(function, /)")]
    fn settraceallthreads(vm: &Vm, args: &[Value]) -> PyResult {
        vm.set_trace_everywhere(observer(vm, args[0]))?;
        Ok(vm.none())
    }
}

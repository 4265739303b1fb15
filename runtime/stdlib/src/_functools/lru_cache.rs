//! `_lru_cache_wrapper`: a function that remembers its results.
//!
//! The cache is a dict in the order of use: a hit takes its entry out and puts it at the end, and the first entry is the
//! one that was not used for the longest time.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::method::BoundMethod;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use crate::_operator::call_with;

/// Fields: the function, the most results to keep (-1: all), whether types of arguments count, the cache, how often a
/// result was there and was not, the class of `cache_info()`.
const FUNCTION: usize = 0;
const MAXSIZE: usize = 1;
const TYPED: usize = 2;
const CACHE: usize = 3;
const HITS: usize = 4;
const MISSES: usize = 5;
const INFO: usize = 6;

pub(super) static WRAPPER: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[METHODS],
    ..ClassDef::new("functools._lru_cache_wrapper", "A function that remembers its results.", Layout::Record)
};

fn this(args: &[Value]) -> Gc<Record> {
    args[0].expect()
}

fn count(vm: &Vm, wrapper: &Record, field: usize) {
    let number = wrapper.get(field).as_int().unwrap_or(0);
    wrapper.set(vm, field, Value::small(number + 1));
}

/// What the results of a call are remembered by: a lone integer or string itself, else a tuple of the arguments, names
/// with their values, and types if they count.
fn key_of(vm: &Vm, wrapper: &Record, positional: &[Value], named: Option<Gc<Dict>>) -> PyResult {
    let typed = wrapper.get(TYPED) == vm.true_();
    if let ([single], None, false) = (positional, named, typed)
        && (single.is_int() || vm.is_exact_str(*single))
    {
        return Ok(*single);
    }
    let named_count = named.map_or(0, |named| named.len());
    let mut parts = vm.scratch(2 * (positional.len() + 2 * named_count) + 1)?;
    parts.extend(positional);
    if let Some(named) = named {
        // A mark between positional and named arguments.
        parts.push(wrapper.get(INFO));
        for (name, value) in named.entries() {
            parts.push(name);
            parts.push(value);
        }
    }
    if typed {
        positional.iter().for_each(|value| parts.push(vm.class_of(*value).into()));
        if let Some(named) = named {
            named.entries().for_each(|(_, value)| parts.push(vm.class_of(value).into()));
        }
    }
    vm.new_tuple(&parts)
}

#[methods(METHODS)]
impl Methods {
    /// Forget all results.
    #[method("cache_clear($self, /)")]
    fn cache_clear(vm: &Vm, args: &[Value]) -> PyResult {
        let wrapper = this(args);
        wrapper.get(CACHE).expect::<Dict>().clear(vm);
        wrapper.set(vm, HITS, Value::ZERO);
        wrapper.set(vm, MISSES, Value::ZERO);
        Ok(vm.none())
    }

    /// Report how the cache is used: hits, misses, maxsize, currsize.
    #[method("cache_info($self, /)")]
    fn cache_info(vm: &Vm, args: &[Value]) -> PyResult {
        let wrapper = this(args);
        let maxsize = wrapper.get(MAXSIZE);
        let maxsize = if maxsize == Value::small(-1) { vm.none() } else { maxsize };
        let size = vm.new_int(wrapper.get(CACHE).expect::<Dict>().len() as i64)?;
        vm.call(wrapper.get(INFO), &[wrapper.get(HITS), wrapper.get(MISSES), maxsize, size])
    }

    /// Call self as a function.
    #[method("__call__($self, /, *args, **kwargs)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        let wrapper = this(args);
        let (function, positional, named) = (wrapper.get(FUNCTION), &args[2..], args[1]);
        let maxsize = wrapper.get(MAXSIZE).as_int().unwrap_or(-1);
        if maxsize == 0 {
            count(vm, &wrapper, MISSES);
            return call_with(vm, function, positional, named);
        }
        let key = key_of(vm, &wrapper, positional, named.cast::<Dict>().filter(|named| !named.is_empty()))?;
        let hash = vm.hash(key)?;
        let cache = wrapper.get(CACHE).expect::<Dict>();
        if let Some(result) = cache.get_hashed(vm, key, hash)? {
            count(vm, &wrapper, HITS);
            if maxsize > 0 {
                cache.remove_hashed(vm, key, hash)?;
                cache.set_hashed(vm, key, hash, result)?;
            }
            return Ok(result);
        }
        count(vm, &wrapper, MISSES);
        let result = call_with(vm, function, positional, named)?;
        // The call may have filled the cache itself.
        if maxsize > 0 && cache.len() >= maxsize as usize && cache.get_hashed(vm, key, hash)?.is_none() {
            cache.remove_first();
        }
        cache.set_hashed(vm, key, hash, result)?;
        Ok(result)
    }

    /// Return the function itself: it is not copied.
    #[method("__copy__($self, /)")]
    fn copy(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return the function itself: it is not copied.
    #[method("__deepcopy__($self, memo, /)")]
    fn deepcopy(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return a method bound to the instance.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1] == vm.none() { Ok(args[0]) } else { BoundMethod::new(vm, args[0], args[1]) }
    }

    /// Create and return a new object.
    #[method("static __new__(type, user_function, maxsize, typed, cache_info_type)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_callable(args[1]) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let maxsize = if args[2] == vm.none() {
            -1
        } else {
            match vm.try_index(args[2])?.and_then(Value::as_int) {
                Some(size) => size.max(0),
                None => return Err(vm.type_error("maxsize should be integer or None")),
            }
        };
        let typed = vm.is_true(args[3])?;
        let cache = Dict::new(vm)?;
        let fields = [args[1], Value::small(maxsize), vm.bool(typed), cache.into(), Value::ZERO, Value::ZERO, args[4]];
        Record::new(vm, args[0].expect(), &fields).map(Value::from)
    }

    /// Return the name by which the function is found again, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        vm.get_attr_str(args[0], "__qualname__")
    }
}

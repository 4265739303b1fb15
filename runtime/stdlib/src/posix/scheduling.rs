//! How the kernel schedules processes.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::set::Set;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{PyResult, Value, Vm, struct_sequence};

use super::calls;
use crate::host::{self, int, or_raise};

struct_sequence! {
    pub static SCHED_PARAM = "posix.sched_param", "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.", [
        0 "sched_priority" "the scheduling priority",
    ], methods: SCHED_PARAM_METHODS
}

/// The constructor of `sched_param` takes the field itself.
#[methods(SCHED_PARAM_METHODS)]
impl SchedParam {
    /// Create and return a new object.
    #[method("static __new__(type, sched_priority)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_struct(&SCHED_PARAM, &[args[1]])
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let arguments = vm.new_tuple(args[0].expect::<Tuple>().items())?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments])
    }
}

/// The priority of a `sched_param`.
pub(super) fn priority(vm: &Vm, value: Value) -> PyResult<i32> {
    let class = vm.struct_class(&SCHED_PARAM)?;
    if !vm.is_instance(value, class) {
        return Err(vm.type_error("must have a sched_param object"));
    }
    let priority = value.expect::<Tuple>().get(0).unwrap_or(vm.none());
    let number = host::long(vm, priority)?;
    i32::try_from(number).map_err(|_| vm.overflow_error("sched_priority out of range"))
}

fn nothing(vm: &Vm, result: host::Sys) -> PyResult {
    or_raise(vm, result).map(|_| vm.none())
}

fn number(vm: &Vm, result: host::Sys) -> PyResult {
    vm.new_int(i64::from(or_raise(vm, result)?))
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Return program scheduling priority.
    #[method("getpriority(which, who)")]
    fn getpriority(vm: &Vm, args: &[Value]) -> PyResult {
        let (which, who) = (int(vm, args[0])? as u32, int(vm, args[1])? as u32);
        vm.new_int(or_raise(vm, calls::getpriority(which, who))?)
    }

    /// Add increment to the priority of process and return the new priority.
    #[method("nice(increment, /)")]
    fn nice(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(or_raise(vm, calls::nice(int(vm, args[0])?))?)
    }

    /// Get the maximum scheduling priority for policy.
    #[method("sched_get_priority_max(policy)")]
    fn sched_get_priority_max(vm: &Vm, args: &[Value]) -> PyResult {
        number(vm, calls::sched_get_priority_max(int(vm, args[0])?))
    }

    /// Get the minimum scheduling priority for policy.
    #[method("sched_get_priority_min(policy)")]
    fn sched_get_priority_min(vm: &Vm, args: &[Value]) -> PyResult {
        number(vm, calls::sched_get_priority_min(int(vm, args[0])?))
    }

    /// Return the affinity of the process identified by pid (or the current process if zero).
    ///
    /// The affinity is returned as a set of CPU identifiers.
    #[method("sched_getaffinity(pid, /)")]
    fn sched_getaffinity(vm: &Vm, args: &[Value]) -> PyResult {
        let mask = or_raise(vm, calls::sched_getaffinity(int(vm, args[0])?))?;
        let set = Set::new(vm, vm.types().set, &[])?;
        for (word, bits) in mask.iter().enumerate() {
            for bit in (0..64).filter(|bit| bits >> bit & 1 == 1) {
                set.add(vm, vm.new_int((word * 64 + bit) as i64)?)?;
            }
        }
        Ok(set.into())
    }

    /// Returns scheduling parameters for the process identified by pid.
    #[method("sched_getparam(pid, /)")]
    fn sched_getparam(vm: &Vm, args: &[Value]) -> PyResult {
        let priority = or_raise(vm, calls::sched_getparam(int(vm, args[0])?))?;
        vm.new_struct(&SCHED_PARAM, &[vm.new_int(i64::from(priority))?])
    }

    /// Get the scheduling policy for the process identified by pid.
    #[method("sched_getscheduler(pid, /)")]
    fn sched_getscheduler(vm: &Vm, args: &[Value]) -> PyResult {
        number(vm, calls::sched_getscheduler(int(vm, args[0])?))
    }

    /// Return the round-robin quantum for the process identified by pid, in seconds.
    #[method("sched_rr_get_interval(pid, /)")]
    fn sched_rr_get_interval(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(or_raise(vm, calls::sched_rr_get_interval(int(vm, args[0])?))?)
    }

    /// Set the CPU affinity of the process identified by pid to mask.
    #[method("sched_setaffinity(pid, mask, /)")]
    fn sched_setaffinity(vm: &Vm, args: &[Value]) -> PyResult {
        let pid = int(vm, args[0])?;
        let mut mask = vec![0u64; 16];
        vm.for_each(args[1], |cpu| {
            if !vm.is_instance(cpu, vm.types().int) {
                let name = vm.type_name(cpu);
                return Err(vm.type_error(format!("expected an iterator of ints, but iterator yielded '{name}'")));
            }
            let cpu = host::long(vm, cpu)?;
            let Ok(place) = usize::try_from(cpu) else { return Err(vm.value_error("negative CPU number")) };
            if place > (i32::MAX - 1) as usize {
                return Err(vm.overflow_error("CPU number too large"));
            }
            if place / 64 >= mask.len() {
                vm.check_room_for(place / 8)?;
                mask.resize(place / 64 + 1, 0);
            }
            mask[place / 64] |= 1 << (place % 64);
            Ok(())
        })?;
        nothing(vm, calls::sched_setaffinity(pid, &mask))
    }

    /// Set scheduling parameters for the process identified by pid.
    #[method("sched_setparam(pid, param, /)")]
    fn sched_setparam(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::sched_set(int(vm, args[0])?, None, priority(vm, args[1])?))
    }

    /// Set the scheduling policy for the process identified by pid.
    #[method("sched_setscheduler(pid, policy, param, /)")]
    fn sched_setscheduler(vm: &Vm, args: &[Value]) -> PyResult {
        let (pid, policy) = (int(vm, args[0])?, int(vm, args[1])?);
        nothing(vm, calls::sched_set(pid, Some(policy), priority(vm, args[2])?))
    }

    /// Voluntarily relinquish the CPU.
    #[method("sched_yield()")]
    fn sched_yield(vm: &Vm, _: &[Value]) -> PyResult {
        nothing(vm, vm.allow_threads(calls::sched_yield))
    }

    /// Set program scheduling priority.
    #[method("setpriority(which, who, priority)")]
    fn setpriority(vm: &Vm, args: &[Value]) -> PyResult {
        let (which, who) = (int(vm, args[0])? as u32, int(vm, args[1])? as u32);
        nothing(vm, calls::setpriority(which, who, int(vm, args[2])?))
    }

    /// Move the calling thread into different namespaces.
    #[method("setns(fd, nstype=0)")]
    fn setns(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::setns(host::fileno(vm, args[0])?, host::int_or(vm, args[1], 0)?))
    }

    /// Disassociate parts of a process (or thread) execution context.
    #[method("unshare(flags)")]
    fn unshare(vm: &Vm, args: &[Value]) -> PyResult {
        nothing(vm, calls::unshare(int(vm, args[0])?))
    }
}

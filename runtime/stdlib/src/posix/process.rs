//! Processes: starting, replacing, waiting for, ending them.

use std::ffi::CString;

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Raised, Value, Vm, struct_sequence};

use super::path::Spec;
use super::{calls, spawn};
use crate::host::{self, int, or_raise};

struct_sequence! {
    pub static WAITID_RESULT = "posix.waitid_result", "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.", [
        0 "si_pid" "",
        1 "si_uid" "",
        2 "si_signo" "",
        3 "si_status" "",
        4 "si_code" "",
    ]
}

/// The lists of `register_at_fork`, by when they are called.
const HOOKS: [&str; 3] = ["posix.before_fork", "posix.after_fork_in_child", "posix.after_fork_in_parent"];

/// Calls the hooks of a list; what they raise is reported.
fn run_hooks(vm: &Vm, which: usize) {
    let Some(hooks) = vm.kept(HOOKS[which]).and_then(Value::cast::<List>) else { return };
    let count = hooks.len();
    for place in 0..count {
        // Those before a fork run in reverse order.
        let place = if which == 0 { count - 1 - place } else { place };
        if let Some(hook) = hooks.get(place) {
            let result = vm.call(hook, &[]);
            vm.report_unraisable(result, hook);
        }
    }
}

/// What is done before a fork.
pub(crate) fn before_fork(vm: &Vm) {
    run_hooks(vm, 0);
}

/// What is done in the child of a fork.
pub(crate) fn after_fork_in_child(vm: &Vm) {
    vm.after_fork_in_child();
    run_hooks(vm, 1);
}

/// What is done in the parent after a fork.
pub(crate) fn after_fork_in_parent(vm: &Vm) {
    run_hooks(vm, 2);
}

/// The text of an argument or a variable for a new process.
pub(crate) fn fs_bytes(vm: &Vm, value: Value) -> PyResult<CString> {
    vm.system_path(value)
}

/// The arguments of a new process.
fn arguments(vm: &Vm, function: &str, value: Value) -> PyResult<Vec<CString>> {
    if value.cast::<Tuple>().is_none() && value.cast::<List>().is_none() {
        let number = if function == "execve" {
            "execve: argv must be a tuple or list".to_owned()
        } else {
            format!("{function}() arg 2 must be a tuple or list")
        };
        return Err(vm.type_error(number));
    }
    let items = vm.tuple_from(value)?;
    if items.is_empty() {
        let what = match function {
            "execve" => "execve: argv must not be empty".to_owned(),
            "execv" => "execv() arg 2 must not be empty".to_owned(),
            other => format!("{other}: argv must not be empty"),
        };
        return Err(vm.value_error(what));
    }
    let mut arguments = Vec::with_capacity(items.len());
    for item in items.items() {
        arguments.push(fs_bytes(vm, *item)?);
    }
    if arguments[0].is_empty() {
        let what = if function == "execv" { "execv() arg 2" } else { &format!("{function}: argv") };
        return Err(vm.value_error(format!("{what} first element cannot be empty")));
    }
    Ok(arguments)
}

/// The environment of a new process, from a mapping.
fn environment(vm: &Vm, value: Value) -> PyResult<Vec<CString>> {
    let names = vm.call_method(value, "keys", &[])?;
    let values = vm.call_method(value, "values", &[])?;
    let (names, values) = (vm.list_from(names)?, vm.list_from(values)?);
    let mut variables = Vec::with_capacity(names.len());
    for index in 0..names.len() {
        let (Some(name), Some(value)) = (names.get(index), values.get(index)) else { break };
        let (name, value) = (fs_bytes(vm, name)?, fs_bytes(vm, value)?);
        let name = name.into_bytes();
        if name.is_empty() || name[1..].contains(&b'=') || name[0] == b'=' {
            return Err(vm.value_error("illegal environment variable name"));
        }
        variables.push(joined(vm, &name, value.as_bytes())?);
    }
    Ok(variables)
}

fn joined(vm: &Vm, name: &[u8], value: &[u8]) -> PyResult<CString> {
    CString::new([name, b"=", value].concat()).map_err(|_| vm.value_error("embedded null byte"))
}

fn check_mapping(vm: &Vm, function: &str, value: Value) -> PyResult<()> {
    let class = vm.class_of(value);
    let known = vm.is_instance(value, vm.types().dict) || class.lookup(vm, vm.intern("keys")).is_some();
    if known && class.lookup(vm, vm.intern("__getitem__")).is_some() {
        return Ok(());
    }
    Err(vm.type_error(format!("{function}: environment must be a mapping object")))
}

/// A `resource.struct_rusage`, or a tuple where that module is not there.
fn usage(vm: &Vm, usage: &libc::rusage) -> PyResult {
    crate::resource::rusage(vm, usage)
}

/// A process with its status, and what it used if that is asked for.
fn waited(vm: &Vm, pid: i32, options: i32, with_usage: bool) -> PyResult {
    let (pid, status, used) = host::blocking_or_raise(vm, || calls::wait4(pid, options))?;
    let (pid, status) = (vm.new_int(i64::from(pid))?, vm.new_int(i64::from(status))?);
    if with_usage { vm.new_tuple(&[pid, status, usage(vm, &used)?]) } else { vm.new_tuple(&[pid, status]) }
}

/// The keyword arguments of `posix_spawn`.
fn spawn_process(vm: &Vm, function: &'static str, args: &[Value], search: bool) -> PyResult {
    let path = Spec::new(function).read(vm, args[0])?;
    let argv = args[1];
    if argv.cast::<Tuple>().is_none() && argv.cast::<List>().is_none() {
        return Err(vm.type_error(format!("{function}: argv must be a tuple or list")));
    }
    let arguments = arguments(vm, function, argv)?;
    let own = if args[2] == vm.none() {
        None
    } else {
        if vm.class_of(args[2]).lookup(vm, vm.intern("keys")).is_none() {
            return Err(vm.type_error(format!("{function}: environment must be a mapping object or None")));
        }
        Some(environment(vm, args[2])?)
    };
    let [file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler] =
        [args[3], args[4], args[5], args[6], args[7], args[8], args[9]];
    let mut order = spawn::Order {
        path: path.name().to_owned(),
        search,
        arguments,
        environment: own,
        actions: Vec::new(),
        group: None,
        reset_ids: super::path::flag(vm, resetids, false)?,
        new_session: super::path::flag(vm, setsid, false)?,
        mask: None,
        defaults: None,
        policy: None,
        priority: None,
    };
    if let Some(actions) = file_actions.bound().filter(|actions| *actions != vm.none()) {
        order.actions = read_actions(vm, actions)?;
    }
    order.group = setpgroup.bound().filter(|group| *group != vm.none()).map(|group| int(vm, group)).transpose()?;
    for (given, target) in [(setsigmask, &mut order.mask), (setsigdef, &mut order.defaults)] {
        if let Some(given) = given.bound() {
            let signals = host::signals(vm, given)?;
            *target = (!signals.is_empty()).then_some(signals);
        }
    }
    if let Some(scheduler) = scheduler.bound().filter(|scheduler| *scheduler != vm.none()) {
        let Some(pair) = scheduler.cast::<Tuple>().filter(|pair| pair.len() == 2) else {
            return Err(vm.type_error("A scheduler must be a tuple"));
        };
        if pair.items()[0] != vm.none() {
            order.policy = Some(int(vm, pair.items()[0])?);
        }
        order.priority = Some(super::scheduling::priority(vm, pair.items()[1])?);
    }
    match spawn::posix_spawn(&order) {
        Ok(pid) => vm.new_int(i64::from(pid)),
        Err(errno) => Err(vm.os_error(errno, path.value)),
    }
}

fn read_actions(vm: &Vm, actions: Value) -> PyResult<Vec<spawn::Action>> {
    let actions = vm.tuple_from(actions)?;
    let mut list = Vec::new();
    for action in actions.items() {
        let Some(action) = action.cast::<Tuple>().filter(|action| !action.is_empty()) else {
            return Err(vm.type_error("Each file_actions element must be a non-empty tuple"));
        };
        let items = action.items();
        let wrong = |what: &str| -> Raised {
            vm.type_error(format!(
                "A {what} file_action tuple must have {} elements",
                if what == "open" {
                    5
                } else if what == "dup2" {
                    3
                } else {
                    2
                }
            ))
        };
        list.push(match items[0].as_int() {
            Some(0) => {
                if items.len() != 5 {
                    return Err(wrong("open"));
                }
                let (fd, path) = (int(vm, items[1])?, vm.system_path(items[2])?);
                spawn::Action::Open { fd, path, flags: int(vm, items[3])?, mode: host::mask(vm, items[4])? as u32 }
            }
            Some(1) if items.len() == 2 => spawn::Action::Close(int(vm, items[1])?),
            Some(1) => return Err(wrong("close")),
            Some(2) if items.len() == 3 => spawn::Action::Dup(int(vm, items[1])?, int(vm, items[2])?),
            Some(2) => return Err(wrong("dup2")),
            Some(3) if items.len() == 2 => spawn::Action::CloseFrom(int(vm, items[1])?),
            Some(3) => return Err(wrong("closefrom")),
            _ => return Err(vm.type_error("Unknown file_actions identifier")),
        });
    }
    Ok(list)
}

fn status(vm: &Vm, value: Value) -> PyResult<i32> {
    int(vm, value)
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Return True if the process returning status was dumped to a core file.
    #[method("WCOREDUMP(status, /)")]
    fn wcoredump(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(libc::WCOREDUMP(status(vm, args[0])?)))
    }

    /// Return the process return code from status.
    #[method("WEXITSTATUS(status)")]
    fn wexitstatus(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(libc::WEXITSTATUS(status(vm, args[0])?)))
    }

    /// Return True if a particular process was continued from a job control stop.
    #[method("WIFCONTINUED(status)")]
    fn wifcontinued(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(libc::WIFCONTINUED(status(vm, args[0])?)))
    }

    /// Return True if the process returning status exited via the exit() system call.
    #[method("WIFEXITED(status)")]
    fn wifexited(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(libc::WIFEXITED(status(vm, args[0])?)))
    }

    /// Return True if the process returning status was terminated by a signal.
    #[method("WIFSIGNALED(status)")]
    fn wifsignaled(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(libc::WIFSIGNALED(status(vm, args[0])?)))
    }

    /// Return True if the process returning status was stopped.
    #[method("WIFSTOPPED(status)")]
    fn wifstopped(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(libc::WIFSTOPPED(status(vm, args[0])?)))
    }

    /// Return the signal that stopped the process that provided the status value.
    #[method("WSTOPSIG(status)")]
    fn wstopsig(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(libc::WSTOPSIG(status(vm, args[0])?)))
    }

    /// Return the signal that terminated the process that provided the status value.
    #[method("WTERMSIG(status)")]
    fn wtermsig(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(libc::WTERMSIG(status(vm, args[0])?)))
    }

    /// Exit to the system with specified status, without normal exit processing.
    #[method("_exit(status)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        let status = int(vm, args[0])?;
        calls::exit_now(status)
    }

    /// Abort the interpreter immediately.
    #[method("abort()")]
    fn abort(_: &Vm, _: &[Value]) -> PyResult {
        std::process::abort()
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    #[method("execv(path, argv, /)")]
    fn execv(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("execv").read(vm, args[0])?;
        let arguments = arguments(vm, "execv", args[1])?;
        host::raise(vm, calls::exec(Ok(path.name()), &arguments, None))
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    #[method("execve(path, argv, env)")]
    fn execve(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("execve").or_fd().read(vm, args[0])?;
        let arguments = arguments(vm, "execve", args[1])?;
        check_mapping(vm, "execve", args[2])?;
        let environment = environment(vm, args[2])?;
        let target = path.path().ok_or(path.fd().unwrap_or(-1));
        let errno = calls::exec(target, &arguments, Some(&environment));
        Err(vm.os_error(errno, path.value))
    }

    /// Fork a child process. Return 0 to child process and PID of child to parent process.
    #[method("fork()")]
    fn fork(vm: &Vm, _: &[Value]) -> PyResult {
        before_fork(vm);
        let result = calls::fork();
        if result == Ok(0) {
            after_fork_in_child(vm);
        } else {
            after_fork_in_parent(vm);
        }
        vm.new_int(i64::from(or_raise(vm, result)?))
    }

    /// Fork a new process with a new pseudo-terminal as controlling tty.
    ///
    /// Returns a tuple of (pid, master_fd). Like fork(), return pid of 0 to the child process, and pid of child to the parent process.
    #[method("forkpty()")]
    fn forkpty(vm: &Vm, _: &[Value]) -> PyResult {
        before_fork(vm);
        let result = calls::forkpty();
        if matches!(result, Ok((0, _))) {
            after_fork_in_child(vm);
        } else {
            after_fork_in_parent(vm);
        }
        let (pid, terminal) = or_raise(vm, result)?;
        vm.new_tuple(&[vm.new_int(i64::from(pid))?, vm.new_int(i64::from(terminal))?])
    }

    /// Kill a process with a signal.
    #[method("kill(pid, signal, /)")]
    fn kill(vm: &Vm, args: &[Value]) -> PyResult {
        let (pid, signal) = (int(vm, args[0])?, int(vm, args[1])?);
        or_raise(vm, calls::kill(pid, signal))?;
        // A signal to the own process is there when the call returns.
        vm.poll()?;
        Ok(vm.none())
    }

    /// Kill a process group with a signal.
    #[method("killpg(pgid, signal, /)")]
    fn killpg(vm: &Vm, args: &[Value]) -> PyResult {
        let (group, signal) = (int(vm, args[0])?, int(vm, args[1])?);
        or_raise(vm, calls::killpg(group, signal))?;
        vm.poll()?;
        Ok(vm.none())
    }

    /// Return a file descriptor referring to the process *pid*.
    #[method("pidfd_open(pid, flags=0)")]
    fn pidfd_open(vm: &Vm, args: &[Value]) -> PyResult {
        let pid = int(vm, args[0])?;
        let flags = args[1].bound().map_or(Ok(0), |flags| host::unsigned(vm, flags))?;
        vm.new_int(i64::from(or_raise(vm, calls::pidfd_open(pid, flags))?))
    }

    /// Execute the program specified by path in a new process.
    #[method(
        "posix_spawn(path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"
    )]
    fn posix_spawn(vm: &Vm, args: &[Value]) -> PyResult {
        spawn_process(vm, "posix_spawn", args, false)
    }

    /// Execute the program specified by path in a new process. It is searched in PATH.
    #[method(
        "posix_spawnp(path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"
    )]
    fn posix_spawnp(vm: &Vm, args: &[Value]) -> PyResult {
        spawn_process(vm, "posix_spawnp", args, true)
    }

    /// Register callables to be called when forking a new process.
    ///
    /// 'before' callbacks are called in reverse order. 'after_in_child' and 'after_in_parent' callbacks are called in order.
    #[method(
        "register_at_fork(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(vm: &Vm, args: &[Value]) -> PyResult {
        if args.iter().all(|hook| hook.is_unbound()) {
            return Err(vm.type_error("At least one argument is required."));
        }
        for (hook, name) in args.iter().zip(["before", "after_in_child", "after_in_parent"]) {
            if hook.is_bound() && !vm.is_callable(*hook) {
                let found = vm.type_name(*hook);
                return Err(vm.type_error(format!("'{name}' must be callable, not {found}")));
            }
        }
        for (hook, list) in args.iter().zip(HOOKS) {
            let Some(hook) = hook.bound() else { continue };
            let hooks: Gc<List> = match vm.kept(list).and_then(Value::cast) {
                Some(hooks) => hooks,
                None => {
                    let hooks = List::with_capacity(vm, 1)?;
                    vm.keep(list, hooks.into())?;
                    hooks
                }
            };
            hooks.push(vm, hook)?;
        }
        Ok(vm.none())
    }

    /// Execute the command in a subshell.
    #[method("system(command)")]
    fn system(vm: &Vm, args: &[Value]) -> PyResult {
        let command = vm.system_path(args[0])?;
        let status = vm.allow_threads(|| calls::system(&command)).unwrap_or(-1);
        vm.new_int(i64::from(status))
    }

    /// Wait for completion of a child process. Returns a tuple: (pid, status)
    #[method("wait()")]
    fn wait(vm: &Vm, _: &[Value]) -> PyResult {
        waited(vm, -1, 0, false)
    }

    /// Wait for completion of a child process. Returns a tuple: (pid, status, rusage)
    #[method("wait3(options)")]
    fn wait3(vm: &Vm, args: &[Value]) -> PyResult {
        waited(vm, -1, int(vm, args[0])?, true)
    }

    /// Wait for completion of a specific child process. Returns a tuple: (pid, status, rusage)
    #[method("wait4(pid, options)")]
    fn wait4(vm: &Vm, args: &[Value]) -> PyResult {
        waited(vm, int(vm, args[0])?, int(vm, args[1])?, true)
    }

    /// Returns the result of waiting for a process or processes.
    ///
    ///   idtype
    ///     Must be one of be P_PID, P_PGID or P_ALL.
    ///   id
    ///     The id to wait on.
    ///   options
    ///     Constructed from the ORing of one or more of WEXITED, WSTOPPED or WCONTINUED and additionally may be ORed with WNOHANG or
    ///     WNOWAIT.
    ///
    /// Returns either waitid_result or None if WNOHANG is specified and there are no children in a waitable state.
    #[method("waitid(idtype, id, options, /)")]
    fn waitid(vm: &Vm, args: &[Value]) -> PyResult {
        let (kind, id, options) = (int(vm, args[0])?, int(vm, args[1])?, int(vm, args[2])?);
        match host::blocking_or_raise(vm, || calls::waitid(kind as u32, id as u32, options))? {
            Some(fields) => {
                let mut values = [Value::ZERO; 5];
                for (value, field) in values.iter_mut().zip(fields) {
                    *value = vm.new_int(field)?;
                }
                vm.new_struct(&WAITID_RESULT, &values)
            }
            None => Ok(vm.none()),
        }
    }

    /// Wait for completion of a given child process. Returns a tuple of information regarding the child process: (pid, status)
    #[method("waitpid(pid, options, /)")]
    fn waitpid(vm: &Vm, args: &[Value]) -> PyResult {
        waited(vm, int(vm, args[0])?, int(vm, args[1])?, false)
    }

    /// Convert a wait status to an exit code.
    ///
    /// * If WIFEXITED(status) is true, return WEXITSTATUS(status).
    /// * If WIFSIGNALED(status) is true, return -WTERMSIG(status).
    /// * Otherwise, raise a ValueError.
    #[method("waitstatus_to_exitcode(status)")]
    fn waitstatus_to_exitcode(vm: &Vm, args: &[Value]) -> PyResult {
        let status = int(vm, args[0])?;
        if libc::WIFEXITED(status) {
            vm.new_int(i64::from(libc::WEXITSTATUS(status)))
        } else if libc::WIFSIGNALED(status) {
            vm.new_int(-i64::from(libc::WTERMSIG(status)))
        } else if libc::WIFSTOPPED(status) {
            let signal = libc::WSTOPSIG(status);
            Err(vm.value_error(format!("process stopped by delivery of signal {signal}")))
        } else {
            Err(vm.value_error(format!("invalid wait status: {status}")))
        }
    }
}

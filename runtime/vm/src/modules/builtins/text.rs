//! Built-in functions that show objects and talk with the user.

use orochi_macros::methods;

use crate::error::PyResult;
use crate::modules::sys::streams;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// The stream that `print` writes to: the argument, or `sys.stdout`; `None` when that is None.
fn stream_for_print(vm: &Vm, file: Value) -> PyResult<Option<Value>> {
    if let Some(file) = file.bound().filter(|file| *file != vm.none()) {
        return Ok(Some(file));
    }
    let stdout = sys_stream(vm, "stdout")?;
    Ok(Some(stdout).filter(|stdout| *stdout != vm.none()))
}

/// `sys.stdin` or `sys.stdout`.
fn sys_stream(vm: &Vm, name: &str) -> PyResult {
    match vm.state.sys.get().expect::<Dict>().get_interned(vm, vm.intern(name)) {
        Some(stream) => Ok(stream),
        None => Err(vm.runtime_error(format!("lost sys.{name}"))),
    }
}

fn separator(vm: &Vm, value: Value, name: &str) -> PyResult<Option<Value>> {
    match value.bound().filter(|value| *value != vm.none()) {
        None => Ok(None),
        Some(value) if value.cast::<Str>().is_some() => Ok(Some(value)),
        Some(value) => Err(vm.type_error(format!("{name} must be None or a string, not {}", vm.type_name(value)))),
    }
}

/// Prints to the VM's own standard output: in one go, unless showing a value prints something itself.
fn print_to_stdout(vm: &Vm, sep: Option<Value>, end: Option<Value>, values: &[Value]) -> PyResult<()> {
    let mut line = Vec::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            push_text(vm, &mut line, sep, b' ')?;
        }
        let text = match value.cast::<Str>().filter(|_| vm.is_exact_str(*value)) {
            Some(text) => text,
            None if value.is_int() || value.is_float() => vm.to_str(*value)?,
            None => {
                // What comes before is written first: `__str__` may print, or raise.
                vm.write_stdout(&core::mem::take(&mut line))?;
                vm.to_str(*value)?
            }
        };
        push_text(vm, &mut line, Some(text.into()), b' ')?;
    }
    push_text(vm, &mut line, end, b'\n')?;
    vm.write_stdout(&line)
}

fn push_text(vm: &Vm, line: &mut Vec<u8>, text: Option<Value>, default: u8) -> PyResult<()> {
    match text.and_then(Value::cast::<Str>) {
        None => line.push(default),
        Some(text) => match text.as_ascii() {
            Some(ascii) => {
                // What is gathered here goes into the stream's buffer, which may be its second copy.
                vm.check_room_for(ascii.len().saturating_mul(3))?;
                line.extend_from_slice(ascii.as_bytes());
            }
            None => line.extend_from_slice(&crate::types::str::codecs::encode(vm, text, "utf-8", "strict")?),
        },
    }
    Ok(())
}

/// Prints to any object with `write`.
fn print_to_object(vm: &Vm, file: Value, sep: Option<Value>, end: Option<Value>, values: &[Value]) -> PyResult<()> {
    let write = vm.get_attr_str(file, "write")?;
    let sep = sep.unwrap_or(vm.latin1_char(b' ').into());
    let end = end.unwrap_or(vm.latin1_char(b'\n').into());
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            vm.call(write, &[sep])?;
        }
        let text = vm.to_str(*value)?;
        vm.call(write, &[text.into()])?;
    }
    vm.call(write, &[end]).map(drop)
}

/// Reads a line from `sys.stdin`; without its end. EOFError when there is none.
fn read_line(vm: &Vm) -> PyResult {
    let stdin = sys_stream(vm, "stdin")?;
    if stdin == vm.none() {
        return Err(vm.runtime_error("lost sys.stdin"));
    }
    let line = vm.call_method(stdin, "readline", &[])?;
    let Some(text) = line.cast::<Str>() else {
        return Err(vm.type_error("object.readline() returned non-string"));
    };
    if text.is_empty() {
        return Err(vm.raise(vm.types().eof_error, "EOF when reading a line"));
    }
    let end = text.len() - usize::from(text.text().at(text.len() - 1) == u32::from(b'\n'));
    Str::from_text(vm, text.text().slice(0, end)).map(Value::from)
}

/// The text of `help(obj)`: what it is, its signature and docstring, and the first lines of the docs of its methods.
fn help_text(vm: &Vm, obj: Value) -> PyResult<String> {
    let doc = |value: Value| -> PyResult<Option<String>> {
        let doc = vm.find_attr_str(value, "__doc__")?.and_then(Value::cast::<Str>);
        Ok(doc.map(|doc| doc.to_string()))
    };
    let name = match vm.find_attr_str(obj, "__name__")? {
        Some(name) => vm.display(name),
        None => vm.type_name(obj),
    };
    let kind = vm.type_name(obj);
    let mut text = format!("Help on {kind} {name}:\n\n");
    if let Some(signature) = vm.find_attr_str(obj, "__text_signature__")?.and_then(Value::cast::<Str>) {
        text += &format!("{name}{signature}\n");
    }
    if let Some(doc) = doc(obj)? {
        for line in doc.lines() {
            text += &format!("    {line}\n");
        }
    }
    if let Some(class) = obj.cast::<crate::object::Class>() {
        let names: crate::Gc<List> = vm.list_from(class.dict.get().into())?;
        names.sort(vm, None, false)?;
        for index in 0..names.len() {
            let Some(name) = names.get(index).and_then(Value::cast::<Str>) else { continue };
            let Some(member) = vm.find_attr(obj, vm.intern_str(name))? else { continue };
            if name.to_string().starts_with('_') || !vm.is_callable(member) {
                continue;
            }
            let first = doc(member)?.and_then(|doc| doc.lines().next().map(str::to_owned)).unwrap_or_default();
            text += &format!("\n  {name}\n      {first}\n");
        }
    }
    Ok(text)
}

#[methods(pub(crate) FUNCTIONS)]
impl Functions {
    /// Stop in the debugger: call sys.breakpointhook with these arguments.
    #[method("breakpoint(*args, **kws)")]
    fn breakpoint(vm: &Vm, args: &[Value]) -> PyResult {
        let sys = vm.state.sys.get().cast::<Dict>();
        match sys.and_then(|sys| sys.get_interned(vm, vm.intern("breakpointhook"))) {
            Some(hook) => vm.call_with(hook, &args[1..], args[0].expect()),
            None => Err(vm.runtime_error("lost sys.breakpointhook")),
        }
    }

    /// Return the repr of an object with everything beyond ASCII escaped.
    #[method("ascii(obj, /)")]
    fn ascii(vm: &Vm, args: &[Value]) -> PyResult {
        vm.ascii(args[0]).map(Value::from)
    }

    /// Return the text of a value by a format specification.
    #[method("format(value, format_spec='', /)")]
    fn format(vm: &Vm, args: &[Value]) -> PyResult {
        let spec = match args[1].bound() {
            None => vm.empty_str(),
            Some(spec) => match spec.cast::<Str>() {
                Some(spec) => spec,
                None => {
                    let name = vm.type_name(spec);
                    return Err(vm.type_error(format!("format() argument 2 must be str, not {name}")));
                }
            },
        };
        vm.format(args[0], spec).map(Value::from)
    }

    /// Print what an object is and what its docstring says.
    #[method("help(request=None, /)")]
    fn help(vm: &Vm, args: &[Value]) -> PyResult {
        let text = match args[0].bound() {
            Some(obj) => help_text(vm, obj)?,
            None => "Type help(object) for help about object.\n".to_owned(),
        };
        vm.write_stdout(text.as_bytes())?;
        Ok(vm.none())
    }

    /// Read a line from standard input, after showing a prompt. EOFError at the end of the input.
    #[method("input(prompt='', /)")]
    fn input(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(prompt) = args[0].bound() {
            let stdout = sys_stream(vm, "stdout")?;
            if stdout == vm.none() {
                return Err(vm.runtime_error("lost sys.stdout"));
            }
            let text = vm.to_str(prompt)?;
            vm.call_method(stdout, "write", &[text.into()])?;
            vm.call_method(stdout, "flush", &[])?;
        }
        read_line(vm)
    }

    /// Print the values, separated by sep and followed by end, to a stream: `sys.stdout` by default.
    #[method("print(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(vm: &Vm, args: &[Value]) -> PyResult {
        let (sep, end) = (separator(vm, args[0], "sep")?, separator(vm, args[1], "end")?);
        let Some(file) = stream_for_print(vm, args[2])? else { return Ok(vm.none()) };
        if streams::is_stdout(vm, file) {
            print_to_stdout(vm, sep, end, &args[4..])?;
        } else {
            print_to_object(vm, file, sep, end, &args[4..])?;
        }
        if args[3].is_bound() && vm.is_true(args[3])? {
            vm.call_method(file, "flush", &[])?;
        }
        Ok(vm.none())
    }

    /// Return the canonical text of an object.
    #[method("repr(obj, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.repr(args[0]).map(Value::from)
    }
}

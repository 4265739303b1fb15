//! Built-in functions that show objects and talk with the user.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
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

/// Writes the values to a stream, one by one: showing a value may write something itself, or raise.
fn print_to(vm: &Vm, file: Value, sep: Option<Value>, end: Option<Value>, values: &[Value]) -> PyResult<()> {
    let text = |given: Option<Value>, default: u8| -> Gc<Str> {
        given.and_then(Value::cast::<Str>).unwrap_or_else(|| vm.latin1_char(default))
    };
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            vm.write_to(file, text(sep, b' '))?;
        }
        vm.write_to(file, vm.to_str(*value)?)?;
    }
    vm.write_to(file, text(end, b'\n'))
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
    #[method("outside breakpoint(*args, **kws)")]
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
                    let name = vm.argument_name(spec);
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
        let text = vm.new_str(&text)?.expect::<Str>();
        vm.write_to(sys_stream(vm, "stdout")?, text)?;
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
            vm.write_to(stdout, vm.to_str(prompt)?)?;
        }
        // What was written before is to be seen before waiting.
        for name in ["stderr", "stdout"] {
            if let Some(stream) = vm.sys_stream(name)
                && let Err(raised) = vm.flush_stream(stream)
            {
                let _ = vm.take_exception(raised);
            }
        }
        read_line(vm)
    }

    /// Print the values, separated by sep and followed by end, to a stream: `sys.stdout` by default.
    #[method("print(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(vm: &Vm, args: &[Value]) -> PyResult {
        let (sep, end) = (separator(vm, args[0], "sep")?, separator(vm, args[1], "end")?);
        let Some(file) = stream_for_print(vm, args[2])? else { return Ok(vm.none()) };
        print_to(vm, file, sep, end, &args[4..])?;
        if args[3].is_bound() && vm.is_true(args[3])? {
            vm.flush_stream(file)?;
        }
        Ok(vm.none())
    }

    /// Return the canonical text of an object.
    #[method("repr(obj, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.repr(args[0]).map(Value::from)
    }
}

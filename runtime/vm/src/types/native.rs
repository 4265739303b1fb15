//! Native functions and methods: their declaration with a Python signature, the objects that programs see, and how
//! arguments are bound to them.
//!
//! A native function takes `(&Vm, &[Value])`. The slice has one value a parameter, in the order of the signature without `*args`
//! and `**kwargs`: positional ones, then keyword-only ones. An absent optional argument is unbound. A
//! `**kwargs` parameter follows as a dict. The values of a `*args` parameter come last, as many as there are:
//!
//! ```text
//! signature                              slice
//! append($self, object, /)               [self, object]
//! split($self, /, sep=None, maxsplit=-1) [self, sep or unbound, maxsplit or unbound]
//! print(*args, sep=' ', end='\n')        [sep or unbound, end or unbound, args..]
//! dict.update($self, /, *args, **kwargs) [self, kwargs (a dict), args..]
//! ```
//!
//! `hidden` before it all leaves the signature out of what programs see: where CPython has none, or where defaults are no values.
//! `outside` makes a function that is called with no frame of the dispatch loop above its own; see
//! [`crate::interp::enter::Outside`]. `resumes` says that a call resumes a generator, for which the dispatch loop needs no call.
//!
//! `$self` is the receiver, `$type` the class of a class method; a `static` before the name makes a static method. When the
//! signature is only `(...)` after the name, the function takes any arguments and there is no signature to show.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::{PyResult, Raised};
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::object::special::Special;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The Rust side of a native function.
pub type NativeFn = fn(&Vm, &[Value]) -> PyResult;

/// What a native function is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// A function of a module.
    Function,
    /// A method: the first parameter is the receiver.
    Method,
    /// A class method: the first parameter is the class.
    Class,
    /// A static method.
    Static,
}

/// A native function: name and parameters from its signature, the docstring, the code.
pub struct NativeDef {
    pub name: &'static str,
    /// The signature as declared.
    pub signature: &'static str,
    pub doc: &'static str,
    pub function: NativeFn,
    pub binding: Binding,
    /// Positional parameters that cannot be named, the receiver included.
    pub positional_only: u16,
    /// Positional parameters, the receiver included.
    pub positional: u16,
    /// Of these, how many must be given.
    pub required: u16,
    /// Keyword-only parameters.
    pub keyword_only: u16,
    /// Whether one of these must be given.
    pub keyword_required: bool,
    pub varargs: bool,
    pub varkwargs: bool,
    /// Whether it is `__new__`: its first argument must be a class that it can make instances of.
    pub is_new: bool,
    /// Whether the dispatch loop is left for a call.
    pub outside: bool,
    /// Whether a call resumes a generator, which the dispatch loop can do itself.
    pub resumes: bool,
    /// Whether programs see no signature.
    pub hidden: bool,
    /// With as many arguments, and up to so many more, the slice that a caller has is already what the function takes.
    direct: usize,
    direct_more: usize,
}

/// More arguments than there can be.
const NEVER: usize = usize::MAX;

const fn starts_with(text: &[u8], at: usize, word: &[u8]) -> bool {
    let mut i = 0;
    while i < word.len() {
        if at + i >= text.len() || text[at + i] != word[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl NativeDef {
    /// A definition from its signature. Evaluated at compile time; a malformed signature is a compile error.
    #[must_use]
    pub const fn new(signature: &'static str, doc: &'static str, function: NativeFn) -> Self {
        let text = signature.as_bytes();
        let mut binding = Binding::Function;
        let mut start = 0;
        let hidden = starts_with(text, 0, b"hidden ");
        if hidden {
            start = 7;
        }
        let outside = starts_with(text, start, b"outside ");
        if outside {
            start += 8;
        }
        let resumes = starts_with(text, start, b"resumes ");
        if resumes {
            start += 8;
        }
        if starts_with(text, start, b"static ") {
            binding = Binding::Static;
            start += 7;
        }
        let mut open = start;
        while open < text.len() && text[open] != b'(' {
            open += 1;
        }
        assert!(open < text.len(), "a signature needs a `(`");
        let (_, rest) = signature.split_at(start);
        let (name, _) = rest.split_at(open - start);
        let mut def = NativeDef {
            name,
            signature,
            doc,
            function,
            binding,
            positional_only: 0,
            positional: 0,
            required: 0,
            keyword_only: 0,
            keyword_required: false,
            varargs: false,
            varkwargs: false,
            is_new: starts_with(text, start, b"__new__("),
            outside,
            resumes,
            hidden,
            direct: NEVER,
            direct_more: 0,
        };

        // Parameters are separated by `, ` outside of brackets and quotes.
        let mut at = open + 1;
        let mut after_star = false;
        while at < text.len() && text[at] != b')' {
            while text[at] == b' ' {
                at += 1;
            }
            let begin = at;
            let mut depth = 0;
            let mut quote = 0;
            let mut has_default = false;
            while at < text.len() {
                let byte = text[at];
                if quote != 0 {
                    if byte == quote {
                        quote = 0;
                    }
                } else if byte == b'\'' || byte == b'"' {
                    quote = byte;
                } else if byte == b'(' || byte == b'[' || byte == b'{' {
                    depth += 1;
                } else if depth == 0 && (byte == b',' || byte == b')') {
                    break;
                } else if byte == b')' || byte == b']' || byte == b'}' {
                    depth -= 1;
                } else if byte == b'=' {
                    has_default = true;
                }
                at += 1;
            }
            if starts_with(text, begin, b"**") {
                def.varkwargs = true;
            } else if text[begin] == b'*' {
                after_star = true;
                def.varargs = at - begin > 1;
            } else if text[begin] == b'/' {
                def.positional_only = def.positional;
            } else if after_star {
                def.keyword_only += 1;
                def.keyword_required |= !has_default;
            } else {
                if starts_with(text, begin, b"$self") {
                    def.binding = Binding::Method;
                } else if starts_with(text, begin, b"$type") {
                    def.binding = Binding::Class;
                }
                def.positional += 1;
                if !has_default {
                    assert!(def.required + 1 == def.positional, "a required parameter after an optional one");
                    def.required += 1;
                }
            }
            if at < text.len() && text[at] == b',' {
                at += 1;
            }
        }
        assert!(at < text.len(), "a signature needs a `)`");
        if def.positional_only == 0 && (def.is_new || !matches!(def.binding, Binding::Function | Binding::Static)) {
            // A receiver or class has no name that a caller could give: `dict(type=1)` has one item.
            def.positional_only = 1;
        }
        if def.keyword_only == 0 && !def.varkwargs && !outside && !resumes {
            def.direct = def.positional as usize;
            def.direct_more = if def.varargs { isize::MAX as usize } else { 0 };
        }
        def
    }

    /// Whether the slice that a caller has is already what the function takes: no names, all parameters given.
    #[inline(always)]
    #[must_use]
    pub const fn takes_directly(&self, count: usize) -> bool {
        count.wrapping_sub(self.direct) <= self.direct_more
    }

    /// Whether positional arguments need nothing but unbound values for the optional parameters.
    #[inline(always)]
    #[must_use]
    pub const fn takes_with_defaults(&self, count: usize) -> bool {
        !self.keyword_required
            && !self.varkwargs
            && !self.outside
            && !self.resumes
            && count >= self.required as usize
            && (self.varargs || count <= self.positional as usize)
            && self.positional as usize + self.keyword_only as usize <= DIRECT_PARAMETERS
            && count <= DIRECT_PARAMETERS
    }

    /// Whether the first parameter is a receiver or a class, which messages do not count.
    fn has_receiver(&self) -> bool {
        self.is_new || matches!(self.binding, Binding::Method | Binding::Class)
    }

    /// The parameter list between the parentheses.
    fn parameters(&self) -> &'static str {
        let open = self.signature.find('(').expect("checked when it was made");
        &self.signature[open + 1..self.signature.len() - 1]
    }

    /// `($self, /, sep=None)`: what `__text_signature__` shows.
    #[must_use]
    pub fn text_signature(&self) -> Option<String> {
        let parameters = self.parameters();
        Some(match self.binding {
            _ if self.is_new => "($type, *args, **kwargs)".to_owned(),
            Binding::Method if self.name == "__init__" => "($self, /, *args, **kwargs)".to_owned(),
            _ if self.hidden => return None,
            Binding::Function if parameters.is_empty() => "($module, /)".to_owned(),
            Binding::Function if split_parameters(parameters).any(|parameter| parameter == "/") => {
                format!("($module, {parameters})")
            }
            Binding::Function => format!("($module, /, {parameters})"),
            _ => format!("({parameters})"),
        })
    }

    /// What a class shows as its signature when this is its `__new__` or `__init__`. `None` when that says nothing.
    #[must_use]
    pub fn class_signature(&self) -> Option<String> {
        if self.hidden {
            return None;
        }
        let (_, rest) = self.parameters().split_once(", ")?;
        let rest = rest.strip_prefix("/, ").unwrap_or(rest);
        (rest != "*args, **kwargs").then(|| format!("({rest})"))
    }

    /// Names of the parameters that have their own place in the slice, in its order.
    fn parameter_names(&self) -> impl Iterator<Item = &'static str> {
        split_parameters(self.parameters())
            .map(|parameter| parameter.split('=').next().unwrap_or(parameter).trim_start_matches('$'))
            .filter(|name| !name.starts_with('*') && *name != "/")
    }
}

/// Splits a parameter list at commas outside of brackets and quotes.
fn split_parameters(text: &'static str) -> impl Iterator<Item = &'static str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (mut depth, mut quote) = (0i32, None);
        let end = rest
            .char_indices()
            .find(|&(_, c)| match (quote, c) {
                (Some(q), c) if c == q => {
                    quote = None;
                    false
                }
                (Some(_), _) => false,
                (None, '\'' | '"') => {
                    quote = Some(c);
                    false
                }
                (None, '(' | '[' | '{') => {
                    depth += 1;
                    false
                }
                (None, ')' | ']' | '}') => {
                    depth -= 1;
                    false
                }
                (None, ',') => depth == 0,
                _ => false,
            })
            .map_or(rest.len(), |(index, _)| index);
        let parameter = rest[..end].trim();
        rest = rest.get(end + 1..).unwrap_or("");
        Some(parameter)
    })
}

/// A native function or method as programs see it: `builtin_function_or_method`, `method_descriptor`, ... by its
/// class.
#[repr(C)]
pub struct Native {
    header: Header,
    pub def: &'static NativeDef,
    /// What it is bound to: the receiver, the class, or unbound for functions and descriptors.
    pub receiver: Cell<Value>,
    /// The class that declares it, or the name of the module, or unbound.
    pub owner: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Native {
    const LAYOUT: Layout = Layout::Native;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.receiver.get().trace(tracer);
        self.owner.get().trace(tracer);
    }
}

impl Native {
    /// A native object of one of the classes for them.
    pub fn new(
        vm: &Vm,
        class: Gc<Class>,
        def: &'static NativeDef,
        receiver: Value,
        owner: Value,
    ) -> PyResult<Gc<Native>> {
        vm.new_native(
            class,
            Native { header: Header::empty(), def, receiver: Cell::new(receiver), owner: Cell::new(owner) },
        )
    }

    /// A function of a module.
    pub fn function(vm: &Vm, def: &'static NativeDef, module: Value) -> PyResult<Gc<Native>> {
        Native::new(vm, vm.types().builtin_function, def, Value::UNBOUND, module)
    }

    /// Whether a call needs a receiver of the class that declares it as first argument.
    #[inline(always)]
    #[must_use]
    pub fn is_descriptor(&self) -> bool {
        self.receiver.get().is_unbound() && self.def.binding as u8 == Binding::Method as u8
    }

    /// Whether instances of a class may be the receiver.
    #[inline(always)]
    #[must_use]
    pub fn applies_to(&self, class: Gc<Class>) -> bool {
        self.owner.get().cast::<Class>().is_some_and(|owner| class.is_subclass_of(owner))
    }
}

/// Arguments of a call: values in order, the last of which are named.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    pub values: &'a [Value],
    /// Names of the last values: a tuple of strings.
    pub names: Option<Gc<Tuple>>,
}

impl<'a> Args<'a> {
    /// Positional arguments only.
    #[inline(always)]
    #[must_use]
    pub const fn positional(values: &'a [Value]) -> Self {
        Self { values, names: None }
    }

    /// The values without names.
    #[inline]
    #[must_use]
    pub fn unnamed(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.named_count()]
    }

    /// How many values have names.
    #[inline]
    #[must_use]
    pub fn named_count(&self) -> usize {
        self.names.map_or(0, |names| names.len())
    }

    /// The named values.
    pub fn named(&self) -> impl Iterator<Item = (Gc<Str>, Value)> + use<'a> {
        let start = self.values.len() - self.named_count();
        let (names, values) = (self.names, self.values);
        (start..values.len()).filter_map(move |index| {
            let name = names?.get(index - start)?.cast::<Str>()?;
            Some((name, values[index]))
        })
    }
}

/// Functions with at most so many parameters, some of them optional, have a short way of their own.
const DIRECT_PARAMETERS: usize = 6;

/// More parameters than this are bound in allocated memory.
const INLINE_PARAMETERS: usize = 12;

/// The nearest native class along the line of best bases.
fn native_base(class: Gc<Class>) -> Gc<Class> {
    let mut class = class;
    while class.def.is_none()
        && let Some(base) = crate::types::type_::best_base(class)
    {
        class = base;
    }
    class
}

impl Vm {
    /// Calls a native object. The receiver, if it is bound, comes before the arguments.
    #[inline]
    pub fn call_native(&self, native: Gc<Native>, args: Args<'_>) -> PyResult {
        self.check_native_recursion()?;
        let receiver = native.receiver.get();
        let def = native.def;
        if receiver.is_unbound() || def.binding == Binding::Function || def.binding == Binding::Static {
            if native.is_descriptor() {
                self.check_receiver(native, args)?;
            } else if def.is_new {
                self.check_new(native, args)?;
            }
            if args.names.is_none() && def.takes_directly(args.values.len()) {
                return self.ended((def.function)(self, args.values));
            }
            return self.bind_and_call(native, args);
        }
        self.call_bound_native(native, args)
    }

    /// The same for a bound native. In a frame of its own: the room for its arguments would else be a hole in the caller's frame,
    /// where the collector finds what calls before have left on the stack.
    #[inline(never)]
    fn call_bound_native(&self, native: Gc<Native>, args: Args<'_>) -> PyResult {
        let def = native.def;
        self.with_receiver(native.receiver.get(), args, |args| {
            if args.names.is_none() && def.takes_directly(args.values.len()) {
                self.ended((def.function)(self, args.values))
            } else {
                self.bind_and_call(native, args)
            }
        })
    }

    /// The result of a native function for a program: a native iterator's end becomes StopIteration.
    #[inline(always)]
    pub(crate) fn ended(&self, result: PyResult) -> PyResult {
        match result {
            Ok(value) if value.is_unbound() => Err(self.stop_iteration(self.none())),
            result => result,
        }
    }

    /// Puts a receiver before arguments.
    #[inline]
    pub fn with_receiver<R>(
        &self,
        receiver: Value,
        args: Args<'_>,
        f: impl FnOnce(Args<'_>) -> PyResult<R>,
    ) -> PyResult<R> {
        const ROOM: usize = 8;
        if args.values.len() < ROOM {
            let mut buffer = [Value::UNBOUND; ROOM];
            buffer[0] = receiver;
            buffer[1..=args.values.len()].copy_from_slice(args.values);
            return f(Args { values: &buffer[..=args.values.len()], names: args.names });
        }
        let mut values = self.scratch(args.values.len() + 1)?;
        values.push(receiver);
        values.extend(args.values);
        f(Args { values: &values, names: args.names })
    }

    #[cold]
    fn wrong_receiver(&self, native: Gc<Native>, args: Args<'_>) -> Raised {
        let owner = native.owner.get().cast::<Class>();
        let owner = owner.map_or_else(String::new, |class| class.name.get().to_string());
        match args.values.first() {
            None if self.is_wrapper(native) => {
                self.type_error(format!("descriptor '{}' of '{owner}' object needs an argument", native.def.name))
            }
            None => self.type_error(format!("unbound method {owner}.{}() needs an argument", native.def.name)),
            Some(value) if self.is_wrapper(native) => self.type_error(format!(
                "descriptor '{}' requires a '{owner}' object but received a '{}'",
                native.def.name,
                self.type_name(*value)
            )),
            Some(value) => self.type_error(format!(
                "descriptor '{}' for '{owner}' objects doesn't apply to a '{}' object",
                native.def.name,
                self.type_name(*value)
            )),
        }
    }

    /// Whether it is a slot wrapper or a bound one.
    fn is_wrapper(&self, native: Gc<Native>) -> bool {
        let (class, types) = (self.class_of(native.into()), self.types());
        class == types.wrapper_descriptor || class == types.method_wrapper
    }

    /// Whether it is a slot wrapper that counts its arguments itself; slots for calls and `__init__` take any.
    fn checks_count(&self, native: Gc<Native>) -> bool {
        self.is_wrapper(native) && !matches!(native.def.name, "__init__" | "__call__")
    }

    /// Whether CPython reads the positional arguments of a call of a class before it looks at names.
    fn has_vectorcall(&self, native: Gc<Native>, args: Args<'_>) -> bool {
        let types = self.types();
        native.def.is_new
            && args.names.is_none()
            && args
                .values
                .first()
                .and_then(|class| class.cast::<Class>())
                .is_some_and(|class| (class == types.int || class == types.str) && native.owner.get() == class.into())
    }

    #[inline]
    fn check_receiver(&self, native: Gc<Native>, args: Args<'_>) -> PyResult<()> {
        if let Some(receiver) = args.unnamed().first()
            && native.applies_to(self.class_of(*receiver))
        {
            return Ok(());
        }
        Err(self.wrong_receiver(native, args))
    }

    /// Checks the first argument of a native `__new__`: native code relies on the layout of the class.
    #[inline]
    fn check_new(&self, native: Gc<Native>, args: Args<'_>) -> PyResult<()> {
        if let (Some(owner), Some(class)) =
            (native.owner.get().cast::<Class>(), args.unnamed().first().and_then(|class| class.cast::<Class>()))
            && (class == owner
                || (class.is_subclass_of(owner) && class.layout == owner.layout && self.makes(owner, class)))
        {
            return Ok(());
        }
        Err(self.wrong_new(native, args))
    }

    /// Whether the native class that a class comes from is made by the same `__new__` as `owner`: it may have invariants of its own.
    fn makes(&self, owner: Gc<Class>, class: Gc<Class>) -> bool {
        native_base(class).special(Special::New) == owner.special(Special::New)
    }

    #[cold]
    fn wrong_new(&self, native: Gc<Native>, args: Args<'_>) -> Raised {
        let Some(owner) = native.owner.get().cast::<Class>() else { return self.type_error("__new__ without a class") };
        let owner_name = owner.name.get();
        let Some(given) = args.unnamed().first() else {
            return self.type_error(format!("{owner_name}.__new__(): not enough arguments"));
        };
        let Some(class) = given.cast::<Class>() else {
            let name = self.type_name(*given);
            return self.type_error(format!("{owner_name}.__new__(X): X is not a type object ({name})"));
        };
        let name = class.name.get();
        if class.has(crate::object::class::flags::NO_NEW) {
            return self.type_error(format!("cannot create '{}' instances", class.title()));
        }
        if !class.is_subclass_of(owner) {
            return self.type_error(format!("{owner_name}.__new__({name}): {name} is not a subtype of {owner_name}"));
        }
        let base = native_base(class).name.get();
        self.type_error(format!("{owner_name}.__new__({name}) is not safe, use {base}.__new__()"))
    }

    /// Calls a native function with positional arguments that [`NativeDef::takes_with_defaults`]. In a frame of its own, as
    /// [`Vm::call_bound_native`].
    #[inline(never)]
    pub(crate) fn call_with_defaults(&self, def: &'static NativeDef, args: &[Value]) -> PyResult {
        let mut values = [Value::UNBOUND; 2 * DIRECT_PARAMETERS];
        let positional = def.positional as usize;
        let fixed = positional + def.keyword_only as usize;
        let (given, more) = args.split_at(args.len().min(positional));
        values[..given.len()].copy_from_slice(given);
        values[fixed..fixed + more.len()].copy_from_slice(more);
        self.ended((def.function)(self, &values[..fixed + more.len()]))
    }

    /// The way of a call whose arguments are not in place already.
    fn bind_and_call(&self, native: Gc<Native>, args: Args<'_>) -> PyResult {
        let def = native.def;
        if args.names.is_none() && def.takes_with_defaults(args.values.len()) {
            return self.call_with_defaults(def, args.values);
        }
        let fixed = (def.positional + def.keyword_only) as usize;
        let extra = args.unnamed().len().saturating_sub(def.positional as usize);
        let total = fixed + usize::from(def.varkwargs) + if def.varargs { extra } else { 0 };
        if total <= INLINE_PARAMETERS {
            let mut buffer = [Value::UNBOUND; INLINE_PARAMETERS];
            self.bind_arguments(native, args, &mut buffer[..total])?;
            self.ended((def.function)(self, &buffer[..total]))
        } else {
            let mut values = self.scratch(total)?;
            values.resize(total, Value::UNBOUND);
            self.bind_arguments(native, args, &mut values)?;
            self.ended((def.function)(self, &values))
        }
    }

    /// Fills the slice that a native function takes.
    fn bind_arguments(&self, native: Gc<Native>, args: Args<'_>, slots: &mut [Value]) -> PyResult<()> {
        let def = native.def;
        let positional = def.positional as usize;
        let fixed = positional + def.keyword_only as usize;
        let given = args.unnamed();
        let takes_names = def.positional_only < def.positional || def.keyword_only > 0;
        let too_many = takes_names && !def.varkwargs && args.values.len() > fixed;
        if !def.varargs && (too_many || given.len() > positional) {
            return Err(self.wrong_count(native, args));
        }
        let in_place = given.len().min(positional);
        slots[..in_place].copy_from_slice(&given[..in_place]);
        let mut tail = fixed;
        let kwargs = if def.varkwargs {
            let dict = Dict::new(self)?;
            slots[tail] = dict.into();
            tail += 1;
            Some(dict)
        } else {
            None
        };
        if def.varargs {
            slots[tail..].copy_from_slice(&given[in_place..]);
        }
        for (name, value) in args.named() {
            let place = def.parameter_names().position(|parameter| name.equals_str(parameter));
            match place {
                Some(place) if place >= def.positional_only as usize => {
                    if slots[place].is_bound() {
                        return Err(self.type_error(format!(
                            "argument for {}() given by name ('{name}') and position ({})",
                            self.native_short_title(native),
                            place + usize::from(!def.has_receiver())
                        )));
                    }
                    slots[place] = value;
                }
                _ => match kwargs {
                    Some(dict) => dict.set_str(self, name, value)?,
                    None if self.ignores_names(native, args) => {}
                    None if !def.parameter_names().skip(def.positional_only as usize).any(|_| true) => {
                        return Err(self.type_error(if self.checks_count(native) {
                            format!("wrapper {}() takes no keyword arguments", def.name)
                        } else {
                            format!("{}() takes no keyword arguments", self.native_title(native))
                        }));
                    }
                    None => return Err(self.unexpected_name(native, name)),
                },
            }
        }
        if let Some(missing) = (0..def.required as usize).find(|index| slots[*index].is_unbound()) {
            if missing >= def.positional_only as usize {
                let name = def.parameter_names().nth(missing).unwrap_or("?");
                let place = if native.owner.get() == self.types().enumerate.into() && def.is_new {
                    String::new()
                } else {
                    format!(" (pos {})", missing + usize::from(!def.has_receiver()))
                };
                return Err(self.type_error(format!(
                    "{}() missing required argument '{name}'{place}",
                    self.native_short_title(native),
                )));
            }
            return Err(self.wrong_count(native, args));
        }
        if def.keyword_only == 0 {
            return Ok(());
        }
        let missing_keyword = split_parameters(def.parameters())
            .skip_while(|parameter| !parameter.starts_with('*'))
            .filter(|parameter| !parameter.starts_with('*'))
            .enumerate()
            .find(|(index, parameter)| !parameter.contains('=') && slots[positional + index].is_unbound());
        if let Some((_, name)) = missing_keyword {
            return Err(self.type_error(format!("{}() missing required keyword-only argument: '{name}'", def.name)));
        }
        Ok(())
    }

    #[cold]
    fn unexpected_name(&self, native: Gc<Native>, name: Gc<Str>) -> Raised {
        let def = native.def;
        let known: Vec<String> = def.parameter_names().skip(def.positional_only as usize).map(str::to_owned).collect();
        let hint = crate::types::exception::suggest::suggest(&name.to_string(), &known)
            .map_or_else(String::new, |known| format!(". Did you mean '{known}'?"));
        let title = self.native_short_title(native);
        self.type_error(format!("{title}() got an unexpected keyword argument '{name}'{hint}"))
    }

    /// Whether named arguments that a native `__new__` or `__init__` does not know are left to the other of the two, which a
    /// subclass has replaced.
    fn ignores_names(&self, native: Gc<Native>, args: Args<'_>) -> bool {
        let (def, Some(owner), Some(first)) = (native.def, native.owner.get().cast::<Class>(), args.values.first())
        else {
            return false;
        };
        if def.positional_only < def.positional || def.keyword_only > 0 {
            return false;
        }
        if def.is_new {
            let class = first.cast::<Class>().unwrap_or(owner);
            return class != owner && class.special(Special::Init) != owner.special(Special::Init);
        }
        let class = self.class_of(*first);
        // Sets are stricter in CPython.
        def.name == "__init__"
            && owner != self.types().set
            && class != owner
            && class.special(Special::New) != owner.special(Special::New)
    }

    /// `list.append` for a method, `len` for a function: how CPython names it in some messages.
    fn native_title(&self, native: Gc<Native>) -> String {
        match native.owner.get().cast::<Class>() {
            Some(class) if matches!(native.def.name, "__new__" | "__init__" | "__call__") => {
                class.name.get().to_string()
            }
            Some(_) if native.receiver.get().cast::<Class>().is_some() => {
                format!("{}.{}", native.receiver.get().expect::<Class>().name.get(), native.def.name)
            }
            // What a bound method is called is said of the object's class.
            Some(_) if native.receiver.get().is_bound() => {
                format!("{}.{}", self.type_name(native.receiver.get()), native.def.name)
            }
            Some(class) if native.def.binding != Binding::Function => {
                format!("{}.{}", class.name.get(), native.def.name)
            }
            _ => match native.owner.get().cast::<Str>() {
                Some(module) if !module.equals_str("builtins") => format!("{module}.{}", native.def.name),
                _ => native.def.name.to_owned(),
            },
        }
    }

    /// The function's name; the class's for its constructor.
    fn native_short_title(&self, native: Gc<Native>) -> String {
        match native.def.name {
            "__new__" | "__init__" | "__call__" => self.native_title(native),
            name => name.to_owned(),
        }
    }

    #[cold]
    fn wrong_count(&self, native: Gc<Native>, args: Args<'_>) -> Raised {
        let def = native.def;
        let receiver = usize::from(def.has_receiver());
        let given = args.unnamed().len().saturating_sub(receiver);
        let max = def.positional as usize - receiver;
        let min = (def.required as usize).saturating_sub(receiver);
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let name = if self.checks_count(native) { def.name.to_owned() } else { self.native_short_title(native) };
        let title = self.native_title(native);
        let keywords =
            (def.positional_only < def.positional || def.keyword_only > 0) && !self.has_vectorcall(native, args);
        let all_given = args.values.len().saturating_sub(receiver);
        let all = max + def.keyword_only as usize;
        // CPython words these differently where arguments may be named.
        let message = if self.checks_count(native) && name.ends_with("pow__") {
            format!("expected 1 or 2 arguments, got {given}")
        } else if max < 2 && self.checks_count(native) {
            format!("expected {min} argument{}, got {given}", plural(min))
        } else if keywords && all_given > all {
            let bound = if min < all { "at most" } else { "exactly" };
            format!("{name}() takes {bound} {all} argument{} ({all_given} given)", plural(all))
        } else if keywords && max == 0 {
            format!("{name}() takes no positional arguments")
        } else if keywords && given > max {
            let bound = if min < max { "at most" } else { "exactly" };
            format!("{name}() takes {bound} {max} positional argument{} ({given} given)", plural(max))
        } else if keywords {
            let needed = (def.positional_only as usize).saturating_sub(receiver).min(min);
            let bound = if needed < max { "at least" } else { "exactly" };
            format!("{name}() takes {bound} {needed} positional argument{} ({given} given)", plural(needed))
        } else if max == 0 {
            format!("{title}() takes no arguments ({given} given)")
        } else if min == max && max == 1 && name == def.name {
            format!("{title}() takes exactly one argument ({given} given)")
        } else if min == max {
            format!("{name} expected {min} argument{}, got {given}", plural(min))
        } else if given < min {
            format!("{name} expected at least {min} argument{}, got {given}", plural(min))
        } else {
            format!("{name} expected at most {max} argument{}, got {given}", plural(max))
        };
        self.type_error(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.none())
    }

    #[test]
    fn signatures_are_read() {
        const DEF: NativeDef = NativeDef::new("split($self, /, sep=None, maxsplit=-1)", "", nothing);
        assert_eq!((DEF.name, DEF.binding), ("split", Binding::Method));
        assert_eq!((DEF.positional_only, DEF.positional, DEF.required), (1, 3, 1));
        assert_eq!(DEF.parameter_names().collect::<Vec<_>>(), ["self", "sep", "maxsplit"]);

        const PRINT: NativeDef = NativeDef::new("print(*args, sep=', ', end=')')", "", nothing);
        assert_eq!((PRINT.varargs, PRINT.keyword_only, PRINT.positional), (true, 2, 0));
        assert_eq!(PRINT.parameter_names().collect::<Vec<_>>(), ["sep", "end"]);

        const MAKE: NativeDef = NativeDef::new("static maketrans(x, y=(1, 2), /)", "", nothing);
        assert_eq!(
            (MAKE.name, MAKE.binding, MAKE.positional_only, MAKE.required),
            ("maketrans", Binding::Static, 2, 1)
        );
    }
}

//! `make_encoder`: writes a value as JSON.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::exception::add_note;
use orochi_vm::types::float;
use orochi_vm::types::int::{self, Int};
use orochi_vm::types::list::List;
use orochi_vm::types::native::{Native, NativeDef};
use orochi_vm::types::object::address;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Raised, Record, Value, Vm};

use super::{check_depth, strings};

/// Fields: the arguments of the constructor.
const MARKERS: usize = 0;
const DEFAULT: usize = 1;
const ENCODER: usize = 2;
const INDENT: usize = 3;
const KEY_SEPARATOR: usize = 4;
const ITEM_SEPARATOR: usize = 5;
const SORT_KEYS: usize = 6;
const SKIP_KEYS: usize = 7;
const ALLOW_NAN: usize = 8;

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[
        GetSetDef::member("markers", "markers", |_, value| Ok(field(value, MARKERS))),
        GetSetDef::member("default", "default", |_, value| Ok(field(value, DEFAULT))),
        GetSetDef::member("encoder", "encoder", |_, value| Ok(field(value, ENCODER))),
        GetSetDef::member("indent", "indent", |_, value| Ok(field(value, INDENT))),
        GetSetDef::member("key_separator", "key_separator", |_, value| Ok(field(value, KEY_SEPARATOR))),
        GetSetDef::member("item_separator", "item_separator", |_, value| Ok(field(value, ITEM_SEPARATOR))),
        GetSetDef::member("sort_keys", "sort_keys", |_, value| Ok(field(value, SORT_KEYS))),
        GetSetDef::member("skipkeys", "skipkeys", |_, value| Ok(field(value, SKIP_KEYS))),
    ],
    ..ClassDef::new(
        "_json.Encoder",
        "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        Layout::Record,
    )
};

fn field(encoder: Value, index: usize) -> Value {
    encoder.expect::<Record>().get(index)
}

#[methods(METHODS)]
impl Methods {
    /// Call self as a function.
    #[method("__call__($self, /, obj, _current_indent_level)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        let level = vm.index_i64(args[2])?;
        let mut writer = Writer::new(vm, args[0].expect(), level.max(0) as usize)?;
        writer.value(args[1])?;
        let text = writer.text.finish(vm)?;
        vm.new_tuple(&[text])
    }

    /// Create and return a new object.
    #[method(
        "static __new__(type, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)"
    )]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        for index in [5, 6] {
            if args[index].cast::<Str>().is_none() {
                let found = vm.type_name(args[index]);
                return Err(vm.type_error(format!("make_encoder() argument {index} must be str, not {found}")));
            }
        }
        let mut flags = [false; 3];
        for (flag, value) in flags.iter_mut().zip(&args[7..10]) {
            *flag = vm.is_true(*value)?;
        }
        if args[1] != vm.none() && args[1].cast::<Dict>().is_none() {
            let found = vm.type_name(args[1]);
            return Err(vm.type_error(format!("make_encoder() argument 1 must be dict or None, not {found}")));
        }
        let [sort_keys, skip_keys, allow_nan] = flags.map(|flag| vm.bool(flag));
        let fields = [args[1], args[2], args[3], args[4], args[5], args[6], sort_keys, skip_keys, allow_nan];
        Record::new(vm, args[0].expect(), &fields).map(Value::from)
    }
}

/// How strings are escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    /// All beyond ASCII is escaped.
    Ascii,
    /// Only what must be.
    Plain,
    /// As a function of the program does it.
    Custom,
}

/// One run of an encoder.
struct Writer<'a> {
    vm: &'a Vm,
    encoder: Gc<Record>,
    text: TextBuf,
    markers: Option<Gc<Dict>>,
    escape: Escape,
    /// The text of an indent step, if lines are indented, and how many steps it is now.
    indent: Option<Gc<Str>>,
    level: usize,
    /// How many containers are being written inside each other.
    depth: usize,
    item_separator: Gc<Str>,
    key_separator: Gc<Str>,
    skip_keys: bool,
    sort_keys: bool,
}

fn escape_of(function: Value) -> Escape {
    let native = function.cast::<Native>();
    let own = native.filter(|native| native.owner.get().cast::<Str>().is_some_and(|module| module.equals_str("_json")));
    match own.map(|native| native.def.name) {
        Some("encode_basestring_ascii") => Escape::Ascii,
        Some("encode_basestring") => Escape::Plain,
        _ => Escape::Custom,
    }
}

impl<'a> Writer<'a> {
    fn new(vm: &'a Vm, encoder: Gc<Record>, level: usize) -> PyResult<Writer<'a>> {
        let flag = |index: usize| encoder.get(index) == vm.true_();
        let indent = match encoder.get(INDENT) {
            indent if indent == vm.none() => None,
            indent => match indent.cast::<Str>() {
                Some(text) => Some(text),
                None => {
                    let name = vm.type_name(indent);
                    return Err(vm.type_error(format!("make_encoder() argument 4 must be str or None, not {name}")));
                }
            },
        };
        Ok(Writer {
            vm,
            encoder,
            text: TextBuf::new(),
            markers: encoder.get(MARKERS).cast::<Dict>(),
            escape: escape_of(encoder.get(ENCODER)),
            indent,
            level,
            depth: 0,
            item_separator: encoder.get(ITEM_SEPARATOR).expect(),
            key_separator: encoder.get(KEY_SEPARATOR).expect(),
            skip_keys: flag(SKIP_KEYS),
            sort_keys: flag(SORT_KEYS),
        })
    }

    fn value(&mut self, value: Value) -> PyResult<()> {
        let vm = self.vm;
        if let Some(text) = value.cast::<Str>() {
            return self.string(text);
        }
        if let Some(int) = value.as_int() {
            self.text.push_int(int);
            return Ok(());
        }
        match value {
            value if value == vm.none() => self.text.push("null"),
            value if value == vm.true_() => self.text.push("true"),
            value if value == vm.false_() => self.text.push("false"),
            value => return self.other(value),
        }
        Ok(())
    }

    fn other(&mut self, value: Value) -> PyResult<()> {
        let vm = self.vm;
        if value.cast::<Int>().is_some() {
            self.text.push(&int::text::decimal_of(vm, value)?);
            return Ok(());
        }
        if let Some(float) = value.as_float() {
            return self.float(float);
        }
        if let Some(list) = value.cast::<List>() {
            return self.marked(value, |writer| writer.list(value, list));
        }
        if let Some(tuple) = value.cast::<Tuple>() {
            return self.marked(value, |writer| writer.tuple(value, tuple));
        }
        if let Some(dict) = value.cast::<Dict>() {
            return self.marked(value, |writer| writer.dict(value, dict));
        }
        self.marked(value, |writer| {
            let replacement = vm.call(writer.encoder.get(DEFAULT), &[value])?;
            writer.value(replacement).map_err(|raised| {
                add_note(vm, raised, &format!("when serializing {} object", vm.qualified_type_name(value)))
            })
        })
    }

    /// Does something with a container that must not be met again inside it.
    fn marked(&mut self, value: Value, f: impl FnOnce(&mut Self) -> PyResult<()>) -> PyResult<()> {
        let vm = self.vm;
        check_depth(vm, self.depth, "while encoding a JSON object")?;
        self.depth += 1;
        let result = self.marked_inside(value, f);
        self.depth -= 1;
        result
    }

    fn marked_inside(&mut self, value: Value, f: impl FnOnce(&mut Self) -> PyResult<()>) -> PyResult<()> {
        let Some(markers) = self.markers else { return f(self) };
        let vm = self.vm;
        let id = vm.new_int(address(value) as i64)?;
        let before = markers.len();
        markers.get_or_insert(vm, id, value)?;
        if markers.len() == before {
            return Err(vm.value_error("Circular reference detected"));
        }
        f(self)?;
        markers.remove(vm, id)?;
        Ok(())
    }

    fn string(&mut self, text: Gc<Str>) -> PyResult<()> {
        match self.escape {
            Escape::Ascii => strings::push_escaped(&mut self.text, &text, true),
            Escape::Plain => strings::push_escaped(&mut self.text, &text, false),
            Escape::Custom => {
                let vm = self.vm;
                let escaped = vm.call(self.encoder.get(ENCODER), &[text.into()])?;
                let Some(escaped) = escaped.cast::<Str>() else {
                    let name = vm.type_name(escaped);
                    return Err(vm.type_error(format!("encoder() must return a string, not {name}")));
                };
                self.text.push_str(&escaped);
            }
        }
        Ok(())
    }

    fn float_text(&self, value: f64) -> PyResult<String> {
        if value.is_finite() {
            return Ok(float::text::repr(value));
        }
        if self.encoder.get(ALLOW_NAN) != self.vm.true_() {
            let shown = float::text::repr(value);
            return Err(self.vm.value_error(format!("Out of range float values are not JSON compliant: {shown}")));
        }
        Ok(match () {
            () if value.is_nan() => "NaN",
            () if value > 0.0 => "Infinity",
            () => "-Infinity",
        }
        .to_owned())
    }

    fn float(&mut self, value: f64) -> PyResult<()> {
        let text = self.float_text(value)?;
        self.text.push(&text);
        Ok(())
    }

    /// A new line with its indent, if lines are indented.
    fn new_line(&mut self) {
        if let Some(indent) = self.indent {
            self.text.push("\n");
            for _ in 0..self.level {
                self.text.push_str(&indent);
            }
        }
    }

    fn begin(&mut self, bracket: &str) {
        self.text.push(bracket);
        self.level += 1;
        self.new_line();
    }

    fn separate(&mut self) {
        self.text.push_str(&self.item_separator);
        self.new_line();
    }

    fn end(&mut self, bracket: &str) {
        self.level -= 1;
        self.new_line();
        self.text.push(bracket);
    }

    fn item_note(&self, raised: Raised, owner: Value, item: &str) -> Raised {
        let name = self.vm.qualified_type_name(owner);
        add_note(self.vm, raised, &format!("when serializing {name} item {item}"))
    }

    fn list(&mut self, owner: Value, list: Gc<List>) -> PyResult<()> {
        // A subclass may iterate in its own way.
        let list = if self.vm.is_exact_list(owner) { list } else { self.vm.list_from(owner)? };
        if list.is_empty() {
            self.text.push("[]");
            return Ok(());
        }
        self.begin("[");
        let mut index = 0;
        while let Some(item) = list.get(index) {
            if index > 0 {
                self.separate();
            }
            self.value(item).map_err(|raised| self.item_note(raised, owner, &index.to_string()))?;
            index += 1;
        }
        self.end("]");
        Ok(())
    }

    fn tuple(&mut self, owner: Value, tuple: Gc<Tuple>) -> PyResult<()> {
        let tuple = if self.vm.is_exact_tuple(owner) { tuple } else { self.vm.tuple_from(owner)? };
        if tuple.is_empty() {
            self.text.push("[]");
            return Ok(());
        }
        self.begin("[");
        for (index, item) in tuple.items().iter().enumerate() {
            if index > 0 {
                self.separate();
            }
            self.value(*item).map_err(|raised| self.item_note(raised, owner, &index.to_string()))?;
        }
        self.end("]");
        Ok(())
    }

    fn dict(&mut self, owner: Value, dict: Gc<Dict>) -> PyResult<()> {
        let vm = self.vm;
        if vm.len(owner)? == 0 {
            self.text.push("{}");
            return Ok(());
        }
        self.begin("{");
        let mut first = true;
        if self.sort_keys || !vm.is_exact_dict(owner) {
            let items = vm.list_from(vm.call_method(owner, "items", &[])?)?;
            if self.sort_keys {
                vm.call_method(items.into(), "sort", &[])?;
            }
            let mut index = 0;
            while let Some(item) = items.get(index) {
                let Some(pair) = item.cast::<Tuple>().filter(|pair| pair.len() == 2) else {
                    return Err(vm.value_error("items must return 2-tuples"));
                };
                self.entry(owner, pair.items()[0], pair.items()[1], &mut first)?;
                index += 1;
            }
        } else {
            let mut place = 0;
            while let Some((next, key, value)) = dict.next_entry(place) {
                self.entry(owner, key, value, &mut first)?;
                place = next;
            }
        }
        self.end("}");
        Ok(())
    }

    fn entry(&mut self, owner: Value, key: Value, value: Value, first: &mut bool) -> PyResult<()> {
        let vm = self.vm;
        let key_text = match key.cast::<Str>() {
            Some(text) => text,
            None => match self.key_text(key)? {
                Some(text) => text,
                None if self.skip_keys => return Ok(()),
                None => {
                    let name = vm.type_name(key);
                    return Err(vm.type_error(format!("keys must be str, int, float, bool or None, not {name}")));
                }
            },
        };
        if *first {
            *first = false;
        } else {
            self.separate();
        }
        self.string(key_text)?;
        self.text.push_str(&self.key_separator);
        self.value(value).map_err(|raised| {
            let shown = vm.display_repr(key);
            self.item_note(raised, owner, &shown)
        })
    }

    /// What stands for a key that is no string; `None` for one that cannot be a key.
    fn key_text(&self, key: Value) -> PyResult<Option<Gc<Str>>> {
        let vm = self.vm;
        let text = match key {
            key if key == vm.true_() => "true".to_owned(),
            key if key == vm.false_() => "false".to_owned(),
            key if key == vm.none() => "null".to_owned(),
            key if key.as_float().is_some() => self.float_text(key.as_float().unwrap_or_default())?,
            key if key.is_int() || key.cast::<Int>().is_some() => int::text::decimal_of(vm, key)?,
            _ => return Ok(None),
        };
        Str::from_utf8(vm, &text).map(Some)
    }
}

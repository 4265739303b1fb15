//! The virtual machine: heap, classes, singletons, interned names, stacks, modules. One `Vm` is one isolated Python; one
//! thread at a time is in it.
//!
//! Everything takes `&Vm`: what changes is in cells, so that native code may call back into the VM from anywhere.

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;

use orochi_gc::{CollectKind, Config, Gc, Heap, Liveness, Roots, Tracer};
use rustc_hash::FxHashMap;

use crate::compile::Compiler;
use crate::error::PyResult;
use crate::interp::stack::{Regions, Stack};
use crate::object::array::Array;
use crate::object::class::Class;
use crate::object::layout::{PyLayout, shape_of_header};
use crate::object::shape::{Attrs, Shape};
use crate::object::special::Special;
use crate::types::dict::DictTable;
use crate::types::str::{Str, Text};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Declares the native classes: field of [`Types`], definition, base.
macro_rules! classes {
    ($m:ident) => {
        $m! {
            type_: crate::types::type_::CLASS, object;
            int: crate::types::int::methods::CLASS, object;
            bool_: crate::types::bool_::CLASS, int;
            float: crate::types::float::methods::CLASS, object;
            complex: crate::types::complex::methods::CLASS, object;
            str: crate::types::str::methods::CLASS, object;
            bytes: crate::types::bytes::CLASS, object;
            bytearray: crate::types::bytearray::CLASS, object;
            memoryview: crate::types::memoryview::CLASS, object;
            memory_iterator: crate::types::memoryview::ITERATOR_CLASS, object;
            buffer_wrapper: crate::protocol::buffer::WRAPPER_CLASS, object;
            tuple: crate::types::tuple::methods::CLASS, object;
            list: crate::types::list::methods::CLASS, object;
            dict: crate::types::dict::methods::CLASS, object;
            set: crate::types::set::CLASS, object;
            frozenset: crate::types::set::FROZEN_CLASS, object;
            range: crate::types::range::CLASS, object;
            slice: crate::types::slice::CLASS, object;
            none_type: crate::types::none::CLASS, object;
            ellipsis_type: crate::types::none::ELLIPSIS_CLASS, object;
            not_implemented_type: crate::types::none::NOT_IMPLEMENTED_CLASS, object;
            function: crate::types::function::CLASS, object;
            builtin_function: crate::types::native_class::FUNCTION_CLASS, object;
            method_descriptor: crate::types::native_class::METHOD_DESCRIPTOR_CLASS, object;
            wrapper_descriptor: crate::types::native_class::WRAPPER_DESCRIPTOR_CLASS, object;
            method_wrapper: crate::types::native_class::METHOD_WRAPPER_CLASS, object;
            classmethod_descriptor: crate::types::native_class::CLASSMETHOD_DESCRIPTOR_CLASS, object;
            method: crate::types::method::CLASS, object;
            cell: crate::types::cell::CLASS, object;
            code: crate::types::code::CLASS, object;
            module: crate::types::module::CLASS, object;
            generator: crate::types::generator::CLASS, object;
            coroutine: crate::types::generator::COROUTINE_CLASS, object;
            async_generator: crate::types::generator::ASYNC_GENERATOR_CLASS, object;
            coroutine_wrapper: crate::types::generator::COROUTINE_WRAPPER_CLASS, object;
            async_generator_sender: crate::types::generator::SENDER_CLASS, object;
            async_generator_thrower: crate::types::generator::THROWER_CLASS, object;
            async_generator_wrapped: crate::types::generator::WRAPPED_CLASS, object;
            frame: crate::types::frame::CLASS, object;
            traceback: crate::types::traceback::CLASS, object;
            property: crate::types::property::CLASS, object;
            getset_descriptor: crate::types::property::GETSET_CLASS, object;
            member_descriptor: crate::types::property::MEMBER_CLASS, object;
            staticmethod: crate::types::method::STATIC_CLASS, object;
            classmethod: crate::types::method::CLASSMETHOD_CLASS, object;
            super_: crate::types::super_::CLASS, object;
            weakref: crate::types::weakref::CLASS, object;
            mappingproxy: crate::types::mappingproxy::CLASS, object;
            simple_namespace: crate::types::namespace::CLASS, object;
            generic_alias: crate::types::generic_alias::CLASS, object;
            union_type: crate::types::generic_alias::UNION_CLASS, object;
            enumerate: crate::types::iterators::ENUMERATE_CLASS, object;
            zip: crate::types::iterators::ZIP_CLASS, object;
            map: crate::types::iterators::MAP_CLASS, object;
            filter: crate::types::iterators::FILTER_CLASS, object;
            reversed: crate::types::iterators::REVERSED_CLASS, object;
            seq_iterator: crate::types::iterators::SEQUENCE_CLASS, object;
            list_iterator: crate::types::iterators::LIST_CLASS, object;
            list_reverseiterator: crate::types::iterators::LIST_REVERSE_CLASS, object;
            tuple_iterator: crate::types::iterators::TUPLE_CLASS, object;
            str_ascii_iterator: crate::types::iterators::STR_ASCII_CLASS, object;
            str_iterator: crate::types::iterators::STR_CLASS, object;
            bytes_iterator: crate::types::iterators::BYTES_CLASS, object;
            bytearray_iterator: crate::types::iterators::BYTEARRAY_CLASS, object;
            callable_iterator: crate::types::iterators::CALLABLE_CLASS, object;
            range_iterator: crate::types::range::ITERATOR_CLASS, object;
            long_range_iterator: crate::types::range::LONG_ITERATOR_CLASS, object;
            dict_keys: crate::types::dict::views::KEYS_CLASS, object;
            dict_values: crate::types::dict::views::VALUES_CLASS, object;
            dict_items: crate::types::dict::views::ITEMS_CLASS, object;
            dict_keyiterator: crate::types::dict::views::KEY_ITERATOR_CLASS, object;
            dict_valueiterator: crate::types::dict::views::VALUE_ITERATOR_CLASS, object;
            dict_itemiterator: crate::types::dict::views::ITEM_ITERATOR_CLASS, object;
            dict_reversekeyiterator: crate::types::dict::views::REVERSE_KEY_ITERATOR_CLASS, object;
            dict_reversevalueiterator: crate::types::dict::views::REVERSE_VALUE_ITERATOR_CLASS, object;
            dict_reverseitemiterator: crate::types::dict::views::REVERSE_ITEM_ITERATOR_CLASS, object;
            set_iterator: crate::types::set::ITERATOR_CLASS, object;
            interpolation: crate::types::template::INTERPOLATION_CLASS, object;
        template: crate::types::template::TEMPLATE_CLASS, object;
            template_iter: crate::types::template::ITERATOR_CLASS, object;
        array: crate::object::ARRAY_CLASS, object;
        text_buffer: crate::types::str::growing::CLASS, object;
            dict_table: crate::object::TABLE_CLASS, object;
        registers: crate::object::REGISTERS_CLASS, object;
            base_exception: crate::types::exception::classes::BASE_EXCEPTION, object;
            base_exception_group: crate::types::exception::classes::BASE_EXCEPTION_GROUP, base_exception;
            exception: crate::types::exception::classes::EXCEPTION, base_exception;
            generator_exit: crate::types::exception::classes::GENERATOR_EXIT, base_exception;
            keyboard_interrupt: crate::types::exception::classes::KEYBOARD_INTERRUPT, base_exception;
            system_exit: crate::types::exception::classes::SYSTEM_EXIT, base_exception;
            arithmetic_error: crate::types::exception::classes::ARITHMETIC_ERROR, exception;
            assertion_error: crate::types::exception::classes::ASSERTION_ERROR, exception;
            attribute_error: crate::types::exception::classes::ATTRIBUTE_ERROR, exception;
            buffer_error: crate::types::exception::classes::BUFFER_ERROR, exception;
            eof_error: crate::types::exception::classes::EOF_ERROR, exception;
            import_error: crate::types::exception::classes::IMPORT_ERROR, exception;
            lookup_error: crate::types::exception::classes::LOOKUP_ERROR, exception;
            memory_error: crate::types::exception::classes::MEMORY_ERROR, exception;
            name_error: crate::types::exception::classes::NAME_ERROR, exception;
            os_error: crate::types::exception::classes::OS_ERROR, exception;
            reference_error: crate::types::exception::classes::REFERENCE_ERROR, exception;
            runtime_error: crate::types::exception::classes::RUNTIME_ERROR, exception;
            stop_async_iteration: crate::types::exception::classes::STOP_ASYNC_ITERATION, exception;
            stop_iteration: crate::types::exception::classes::STOP_ITERATION, exception;
            syntax_error: crate::types::exception::classes::SYNTAX_ERROR, exception;
            system_error: crate::types::exception::classes::SYSTEM_ERROR, exception;
            type_error: crate::types::exception::classes::TYPE_ERROR, exception;
            value_error: crate::types::exception::classes::VALUE_ERROR, exception;
            warning: crate::types::exception::classes::WARNING, exception;
            floating_point_error: crate::types::exception::classes::FLOATING_POINT_ERROR, arithmetic_error;
            overflow_error: crate::types::exception::classes::OVERFLOW_ERROR, arithmetic_error;
            zero_division_error: crate::types::exception::classes::ZERO_DIVISION_ERROR, arithmetic_error;
            module_not_found_error: crate::types::exception::classes::MODULE_NOT_FOUND_ERROR, import_error;
            index_error: crate::types::exception::classes::INDEX_ERROR, lookup_error;
            key_error: crate::types::exception::classes::KEY_ERROR, lookup_error;
            unbound_local_error: crate::types::exception::classes::UNBOUND_LOCAL_ERROR, name_error;
            blocking_io_error: crate::types::exception::classes::BLOCKING_IO_ERROR, os_error;
            child_process_error: crate::types::exception::classes::CHILD_PROCESS_ERROR, os_error;
            connection_error: crate::types::exception::classes::CONNECTION_ERROR, os_error;
            file_exists_error: crate::types::exception::classes::FILE_EXISTS_ERROR, os_error;
            file_not_found_error: crate::types::exception::classes::FILE_NOT_FOUND_ERROR, os_error;
            interrupted_error: crate::types::exception::classes::INTERRUPTED_ERROR, os_error;
            is_a_directory_error: crate::types::exception::classes::IS_A_DIRECTORY_ERROR, os_error;
            not_a_directory_error: crate::types::exception::classes::NOT_A_DIRECTORY_ERROR, os_error;
            permission_error: crate::types::exception::classes::PERMISSION_ERROR, os_error;
            process_lookup_error: crate::types::exception::classes::PROCESS_LOOKUP_ERROR, os_error;
            timeout_error: crate::types::exception::classes::TIMEOUT_ERROR, os_error;
            broken_pipe_error: crate::types::exception::classes::BROKEN_PIPE_ERROR, connection_error;
            connection_aborted_error: crate::types::exception::classes::CONNECTION_ABORTED_ERROR, connection_error;
            connection_refused_error: crate::types::exception::classes::CONNECTION_REFUSED_ERROR, connection_error;
            connection_reset_error: crate::types::exception::classes::CONNECTION_RESET_ERROR, connection_error;
            not_implemented_error: crate::types::exception::classes::NOT_IMPLEMENTED_ERROR, runtime_error;
            python_finalization_error: crate::types::exception::classes::PYTHON_FINALIZATION_ERROR, runtime_error;
            recursion_error: crate::types::exception::classes::RECURSION_ERROR, runtime_error;
            indentation_error: crate::types::exception::classes::INDENTATION_ERROR, syntax_error;
            incomplete_input_error: crate::types::exception::classes::INCOMPLETE_INPUT_ERROR, syntax_error;
            tab_error: crate::types::exception::classes::TAB_ERROR, indentation_error;
            unicode_error: crate::types::exception::classes::UNICODE_ERROR, value_error;
            unicode_decode_error: crate::types::exception::classes::UNICODE_DECODE_ERROR, unicode_error;
            unicode_encode_error: crate::types::exception::classes::UNICODE_ENCODE_ERROR, unicode_error;
            unicode_translate_error: crate::types::exception::classes::UNICODE_TRANSLATE_ERROR, unicode_error;
            bytes_warning: crate::types::exception::classes::BYTES_WARNING, warning;
            deprecation_warning: crate::types::exception::classes::DEPRECATION_WARNING, warning;
            encoding_warning: crate::types::exception::classes::ENCODING_WARNING, warning;
            future_warning: crate::types::exception::classes::FUTURE_WARNING, warning;
            import_warning: crate::types::exception::classes::IMPORT_WARNING, warning;
            pending_deprecation_warning: crate::types::exception::classes::PENDING_DEPRECATION_WARNING, warning;
            resource_warning: crate::types::exception::classes::RESOURCE_WARNING, warning;
            runtime_warning: crate::types::exception::classes::RUNTIME_WARNING, warning;
            syntax_warning: crate::types::exception::classes::SYNTAX_WARNING, warning;
            unicode_warning: crate::types::exception::classes::UNICODE_WARNING, warning;
            user_warning: crate::types::exception::classes::USER_WARNING, warning;
        }
    };
}

macro_rules! declare_types {
    ($($field:ident: $def:path, $base:ident;)*) => {
        /// The native classes.
        pub struct Types {
            pub object: Gc<Class>,
            $(pub $field: Gc<Class>,)*
            /// Made when the VM starts, with two bases.
            pub exception_group: Gc<Class>,
        }

        impl Types {
            /// First step of the start: all classes, bare.
            fn allocate(vm: &Vm) -> Types {
                let raw = |def| Class::allocate(vm, def);
                Types {
                    object: raw(&crate::types::object::CLASS),
                    $($field: raw(&$def),)*
                    exception_group: raw(&crate::types::exception::classes::EXCEPTION_GROUP),
                }
            }

            /// Second step: names, bases, methods.
            fn fill(&self, vm: &Vm) -> PyResult<()> {
                self.object.fill(vm, &[])?;
                $(self.$field.fill(vm, &[self.$base])?;)*
                self.exception_group.fill(vm, &[self.base_exception_group, self.exception])
            }

            /// All native classes, bases first.
            pub fn for_each(&self, mut f: impl FnMut(Gc<Class>)) {
                f(self.object);
                $(f(self.$field);)*
                f(self.exception_group);
            }
        }
    };
}
classes!(declare_types);

/// Shapes of native objects that the VM makes or meets all the time.
pub struct Shapes {
    pub array: Gc<Shape>,
    pub str: Gc<Shape>,
    pub table: Gc<Shape>,
    pub tuple: Gc<Shape>,
    pub list: Gc<Shape>,
    pub dict: Gc<Shape>,
}

/// What exists from the start and never dies.
struct Singletons {
    none: Value,
    /// False, True.
    bools: [Value; 2],
    ellipsis: Value,
    not_implemented: Value,
    empty_str: Gc<Str>,
    empty_tuple: Gc<Tuple>,
    empty_array: Gc<Array>,
    empty_table: Gc<DictTable>,
    latin1: [Gc<Str>; 256],
}

/// A virtual machine.
pub struct Vm {
    pub heap: Heap,
    shapes: Cell<Option<&'static Shapes>>,
    types: Cell<Option<&'static Types>>,
    singletons: Cell<Option<&'static Singletons>>,
    /// The pending exception, or unbound. See [`crate::error`].
    pub pending: Cell<Value>,
    /// The exception being handled (`sys.exception()`), or unbound.
    pub handled: Cell<Value>,
    pub(crate) memory_error_instance: Cell<Value>,
    /// Registers and frames.
    pub stack: Stack,
    interned: RefCell<crate::interned::Interned>,
    /// The weak references without callback, and such proxies; see [`crate::types::weakref`].
    pub(crate) weakrefs: crate::types::weakref::Plain,
    pub(crate) weak_proxies: crate::types::weakref::Plain,
    // untraced: interned names live as long as the VM
    specials: RefCell<Vec<Gc<Str>>>,
    special_index: RefCell<FxHashMap<usize, Special>>,
    pub(crate) method_cache: crate::interp::cache::MethodCache,
    /// `__name__`, interned.
    // untraced: interned names live as long as the VM
    dunder_name: Cell<Option<Gc<Str>>>,
    /// For reading and for storing attributes.
    pub(crate) shape_cache: crate::interp::cache::ShapeCache,
    pub(crate) store_cache: crate::interp::cache::ShapeCache,
    class_versions: Cell<u64>,
    /// Changes when a class gets an attribute that may hide instance attributes: a data descriptor or an access hook.
    pub(crate) attribute_epoch: Cell<u64>,
    /// Who observes the program.
    pub(crate) observation: crate::interp::observe::Observation,
    /// `sys.modules`, `builtins.__dict__`, `sys.__dict__`; see [`crate::modules`].
    pub state: crate::modules::State,
    pub threads: crate::threads::Threads,
    pub signals: crate::signals::Signals,
    /// Lines of sources that tracebacks showed, by filename.
    pub(crate) sources: RefCell<FxHashMap<String, crate::types::exception::display::source::Source>>,
    pub(crate) command: RefCell<Option<crate::types::exception::display::source::Command>>,
    pub(crate) compiler: RefCell<Option<Box<dyn Compiler>>>,
    pub(crate) lowering: Cell<crate::lower::Scratch>,
    /// Containers whose repr is being made, by their words; they are alive because native frames hold them.
    pub(crate) reprs: RefCell<rustc_hash::FxHashSet<u64>>,
    /// How many of `repr` and `str` are running inside each other.
    pub(crate) text_depth: Cell<u32>,
}

// SAFETY: reports every reference that the VM holds outside of heap objects.
unsafe impl Roots for Vm {
    fn request_safepoint(&self) {
        use crate::interp::poll::{FINALIZE, MEMORY};
        self.request(if self.heap.is_over_limit() { FINALIZE | MEMORY } else { FINALIZE });
    }

    fn sweep_weak(&self, kind: CollectKind, live: &Liveness) {
        self.weakrefs.sweep(kind, live);
        self.weak_proxies.sweep(kind, live);
        self.state.gc.sweep(live);
    }

    fn trace(&self, kind: CollectKind, tracer: &mut Tracer<'_>) {
        if let Some(types) = self.types.get() {
            types.for_each(|class| Value::from(class).trace(tracer));
        }
        if let Some(shapes) = self.shapes.get() {
            [shapes.array, shapes.str, shapes.table, shapes.tuple, shapes.list, shapes.dict]
                .into_iter()
                .for_each(|shape| Value::from(shape).trace(tracer));
        }
        if let Some(s) = self.singletons.get() {
            [s.none, s.bools[0], s.bools[1], s.ellipsis, s.not_implemented].iter().for_each(|v| v.trace(tracer));
            Value::from(s.empty_str).trace(tracer);
            Value::from(s.empty_tuple).trace(tracer);
            Value::from(s.empty_array).trace(tracer);
            Value::from(s.empty_table).trace(tracer);
            s.latin1.iter().for_each(|text| Value::from(*text).trace(tracer));
        }
        for cell in [&self.pending, &self.handled, &self.memory_error_instance] {
            cell.get().trace(tracer);
        }
        self.interned.borrow_mut().trace(kind, tracer);
        self.stack.trace(tracer);
        self.state.trace(tracer);
        self.observation.trace(tracer);
        self.threads.trace(tracer);
        self.signals.handlers.get().trace(tracer);
        self.method_cache.clear();
        self.shape_cache.clear();
        self.store_cache.clear();
    }
}

impl Vm {
    // ---- singletons -------------------------------------------------------------------------------------------------

    #[inline(always)]
    fn singletons(&self) -> &'static Singletons {
        // SAFETY: set before `Vm::new` returns; the functions that run earlier do not ask for one that is not there.
        unsafe { self.singletons.get().unwrap_unchecked() }
    }

    /// The native classes.
    #[inline(always)]
    #[must_use]
    pub fn types(&self) -> &'static Types {
        // SAFETY: as above.
        unsafe { self.types.get().unwrap_unchecked() }
    }

    /// Shapes of common native objects.
    #[inline(always)]
    #[must_use]
    pub(crate) fn shapes(&self) -> &'static Shapes {
        // SAFETY: as above.
        unsafe { self.shapes.get().unwrap_unchecked() }
    }

    /// `None`.
    #[inline(always)]
    #[must_use]
    pub fn none(&self) -> Value {
        self.singletons().none
    }

    /// `True` or `False`.
    #[inline(always)]
    #[must_use]
    pub fn bool(&self, value: bool) -> Value {
        self.singletons().bools[usize::from(value)]
    }

    /// `True`.
    #[inline(always)]
    #[must_use]
    pub fn true_(&self) -> Value {
        self.singletons().bools[1]
    }

    /// `False`.
    #[inline(always)]
    #[must_use]
    pub fn false_(&self) -> Value {
        self.singletons().bools[0]
    }

    /// `...`.
    #[must_use]
    pub fn ellipsis(&self) -> Value {
        self.singletons().ellipsis
    }

    /// `NotImplemented`.
    #[inline(always)]
    #[must_use]
    pub fn not_implemented(&self) -> Value {
        self.singletons().not_implemented
    }

    /// `""`.
    #[must_use]
    pub fn empty_str(&self) -> Gc<Str> {
        self.singletons().empty_str
    }

    /// `()`.
    #[must_use]
    pub fn empty_tuple(&self) -> Gc<Tuple> {
        self.singletons().empty_tuple
    }

    pub(crate) fn empty_array(&self) -> Gc<Array> {
        self.singletons().empty_array
    }

    pub(crate) fn empty_table(&self) -> Gc<DictTable> {
        self.singletons().empty_table
    }

    /// The string of one Latin-1 code point.
    #[inline]
    #[must_use]
    pub fn latin1_char(&self, byte: u8) -> Gc<Str> {
        self.singletons().latin1[usize::from(byte)]
    }

    // ---- allocation ---------------------------------------------------------------------------------------------------

    /// Zeroed memory for an object of a shape.
    #[inline]
    pub(crate) fn alloc_raw<T: PyLayout>(&self, shape: Gc<Shape>, bytes: usize) -> PyResult<NonNull<u8>> {
        self.heap.alloc_sized::<T>(shape.meta(), bytes).map_err(|_| self.memory_error())
    }

    /// A zeroed object with `len` items of `item` bytes behind its struct, and the extension word behind them if its class has
    /// attributes.
    #[inline]
    pub(crate) fn alloc_trailing<T: PyLayout>(&self, shape: Gc<Shape>, len: usize, item: usize) -> PyResult<Gc<T>> {
        let size = len.checked_mul(item).and_then(|bytes| bytes.checked_add(size_of::<T>() + 16));
        let Some(size) = size.filter(|size| *size < isize::MAX as usize) else { return Err(self.memory_error()) };
        let size = size - 16;
        let memory =
            if shape.extended { self.alloc_extended::<T>(shape, size)? } else { self.alloc_raw::<T>(shape, size)? };
        // SAFETY: the shape's layout is that of `T`, and all-zero is a valid `T` for these types.
        Ok(unsafe { Gc::from_ptr(memory.as_ptr().cast()) })
    }

    fn alloc_extended<T: PyLayout>(&self, shape: Gc<Shape>, size: usize) -> PyResult<NonNull<u8>> {
        let words = usize::from(shape.attrs != Attrs::None) + shape.members as usize;
        let total = if words == 0 { size } else { size.next_multiple_of(8) + 8 * words };
        let memory = self.alloc_raw::<T>(shape, total)?;
        for word in 1..=words {
            // SAFETY: the extension word and the values of `__slots__` lie at the end of the memory just allocated.
            unsafe { memory.as_ptr().add(total - 8 * word).cast::<Value>().write(Value::UNBOUND) };
        }
        if shape.class.has_finalizer() {
            self.heap.register_finalizable(memory.cast());
        }
        Ok(memory)
    }

    // ---- names ----------------------------------------------------------------------------------------------------------

    /// The interned string of a text.
    pub fn intern(&self, text: &str) -> Gc<Str> {
        self.intern_wtf8(text.as_bytes())
    }

    /// The interned string of a text in generalised UTF-8.
    pub(crate) fn intern_wtf8(&self, bytes: &[u8]) -> Gc<Str> {
        if let Some(text) = self.interned.borrow().find(bytes) {
            return text;
        }
        let text = Str::from_wtf8(self, bytes).unwrap_or_else(|_| self.empty_str());
        self.remember_interned(bytes, text);
        text
    }

    fn remember_interned(&self, bytes: &[u8], text: Gc<Str>) {
        text.set_interned();
        self.interned.borrow_mut().insert(bytes, text);
    }

    /// The interned string with the same text; of a subclass of `str` it is a plain one.
    #[inline]
    pub fn intern_str(&self, text: Gc<Str>) -> Gc<Str> {
        if text.is_interned() { text } else { self.intern_str_slow(text) }
    }

    fn intern_str_slow(&self, text: Gc<Str>) -> Gc<Str> {
        let encoded;
        let bytes = match text.text() {
            Text::Latin1(units) if text.is_ascii() => units,
            _ => {
                encoded = text.to_wtf8();
                &encoded
            }
        };
        if let Some(known) = self.interned.borrow().find(bytes) {
            return known;
        }
        if self.is_exact_str(text.into()) {
            self.remember_interned(bytes, text);
            return text;
        }
        self.intern_wtf8(bytes)
    }

    /// The interned name `__name__`.
    #[inline]
    pub(crate) fn dunder_name(&self) -> Gc<Str> {
        self.dunder_name.get().unwrap_or_else(|| {
            let name = self.intern("__name__");
            self.dunder_name.set(Some(name));
            name
        })
    }

    /// The special method of a name.
    #[must_use]
    pub fn special_named(&self, name: Gc<Str>) -> Option<Special> {
        self.special_index.borrow().get(&(name.as_ptr() as usize)).copied()
    }

    /// The interned name of a special method.
    #[must_use]
    pub fn special_name(&self, special: Special) -> Gc<Str> {
        self.specials.borrow()[special as usize]
    }

    /// All special methods with their interned names.
    #[must_use]
    // untraced: interned names live as long as the VM
    pub fn special_names(&self) -> Vec<(Special, Gc<Str>)> {
        Special::ALL.iter().copied().zip(self.specials.borrow().iter().copied()).collect()
    }

    /// What is known about places of attributes in objects does not hold any more.
    pub(crate) fn next_attribute_epoch(&self) {
        self.attribute_epoch.set(self.attribute_epoch.get() + 1);
        self.shape_cache.clear();
        self.store_cache.clear();
    }

    pub(crate) fn next_class_version(&self) -> u64 {
        let version = self.class_versions.get() + 1;
        self.class_versions.set(version);
        version
    }

    // ---- classes of values ------------------------------------------------------------------------------------------------

    /// The class of a value.
    #[inline]
    #[must_use]
    pub fn class_of(&self, value: Value) -> Gc<Class> {
        if value.is_int() {
            self.types().int
        } else if value.is_float() {
            self.types().float
        } else {
            match value.as_header() {
                Some(header) => shape_of_header(header).class,
                None => self.types().object,
            }
        }
    }

    /// The name of a value's class, for messages: that of a native class has its module (CPython's `tp_name`).
    #[must_use]
    pub fn type_name(&self, value: Value) -> String {
        self.class_of(value).title()
    }

    /// What a message about a wrong argument calls the value: `None`, or the name of its class.
    #[must_use]
    pub fn argument_name(&self, value: Value) -> String {
        if value == self.none() { "None".to_owned() } else { self.type_name(value) }
    }

    /// The name of a value's class with its module, unless that is `builtins` or `__main__` (CPython's `%T`).
    #[must_use]
    pub fn qualified_type_name(&self, value: Value) -> String {
        let class = self.class_of(value);
        let qualname = class.qualname.get().to_string();
        let module = class.dict.get().get_interned(self, self.intern("__module__")).and_then(Value::cast::<Str>);
        match module.map(|module| module.to_string()) {
            Some(module) if module != "builtins" && module != "__main__" => format!("{module}.{qualname}"),
            _ => qualname,
        }
    }

    /// Whether it is a string and of no subclass.
    #[inline(always)]
    #[must_use]
    pub fn is_exact_str(&self, value: Value) -> bool {
        self.has_shape(value, self.shapes().str)
    }

    /// Whether it is a list and of no subclass.
    #[inline(always)]
    #[must_use]
    pub fn is_exact_list(&self, value: Value) -> bool {
        self.has_shape(value, self.shapes().list)
    }

    /// Whether it is a dict and of no subclass.
    #[inline(always)]
    #[must_use]
    pub fn is_exact_dict(&self, value: Value) -> bool {
        self.has_shape(value, self.shapes().dict)
    }

    /// Whether it is a tuple and of no subclass.
    #[inline(always)]
    #[must_use]
    pub fn is_exact_tuple(&self, value: Value) -> bool {
        self.has_shape(value, self.shapes().tuple)
    }

    #[inline(always)]
    fn has_shape(&self, value: Value, shape: Gc<Shape>) -> bool {
        value.as_header().is_some_and(|header| {
            // SAFETY: a live object.
            unsafe { header.as_ref() }.meta() == shape.meta()
        })
    }

    /// Whether it is of exactly this class.
    #[inline]
    #[must_use]
    pub fn is_exact(&self, value: Value, class: Gc<Class>) -> bool {
        self.class_of(value) == class
    }

    /// Whether it is of this class or a subclass (by MRO; `__instancecheck__` is not asked).
    #[inline]
    #[must_use]
    pub fn is_instance(&self, value: Value, class: Gc<Class>) -> bool {
        self.class_of(value).is_subclass_of(class)
    }

    // ---- start ----------------------------------------------------------------------------------------------------------------

    /// A VM with the built-in types and no module yet; [`crate::modules`] adds them.
    ///
    /// # Errors
    /// MemoryError when the heap's limit is too small even for that.
    pub fn new(config: Config) -> PyResult<Box<Vm>> {
        let memory = Regions::of_main_thread();
        crate::protocol::siphash::choose_key(None);
        let vm = Box::new(Vm {
            heap: Heap::new(config),
            shapes: Cell::new(None),
            types: Cell::new(None),
            singletons: Cell::new(None),
            pending: Cell::new(Value::UNBOUND),
            handled: Cell::new(Value::UNBOUND),
            memory_error_instance: Cell::new(Value::UNBOUND),
            stack: Stack::new(&memory),
            interned: RefCell::default(),
            weakrefs: crate::types::weakref::Plain::default(),
            weak_proxies: crate::types::weakref::Plain::default(),
            specials: RefCell::new(Vec::new()),
            special_index: RefCell::new(FxHashMap::default()),
            method_cache: crate::interp::cache::MethodCache::new(),
            dunder_name: Cell::new(None),
            shape_cache: crate::interp::cache::ShapeCache::new(),
            store_cache: crate::interp::cache::ShapeCache::new(),
            class_versions: Cell::new(0),
            attribute_epoch: Cell::new(0),
            observation: Default::default(),
            state: crate::modules::State::default(),
            threads: crate::threads::Threads::new(memory),
            signals: crate::signals::Signals::default(),
            sources: RefCell::new(FxHashMap::default()),
            command: RefCell::new(None),
            compiler: RefCell::new(None),
            lowering: Cell::default(),
            reprs: RefCell::default(),
            text_depth: Cell::new(0),
        });
        vm.heap.without_collections(|| vm.start())?;
        // SAFETY: the VM is boxed and outlives its heap, which is one of its fields.
        unsafe { vm.heap.set_roots(NonNull::from(&*vm as &dyn Roots)) };
        Ok(vm)
    }

    /// Makes the native classes and singletons. The collector is paused. What lives as long as the process is leaked:
    /// a VM is dropped with its heap, and its tables are small.
    fn start(&self) -> PyResult<()> {
        let types: &'static Types = Box::leak(Box::new(Types::allocate(self)));
        self.types.set(Some(types));
        types.for_each(|class| class.set_metaclass(self, types.type_));
        self.shapes.set(Some(Box::leak(Box::new(Shapes {
            array: types.array.root_shape(self),
            str: types.str.root_shape(self),
            table: types.dict_table.root_shape(self),
            tuple: types.tuple.root_shape(self),
            list: types.list.root_shape(self),
            dict: types.dict.root_shape(self),
        }))));
        let mut latin1 = Vec::with_capacity(256);
        for byte in 0..=255 {
            latin1.push(Str::new_latin1_char(self, byte)?);
        }
        let singletons = Singletons {
            none: self.new_object(types.none_type)?,
            bools: [
                crate::types::bool_::new_singleton(self, types.bool_, false)?,
                crate::types::bool_::new_singleton(self, types.bool_, true)?,
            ],
            ellipsis: self.new_object(types.ellipsis_type)?,
            not_implemented: self.new_object(types.not_implemented_type)?,
            empty_str: Str::new_empty(self)?,
            empty_tuple: Tuple::new_empty(self)?,
            empty_array: Array::new(self, 0)?,
            empty_table: DictTable::new_empty(self)?,
            latin1: latin1.try_into().unwrap_or_else(|_| unreachable!("there are 256 bytes")),
        };
        self.singletons.set(Some(Box::leak(Box::new(singletons))));
        for byte in 0..=255u8 {
            let mut bytes = [0; 2];
            let bytes = char::from(byte).encode_utf8(&mut bytes).as_bytes();
            self.remember_interned(bytes, self.latin1_char(byte));
        }
        self.remember_interned(&[], self.empty_str());
        for special in Special::ALL {
            let name = self.intern(special.name());
            self.specials.borrow_mut().push(name);
            self.special_index.borrow_mut().insert(name.as_ptr() as usize, *special);
        }
        types.fill(self)?;
        crate::types::template::add_match_args(self)?;
        let memory_error = crate::types::exception::Exception::new(self, types.memory_error, &[])?;
        self.memory_error_instance.set(memory_error.into());
        Ok(())
    }
}

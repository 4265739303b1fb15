//! Between the nodes and the flat trees that a frontend exchanges with its host.

use std::cell::{Cell, RefCell};

use bumpalo::Bump;
use orochi_bytecode::tree::{self, Field, Item, Node, Tree, schema};

use super::nodes::{Constant, Expr, Mod, Parameter, Parameters, Pattern};
use super::place::{Place, Range};
use crate::limits;

/// Why a tree is no tree of this language.
#[derive(Debug)]
pub(crate) struct Refused {
    pub kind: &'static str,
    pub message: String,
}

impl Refused {
    pub(crate) fn system(message: String) -> Refused {
        Refused { kind: "SystemError", message }
    }

    pub(crate) fn type_error(message: &str) -> Refused {
        Refused { kind: "TypeError", message: message.into() }
    }

    pub(crate) fn value(message: impl Into<String>) -> Refused {
        Refused { kind: "ValueError", message: message.into() }
    }
}

/// The tree of a program.
///
/// # Errors
/// When it nests too deeply or has more than 2^32 nodes.
pub(crate) fn to_tree(program: &Mod<'_>) -> Result<Tree, Refused> {
    let mut writer = Writer { tree: Tree::default(), depth: 0, failed: false };
    program.item(&mut writer);
    if writer.failed { Err(too_deep()) } else { Ok(writer.tree) }
}

/// The program of a tree.
///
/// # Errors
/// What about the tree does not fit this language's types.
pub(crate) fn from_tree<'a>(tree: &Tree, arena: &'a Bump) -> Result<Mod<'a>, Refused> {
    let reader = Reader { tree, arena, depth: Cell::new(0), interned: RefCell::default() };
    let Some(root) = tree.root() else { return Err(Refused::system("an empty syntax tree".into())) };
    Mod::read_item(&reader, &Item::Node(root))
}

fn too_deep() -> Refused {
    Refused { kind: "RecursionError", message: "maximum recursion depth exceeded during ast construction".into() }
}

/// What stands in fields.
pub(super) trait Exchange<'a>: Sized {
    fn item(&self, writer: &mut Writer) -> Item;

    fn field(&self, writer: &mut Writer) -> Field {
        Field::One(self.item(writer))
    }

    fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused>;

    fn read_field(reader: &Reader<'_, 'a>, field: &Field) -> Result<Self, Refused> {
        match field {
            Field::One(item) => Self::read_item(reader, item),
            Field::Many(_) => Err(Refused::system("a list in a field for one".into())),
        }
    }
}

/// Makes a tree.
pub(super) struct Writer {
    tree: Tree,
    depth: usize,
    failed: bool,
}

impl Writer {
    /// Adds a node whose class may have a place.
    pub fn add(&mut self, class: &str, fields: Vec<Field>, range: Range) -> Item {
        let class = schema::ClassIdx::named(class).expect("every class of nodes is in the table");
        let (start, end) = (range.start(), range.end());
        let place = (class.group().places != schema::Places::Nowhere).then_some(tree::Place {
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        });
        match self.tree.add(Node { class, fields, place }) {
            Some(index) => Item::Node(index),
            None => {
                self.failed = true;
                Item::None
            }
        }
    }

    pub fn deeper(&mut self, write: impl FnOnce(&mut Self) -> Item) -> Item {
        self.depth += 1;
        if self.depth > limits::MAX_DEPTH {
            self.failed = true;
        }
        let item = if self.failed { Item::None } else { limits::with_stack(self.depth, || write(self)) };
        self.depth -= 1;
        item
    }
}

/// Reads a tree.
pub(super) struct Reader<'t, 'a> {
    tree: &'t Tree,
    arena: &'a Bump,
    depth: Cell<usize>,
    /// Identifiers that were met before.
    interned: RefCell<rustc_hash::FxHashMap<Vec<u8>, &'a str>>,
}

impl<'t, 'a> Reader<'t, 'a> {
    pub fn node(&self, item: &Item) -> Result<&'t Node, Refused> {
        match item {
            Item::Node(index) => Ok(self.tree.node(*index)),
            _ => Err(Refused::system("no node where one must be".into())),
        }
    }

    pub fn next<'f>(&self, fields: &mut std::slice::Iter<'f, Field>) -> Result<&'f Field, Refused> {
        fields.next().ok_or_else(|| Refused::system("a node with too few fields".into()))
    }

    /// Where a node stands, which may be where nothing can.
    pub fn range(node: &Node) -> Range {
        let Some(tree::Place { line, column, end_line, end_column }) = node.place else { return Range::default() };
        Range::new(Place { line, column }, Place { line: end_line, column: end_column })
    }

    pub fn deeper<T>(&self, read: impl FnOnce() -> Result<T, Refused>) -> Result<T, Refused> {
        let depth = self.depth.get() + 1;
        if depth > limits::MAX_DEPTH {
            return Err(Refused {
                kind: "RecursionError",
                message: "maximum recursion depth exceeded during compilation".into(),
            });
        }
        self.depth.set(depth);
        let result = limits::with_stack(depth, read);
        self.depth.set(depth - 1);
        result
    }

    fn identifier(&self, text: &[u8]) -> Result<&'a str, Refused> {
        if let Some(known) = self.interned.borrow().get(text) {
            return Ok(known);
        }
        let Ok(valid) = std::str::from_utf8(text) else {
            let message = "'utf-8' codec can't encode character in an identifier: surrogates not allowed".into();
            return Err(Refused { kind: "UnicodeEncodeError", message });
        };
        let valid: &'a str = self.arena.alloc_str(valid);
        self.interned.borrow_mut().insert(text.to_vec(), valid);
        Ok(valid)
    }
}

impl<'a, T: Exchange<'a>> Exchange<'a> for Option<T> {
    fn item(&self, writer: &mut Writer) -> Item {
        match self {
            Some(value) => value.item(writer),
            None => Item::None,
        }
    }

    fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
        match item {
            Item::None => Ok(None),
            item => T::read_item(reader, item).map(Some),
        }
    }
}

/// Lists.
impl<'a, T: Exchange<'a> + Copy + ListItem> Exchange<'a> for &'a [T] {
    fn item(&self, _: &mut Writer) -> Item {
        Item::None
    }

    fn field(&self, writer: &mut Writer) -> Field {
        Field::Many(self.iter().map(|item| item.item(writer)).collect())
    }

    fn read_item(_: &Reader<'_, 'a>, _: &Item) -> Result<Self, Refused> {
        Err(Refused::system("a list inside a list".into()))
    }

    fn read_field(reader: &Reader<'_, 'a>, field: &Field) -> Result<Self, Refused> {
        let Field::Many(items) = field else { return Err(Refused::system("no list where one must be".into())) };
        let mut read = Vec::with_capacity(items.len());
        for item in items {
            if matches!(item, Item::None) && !T::MAY_BE_NONE {
                return Err(Refused::value(format!("None disallowed in {}", T::LIST)));
            }
            read.push(T::read_item(reader, item)?);
        }
        Ok(reader.arena.alloc_slice_copy(&read))
    }
}

/// What lists are made of.
pub(super) trait ListItem {
    /// What CPython calls such a list.
    const LIST: &'static str = "list";
    const MAY_BE_NONE: bool = false;
}

macro_rules! list_items {
    ($($type:ty => $name:literal,)*) => {
        $(impl ListItem for $type {
            const LIST: &'static str = $name;
        })*
    };
}

list_items! {
    Expr<'_> => "expression list",
    super::nodes::Stmt<'_> => "statement list",
    Pattern<'_> => "pattern list",
    Parameter<'_> => "argument list",
    super::nodes::TypeParam<'_> => "type parameter list",
    super::nodes::TypeIgnore<'_> => "type ignore list",
    super::nodes::Keyword<'_> => "keyword list",
    super::nodes::Alias<'_> => "alias list",
    super::nodes::WithItem<'_> => "with item list",
    super::nodes::MatchCase<'_> => "match case list",
    super::nodes::ExceptHandler<'_> => "handler list",
    super::nodes::Comprehension<'_> => "comprehension list",
    super::nodes::CmpOp => "operator list",
    &str => "identifier list",
}

impl ListItem for Option<Expr<'_>> {
    const MAY_BE_NONE: bool = true;
}

/// Nodes behind a reference.
macro_rules! references {
    ($($type:ident)*) => {
        $(impl<'a> Exchange<'a> for &'a $type<'a> {
            fn item(&self, writer: &mut Writer) -> Item {
                (**self).item(writer)
            }

            fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
                $type::read_item(reader, item).map(|node| &*reader.arena.alloc(node))
            }
        })*
    };
}

references! { Expr Parameter Parameters Pattern }

impl<'a> Exchange<'a> for &'a str {
    fn item(&self, _: &mut Writer) -> Item {
        Item::Text(self.as_bytes().to_vec())
    }

    fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
        match item {
            Item::Text(text) => reader.identifier(text),
            _ => Err(Refused::system("no identifier where one must be".into())),
        }
    }
}

/// Texts that are no identifiers: type comments and the like.
impl<'a> Exchange<'a> for &'a [u8] {
    fn item(&self, _: &mut Writer) -> Item {
        Item::Text(self.to_vec())
    }

    fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
        match item {
            Item::Text(text) => Ok(reader.arena.alloc_slice_copy(text)),
            _ => Err(Refused::system("no text where one must be".into())),
        }
    }
}

impl<'a> Exchange<'a> for i32 {
    fn item(&self, _: &mut Writer) -> Item {
        Item::Int(i64::from(*self))
    }

    fn read_item(_: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
        match item {
            Item::Int(value) => i32::try_from(*value).map_err(|_| Refused::value("number out of range")),
            _ => Err(Refused::system("no number where one must be".into())),
        }
    }
}

impl<'a> Exchange<'a> for bool {
    fn item(&self, _: &mut Writer) -> Item {
        Item::Int(i64::from(*self))
    }

    fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
        i32::read_item(reader, item).map(|value| value != 0)
    }
}

impl<'a> Exchange<'a> for Constant<'a> {
    fn item(&self, _: &mut Writer) -> Item {
        Item::Constant(constant(self))
    }

    fn read_item(reader: &Reader<'_, 'a>, item: &Item) -> Result<Self, Refused> {
        match item {
            Item::Constant(value) => Ok(read_constant(reader.arena, value)),
            _ => Err(Refused::system("no constant where one must be".into())),
        }
    }
}

fn constant(value: &Constant<'_>) -> tree::Constant {
    match *value {
        Constant::None => tree::Constant::None,
        Constant::Bool(true) => tree::Constant::True,
        Constant::Bool(false) => tree::Constant::False,
        Constant::Ellipsis => tree::Constant::Ellipsis,
        Constant::Int(value) => tree::Constant::Int(value),
        Constant::BigInt(value) => tree::Constant::BigInt(value.to_vec()),
        Constant::Float(value) => tree::Constant::Float(value),
        Constant::Complex(real, imag) => tree::Constant::Complex { real, imag },
        Constant::Str(value) => tree::Constant::Str(value.to_vec()),
        Constant::Bytes(value) => tree::Constant::Bytes(value.to_vec()),
        Constant::Tuple(items) => tree::Constant::Tuple(items.iter().map(constant).collect()),
        Constant::FrozenSet(items) => tree::Constant::FrozenSet(items.iter().map(constant).collect()),
    }
}

fn read_constant<'a>(arena: &'a Bump, value: &tree::Constant) -> Constant<'a> {
    let many = |items: &[tree::Constant]| -> &'a [Constant<'a>] {
        arena.alloc_slice_fill_iter(items.iter().map(|item| read_constant(arena, item)))
    };
    match value {
        tree::Constant::None => Constant::None,
        tree::Constant::True => Constant::Bool(true),
        tree::Constant::False => Constant::Bool(false),
        tree::Constant::Ellipsis => Constant::Ellipsis,
        tree::Constant::Int(value) => Constant::Int(*value),
        tree::Constant::BigInt(value) => Constant::BigInt(arena.alloc_slice_copy(value)),
        tree::Constant::Float(value) => Constant::Float(*value),
        tree::Constant::Complex { real, imag } => Constant::Complex(*real, *imag),
        tree::Constant::Str(value) => Constant::Str(arena.alloc_slice_copy(value)),
        tree::Constant::Bytes(value) => Constant::Bytes(arena.alloc_slice_copy(value)),
        tree::Constant::Tuple(items) => Constant::Tuple(many(items)),
        tree::Constant::FrozenSet(items) => Constant::FrozenSet(many(items)),
    }
}

//! Syntax trees as data that a frontend and its host exchange: what `ast.parse` asks a frontend for, and what `compile` hands
//! to it when it is given a tree. The classes and their fields stand in one table ([`schema`]).
//!
//! A [`Tree`] is flat: its nodes lie in one vector, each behind the nodes that it holds, so that nothing here recurses,
//! however deep a tree is.

mod encoding;
pub mod schema;

pub use encoding::{decode, encode};
pub use schema::ClassIdx;

/// The number of a node in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeIdx(u32);

impl NodeIdx {
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A syntax tree. The last node is the root.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    nodes: Vec<Node>,
}

/// A node: its class, the values of the class's fields in their order, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub class: ClassIdx,
    pub fields: Vec<Field>,
    /// For the classes that have one.
    pub place: Option<Place>,
}

/// Where a node stands: 1-based lines, 0-based columns in bytes of UTF-8. Trees that programs make by hand may hold any
/// numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub line: i32,
    pub column: i32,
    pub end_line: i32,
    pub end_column: i32,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    One(Item),
    Many(Vec<Item>),
}

/// What stands in a field, or in a list that does.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Left out; also a key of a `Dict` that stands for `**`.
    None,
    Node(NodeIdx),
    /// An identifier or a type comment: generalised UTF-8, since programs may put anything there.
    Text(Vec<u8>),
    Int(i64),
    Constant(Constant),
}

/// The value of a literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// A larger integer: two's complement, little-endian.
    BigInt(Vec<u8>),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    /// Text as generalised UTF-8.
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    Tuple(Vec<Constant>),
    FrozenSet(Vec<Constant>),
}

impl Tree {
    /// Adds a node, behind those that it holds; the last one added is the root.
    ///
    /// # Errors
    /// When there are more than 2^32 nodes.
    pub fn add(&mut self, node: Node) -> Option<NodeIdx> {
        let index = u32::try_from(self.nodes.len()).ok()?;
        self.nodes.push(node);
        Some(NodeIdx(index))
    }

    /// The nodes, each behind those that it holds.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A node of this tree.
    #[must_use]
    pub fn node(&self, index: NodeIdx) -> &Node {
        &self.nodes[index.index()]
    }

    /// The root, unless the tree is empty.
    #[must_use]
    pub fn root(&self) -> Option<NodeIdx> {
        self.nodes.len().checked_sub(1).map(|last| NodeIdx(last as u32))
    }
}

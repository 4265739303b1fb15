//! The bytes of a tree.
//!
//! ```text
//! tree     = magic(8 bytes) classes(vector of string) nodes(vector of node)
//! node     = class(leb, of the names above) place(0 | 1 line column end_line end_column, signed) field*
//! field    = item | 5 vector of item                       (as many fields as the class has)
//! item     = 0 left out | 1 node(leb) | 2 text | 3 signed | 4 constant
//! constant = 0 None | 1 True | 2 False | 3 Ellipsis | 4 Int signed | 5 BigInt bytes | 6 Float f64 | 7 Complex f64 f64
//!          | 8 Str bytes | 9 Bytes bytes | 10 Tuple vector of constant | 11 FrozenSet vector of constant
//! ```
//!
//! Numbers, strings and vectors are those of the module format. What is decoded is as the table of classes says: fields are
//! lists where it has lists, and hold nodes of the groups that it names.

use super::schema::{ClassIdx, FieldDef, GROUPS, Kind, Quantity};
use super::{Constant, Field, Item, Node, NodeIdx, Place, Tree};
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::{leb128, limits};

/// The first bytes; the last is the version.
const MAGIC: [u8; 8] = *b"\x8eOTREE\n\x01";

type Result<T> = std::result::Result<T, DecodeError>;

/// The bytes of a tree.
#[must_use]
pub fn encode(tree: &Tree) -> Vec<u8> {
    let mut classes: Vec<ClassIdx> = Vec::new();
    let mut numbers: Vec<Vec<Option<u64>>> = GROUPS.iter().map(|group| vec![None; group.classes.len()]).collect();
    for node in tree.nodes() {
        let number = &mut numbers[node.class.group_number()][node.class.number()];
        if number.is_none() {
            *number = Some(classes.len() as u64);
            classes.push(node.class);
        }
    }
    let mut out = Vec::with_capacity(tree.nodes().len() * 16);
    out.extend_from_slice(&MAGIC);
    leb128::write(&mut out, classes.len() as u64);
    classes.iter().for_each(|class| bytes(&mut out, class.definition().name.as_bytes()));
    leb128::write(&mut out, tree.nodes().len() as u64);
    for node in tree.nodes() {
        let number = numbers[node.class.group_number()][node.class.number()];
        leb128::write(&mut out, number.unwrap_or_default());
        write_node(&mut out, node);
    }
    out
}

fn write_node(out: &mut Vec<u8>, node: &Node) {
    match node.place {
        None => out.push(0),
        Some(place) => {
            out.push(1);
            for number in [place.line, place.column, place.end_line, place.end_column] {
                signed(out, i64::from(number));
            }
        }
    }
    for field in &node.fields {
        match field {
            Field::One(item) => write_item(out, item),
            Field::Many(items) => {
                out.push(5);
                leb128::write(out, items.len() as u64);
                items.iter().for_each(|item| write_item(out, item));
            }
        }
    }
}

fn write_item(out: &mut Vec<u8>, item: &Item) {
    match item {
        Item::None => out.push(0),
        Item::Node(node) => {
            out.push(1);
            leb128::write(out, u64::from(node.0));
        }
        Item::Text(text) => {
            out.push(2);
            bytes(out, text);
        }
        Item::Int(value) => {
            out.push(3);
            signed(out, *value);
        }
        Item::Constant(value) => {
            out.push(4);
            write_constant(out, value);
        }
    }
}

fn write_constant(out: &mut Vec<u8>, value: &Constant) {
    let many = |out: &mut Vec<u8>, tag: u8, items: &[Constant]| {
        out.push(tag);
        leb128::write(out, items.len() as u64);
        items.iter().for_each(|item| write_constant(out, item));
    };
    match value {
        Constant::None => out.push(0),
        Constant::True => out.push(1),
        Constant::False => out.push(2),
        Constant::Ellipsis => out.push(3),
        Constant::Int(value) => {
            out.push(4);
            signed(out, *value);
        }
        Constant::BigInt(value) => {
            out.push(5);
            bytes(out, value);
        }
        Constant::Float(value) => {
            out.push(6);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Constant::Complex { real, imag } => {
            out.push(7);
            out.extend_from_slice(&real.to_le_bytes());
            out.extend_from_slice(&imag.to_le_bytes());
        }
        Constant::Str(text) => {
            out.push(8);
            bytes(out, text);
        }
        Constant::Bytes(value) => {
            out.push(9);
            bytes(out, value);
        }
        Constant::Tuple(items) => many(out, 10, items),
        Constant::FrozenSet(items) => many(out, 11, items),
    }
}

fn bytes(out: &mut Vec<u8>, content: &[u8]) {
    leb128::write(out, content.len() as u64);
    out.extend_from_slice(content);
}

fn signed(out: &mut Vec<u8>, value: i64) {
    leb128::write(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Reads a tree.
///
/// # Errors
/// The first thing that is not as the format or the table of classes says.
pub fn decode(bytes: &[u8]) -> Result<Tree> {
    let mut cursor = Cursor::new(bytes);
    if !bytes.starts_with(&MAGIC) {
        return Err(DecodeError::new(0, "other bytes", format!("a syntax tree, which starts with {MAGIC:02x?}")));
    }
    cursor.take(MAGIC.len(), "the magic")?;
    let classes = cursor.vector(1, "classes", |cursor| {
        let at = cursor.offset();
        let name = cursor.string()?;
        ClassIdx::named(&name)
            .ok_or_else(|| DecodeError::new(at, format!("the class '{name}'"), "a class that this version knows"))
    })?;
    let count = cursor.count(2, "nodes")?;
    let mut tree = Tree::default();
    for _ in 0..count {
        let at = cursor.offset();
        let number = cursor.leb32()?;
        let Some(&class) = classes.get(number as usize) else {
            let found = format!("the class number {number}");
            return Err(DecodeError::new(at, found, format!("one below {}", classes.len())));
        };
        let place = place(&mut cursor)?;
        let mut fields = Vec::with_capacity(class.definition().fields.len());
        for definition in class.definition().fields {
            fields.push(field(&mut cursor, &tree, definition)?);
        }
        tree.nodes.push(Node { class, fields, place });
    }
    cursor.finish("the tree")?;
    Ok(tree)
}

fn place(cursor: &mut Cursor<'_>) -> Result<Option<Place>> {
    let at = cursor.offset();
    match cursor.byte()? {
        0 => Ok(None),
        1 => {
            let mut number = || cursor.signed32().map(|value| value as i32);
            Ok(Some(Place { line: number()?, column: number()?, end_line: number()?, end_column: number()? }))
        }
        other => Err(DecodeError::new(at, format!("the byte {other}"), "0 or 1")),
    }
}

fn field(cursor: &mut Cursor<'_>, tree: &Tree, definition: &FieldDef) -> Result<Field> {
    let at = cursor.offset();
    let tag = cursor.byte()?;
    match (tag, definition.quantity) {
        (5, Quantity::Many) => {
            let items = cursor.vector(1, "items", |cursor| {
                let at = cursor.offset();
                let tag = cursor.byte()?;
                item(cursor, at, tag, tree, definition)
            })?;
            Ok(Field::Many(items))
        }
        (0..=4, Quantity::One | Quantity::Optional) => item(cursor, at, tag, tree, definition).map(Field::One),
        _ => Err(unexpected(at, tag, definition)),
    }
}

fn item(cursor: &mut Cursor<'_>, at: usize, tag: u8, tree: &Tree, definition: &FieldDef) -> Result<Item> {
    Ok(match (tag, definition.kind) {
        (0, _) if definition.quantity != Quantity::One => Item::None,
        (1, Kind::Node(group)) => {
            let number = cursor.leb32()?;
            match tree.nodes.get(number as usize) {
                Some(node) if node.class.group().name == group => Item::Node(NodeIdx(number)),
                _ => {
                    let expected = format!("an earlier node of the group '{group}'");
                    return Err(DecodeError::new(at, format!("the node {number}"), expected));
                }
            }
        }
        (2, Kind::Identifier | Kind::Text) => Item::Text(cursor.bytes("a text")?.to_vec()),
        (3, Kind::Int) => Item::Int(cursor.signed64()?),
        (4, Kind::Constant) => Item::Constant(constant(cursor, 0)?),
        _ => return Err(unexpected(at, tag, definition)),
    })
}

fn unexpected(at: usize, tag: u8, definition: &FieldDef) -> DecodeError {
    let found = match tag {
        0 => "nothing".to_owned(),
        1 => "a node".to_owned(),
        2 => "a text".to_owned(),
        3 => "a number".to_owned(),
        4 => "a constant".to_owned(),
        5 => "a list".to_owned(),
        _ => format!("the tag {tag}"),
    };
    let many = if definition.quantity == Quantity::Many { "a list of " } else { "" };
    let expected = format!("{many}{} for the field '{}'", definition.kind.name(), definition.name);
    DecodeError::new(at, found, expected)
}

fn constant(cursor: &mut Cursor<'_>, depth: u32) -> Result<Constant> {
    let at = cursor.offset();
    if depth > limits::CONSTANT_NESTING {
        let expected = format!("no more than {} levels", limits::CONSTANT_NESTING);
        return Err(DecodeError::new(at, "a constant that is nested more deeply", expected));
    }
    Ok(match cursor.byte()? {
        0 => Constant::None,
        1 => Constant::True,
        2 => Constant::False,
        3 => Constant::Ellipsis,
        4 => Constant::Int(cursor.signed64()?),
        5 => Constant::BigInt(cursor.bytes("a big integer")?.to_vec()),
        6 => Constant::Float(cursor.f64()?),
        7 => Constant::Complex { real: cursor.f64()?, imag: cursor.f64()? },
        8 => Constant::Str(cursor.bytes("a string")?.to_vec()),
        9 => Constant::Bytes(cursor.bytes("a bytes object")?.to_vec()),
        10 => Constant::Tuple(cursor.vector(1, "items", |cursor| constant(cursor, depth + 1))?),
        11 => Constant::FrozenSet(cursor.vector(1, "items", |cursor| constant(cursor, depth + 1))?),
        tag => return Err(DecodeError::new(at, format!("the constant tag {tag}"), "a tag from 0 to 11")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Tree {
        let class = |name: &str| ClassIdx::named(name).expect("a class");
        let place = Some(Place { line: 1, column: 0, end_line: 1, end_column: -7 });
        let mut tree = Tree::default();
        let mut add = |name: &str, fields: Vec<Field>, place| {
            Item::Node(tree.add(Node { class: class(name), fields, place }).expect("there is room"))
        };
        let load = add("Load", vec![], None);
        let name = add("Name", vec![Field::One(Item::Text(b"x".to_vec())), Field::One(load)], place);
        let nested = Constant::Tuple(vec![Constant::BigInt(vec![0; 9]), Constant::Str(b"\xed\xa0\x80".to_vec())]);
        let value = add("Constant", vec![Field::One(Item::Constant(nested)), Field::One(Item::None)], place);
        let dict =
            add("Dict", vec![Field::Many(vec![Item::None, name]), Field::Many(vec![value.clone(), value])], place);
        add("Expression", vec![Field::One(dict)], None);
        tree
    }

    #[test]
    fn round_trip() {
        let tree = sample();
        assert_eq!(decode(&encode(&tree)), Ok(tree));
        assert_eq!(decode(&encode(&Tree::default())), Ok(Tree::default()));
    }

    #[test]
    fn damaged_bytes_are_refused_or_make_another_tree() {
        let bytes = encode(&sample());
        for at in 0..bytes.len() {
            assert!(decode(&bytes[..at]).is_err());
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                // It must come back, whatever it says.
                let _ = decode(&damaged);
            }
        }
    }

    #[test]
    fn a_node_holds_what_its_class_says() {
        let class = ClassIdx::named("Expression").expect("a class");
        let mut tree = Tree::default();
        tree.add(Node { class, fields: vec![Field::One(Item::Node(NodeIdx(0)))], place: None });
        let error = decode(&encode(&tree)).expect_err("a node cannot hold itself");
        assert_eq!(error.expected, "an earlier node of the group 'expr'");
    }
}

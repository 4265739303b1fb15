//! The attribute macro that declares native methods and functions with their Python signature.
//!
//! ```ignore
//! #[methods(pub STR_METHODS)]
//! impl Methods {
//!     /// Return a list of the words in the string.
//!     #[method("split($self, /, sep=None, maxsplit=-1)")]
//!     fn split(vm: &Vm, args: &[Value]) -> PyResult { ... }
//! }
//! ```
//!
//! turns the functions into free functions of the enclosing module, and makes the table
//! `pub static STR_METHODS: &[NativeDef]` with one entry a function: name and parameters from the signature, the
//! docstring from the doc comment. The signature is parsed at compile time by `NativeDef::new`, a `const fn`.
//!
//! The macro reads the token stream by hand: a parser crate would cost every build more than it saves here.

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Makes a table of native definitions from the functions of an `impl` block. See the crate's documentation.
#[proc_macro_attribute]
pub fn methods(attr: TokenStream, item: TokenStream) -> TokenStream {
    match expand(attr, item) {
        Ok(tokens) => tokens,
        Err(message) => error(&message),
    }
}

struct Entry {
    signature: Literal,
    doc: String,
    function: Ident,
}

fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream, String> {
    let body = item
        .into_iter()
        .find_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
            _ => None,
        })
        .ok_or("expected an `impl` block")?;

    let mut output = TokenStream::new();
    let mut entries = Vec::new();
    let mut pending: Option<(Literal, Span)> = None;
    let mut doc: Vec<String> = Vec::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let Some(TokenTree::Group(group)) = tokens.next() else {
                    return Err("expected an attribute after `#`".into());
                };
                match read_attribute(&group)? {
                    Attribute::Method(signature) => pending = Some((signature, group.span())),
                    Attribute::Doc(line) => {
                        doc.push(line);
                        output.extend([token, TokenTree::Group(group)]);
                    }
                    Attribute::Other => output.extend([token, TokenTree::Group(group)]),
                }
            }
            TokenTree::Ident(ident) if ident.to_string() == "fn" => {
                let Some(TokenTree::Ident(name)) = tokens.next() else {
                    return Err("expected a name after `fn`".into());
                };
                if let Some((signature, _)) = pending.take() {
                    entries.push(Entry { signature, doc: join(&doc), function: name.clone() });
                }
                doc.clear();
                output.extend([token, TokenTree::Ident(name)]);
            }
            _ => output.extend([token]),
        }
    }
    if pending.is_some() {
        return Err("a `#[method(..)]` without a function".into());
    }
    output.extend(table(attr, &entries)?);
    Ok(output)
}

enum Attribute {
    Method(Literal),
    Doc(String),
    Other,
}

fn read_attribute(group: &Group) -> Result<Attribute, String> {
    let mut tokens = group.stream().into_iter();
    let Some(TokenTree::Ident(name)) = tokens.next() else { return Ok(Attribute::Other) };
    match (name.to_string().as_str(), tokens.next()) {
        ("method", Some(TokenTree::Group(arguments))) => match arguments.stream().into_iter().next() {
            Some(TokenTree::Literal(signature)) => Ok(Attribute::Method(signature)),
            _ => Err("`#[method]` takes a signature: #[method(\"name($self, /)\")]".into()),
        },
        ("doc", Some(TokenTree::Punct(equals))) if equals.as_char() == '=' => match tokens.next() {
            Some(TokenTree::Literal(text)) => Ok(Attribute::Doc(unquote(&text.to_string()))),
            _ => Ok(Attribute::Other),
        },
        _ => Ok(Attribute::Other),
    }
}

/// The text of a string literal as doc comments produce them: plain or raw.
fn unquote(literal: &str) -> String {
    if let Some(raw) = literal.strip_prefix('r') {
        return raw.trim_matches('#').trim_matches('"').to_owned();
    }
    let inner = literal.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(literal);
    inner.replace("\\\"", "\"").replace("\\'", "'").replace("\\n", "\n").replace("\\\\", "\\")
}

/// Doc comment lines to a docstring: one leading space of each line goes.
fn join(lines: &[String]) -> String {
    lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// `pub static NAME: &[crate-path NativeDef] = &[NativeDef::new(signature, doc, function), ..];`
fn table(attr: TokenStream, entries: &[Entry]) -> Result<TokenStream, String> {
    let mut rows = String::new();
    for entry in entries {
        let doc = Literal::string(&entry.doc);
        rows += &format!("NativeDef::new({}, {}, {}),", entry.signature, doc, entry.function);
    }
    let text = format!("static TABLE: &[NativeDef] = &[{rows}];");
    let parsed: TokenStream = text.parse().map_err(|_| "the table does not parse".to_owned())?;
    let mut head = attr.into_iter().collect::<Vec<_>>();
    let Some(TokenTree::Ident(name)) = head.pop() else {
        return Err("expected `#[methods(pub NAME)]`".into());
    };
    // The visibility that was written before the name, then the table under that name.
    let mut output: TokenStream = head.into_iter().collect();
    for token in parsed {
        match &token {
            TokenTree::Ident(ident) if ident.to_string() == "TABLE" => {
                output.extend([TokenTree::Ident(name.clone())]);
            }
            _ => output.extend([token]),
        }
    }
    Ok(output)
}

fn error(message: &str) -> TokenStream {
    let literal = TokenTree::Literal(Literal::string(message));
    let arguments = TokenTree::Group(Group::new(Delimiter::Parenthesis, literal.into()));
    [
        TokenTree::Ident(Ident::new("compile_error", Span::call_site())),
        TokenTree::Punct(Punct::new('!', Spacing::Alone)),
        arguments,
        TokenTree::Punct(Punct::new(';', Spacing::Alone)),
    ]
    .into_iter()
    .collect()
}

//! The table as programs see it that ask for it: CPython's, where the names of comprehensions that run inside a block are the block's
//! own.

use orochi_frontend::symbol_flags as bits;
use orochi_frontend::{Scope as Told, ScopeKind as Kind, Symbol as ToldSymbol};

use super::names::Sym;
use super::scope::{Binding, Comprehension, Flags, Scope, ScopeId, ScopeKind, SymbolTable};

/// All scopes that are shown, the module's first.
pub(crate) fn report(table: &SymbolTable) -> Vec<Told> {
    let mut told = Vec::new();
    add(table, SymbolTable::MODULE, &mut told);
    told
}

/// Adds a scope and those in it; gives its number.
fn add(table: &SymbolTable, id: ScopeId, told: &mut Vec<Told>) -> u32 {
    let scope = table.scope(id);
    let number = told.len();
    let mut symbols: Vec<(Sym, u32)> = own_symbols(scope);
    let mut children = Vec::new();
    absorb(table, id, &mut symbols, &mut children);
    let text = |sym: Sym| table.names.text(sym).to_owned();
    told.push(Told {
        name: name(scope).to_owned(),
        kind: kind(scope.kind),
        line: scope.line,
        nested: scope.nested,
        children: Vec::new(),
        parameters: scope.params.iter().map(|&sym| text(sym)).collect(),
        symbols: symbols.into_iter().map(|(sym, flags)| ToldSymbol { name: text(sym), flags }).collect(),
    });
    let children = children.into_iter().map(|child| add(table, child, told)).collect();
    told[number].children = children;
    number as u32
}

/// Adds the names of the inlined comprehensions in a scope that the scope has not itself, and collects the scopes that are in it.
fn absorb(table: &SymbolTable, id: ScopeId, symbols: &mut Vec<(Sym, u32)>, children: &mut Vec<ScopeId>) {
    for &child in &table.scope(id).children {
        let scope = table.scope(child);
        if !scope.inlined {
            if !scope.hidden {
                children.push(child);
            }
            continue;
        }
        for (sym, flags) in own_symbols(scope) {
            if flags & bits::PARAM != 0 || symbols.iter().any(|(known, _)| *known == sym) {
                continue;
            }
            let cell = flags >> bits::BINDING == bits::LIVES_CELL;
            symbols.push((sym, if cell { flags | bits::COMP_CELL } else { flags }));
        }
        absorb(table, child, symbols, children);
    }
}

/// The names of a scope in the order in which they first appear in the source.
fn own_symbols(scope: &Scope) -> Vec<(Sym, u32)> {
    let mut symbols: Vec<(Sym, u32)> =
        scope.symbols.iter().map(|(&sym, symbol)| (sym, flags(symbol.flags, symbol.binding))).collect();
    // Parameters are found before all else.
    symbols.sort_by_key(|(sym, _)| (scope.params.iter().position(|param| param == sym).unwrap_or(usize::MAX), *sym));
    symbols
}

/// What CPython calls the scope.
fn name(scope: &Scope) -> &str {
    match (scope.kind, scope.comprehension) {
        (_, Some(Comprehension::List)) => "listcomp",
        (_, Some(Comprehension::Set)) => "setcomp",
        (_, Some(Comprehension::Dict)) => "dictcomp",
        (_, Some(Comprehension::Generator)) => "genexpr",
        (ScopeKind::Function, None) if scope.name == "<lambda>" => "lambda",
        (ScopeKind::TypeParameters, None) => {
            scope.name.strip_prefix("<generic parameters of ").and_then(|name| name.strip_suffix('>')).unwrap_or("")
        }
        _ => &scope.name,
    }
}

fn kind(kind: ScopeKind) -> Kind {
    match kind {
        ScopeKind::Module => Kind::Module,
        ScopeKind::Class => Kind::Class,
        ScopeKind::Function => Kind::Function,
        ScopeKind::Annotation => Kind::Annotation,
        ScopeKind::TypeAlias => Kind::TypeAlias,
        ScopeKind::TypeParameters => Kind::TypeParameters,
        ScopeKind::TypeVariable => Kind::TypeVariable,
    }
}

fn flags(flags: Flags, binding: Binding) -> u32 {
    let pairs = [
        (Flags::GLOBAL, bits::GLOBAL),
        (Flags::LOCAL, bits::LOCAL),
        (Flags::PARAM, bits::PARAM),
        (Flags::NONLOCAL, bits::NONLOCAL),
        (Flags::USE, bits::USE),
        (Flags::FREE_CLASS, bits::FREE_CLASS),
        (Flags::IMPORT, bits::IMPORT),
        (Flags::ANNOT, bits::ANNOT),
        (Flags::COMP_ITER, bits::COMP_ITER),
        (Flags::TYPE_PARAM, bits::TYPE_PARAM),
    ];
    let uses = pairs.iter().filter(|(flag, _)| flags.meets(*flag)).fold(0, |all, (_, bit)| all | bit);
    let lives = match binding {
        Binding::Unknown => 0,
        Binding::Local => bits::LIVES_LOCAL,
        Binding::GlobalExplicit => bits::LIVES_GLOBAL_EXPLICIT,
        Binding::GlobalImplicit => bits::LIVES_GLOBAL_IMPLICIT,
        Binding::Free => bits::LIVES_FREE,
        Binding::Cell => bits::LIVES_CELL,
    };
    uses | lives << bits::BINDING
}

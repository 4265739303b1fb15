//! Imports.

use crate::ast::{self, Range};
use orochi_bytecode::Op;
use orochi_bytecode::operands::Depth;

use super::constant::Value;
use super::{Compiler, Result};

impl Compiler<'_> {
    pub(super) fn import(&mut self, stmt: &ast::StmtImport) {
        for alias in stmt.names {
            let range = stmt.range;
            self.int(range, 0);
            self.none(range);
            let dotted = alias.name;
            let name = self.module.name(dotted);
            self.emit(range, Op::ImportName { name });
            match alias.asname {
                Some(asname) => self.import_as(range, dotted, asname),
                // `import a.b` binds `a`.
                None => self.store_name(range, dotted.split('.').next().unwrap_or(dotted)),
            }
        }
    }

    /// `import a.b.c as x`: the submodules are fetched from the package on the stack.
    fn import_as(&mut self, range: Range, dotted: &str, asname: &str) {
        let mut parts = dotted.split('.').skip(1).peekable();
        while let Some(part) = parts.next() {
            let name = self.module.name(part);
            self.emit(range, Op::ImportFrom { name });
            if parts.peek().is_some() {
                self.emit(range, Op::Swap { depth: Depth(2) });
                self.emit(range, Op::Pop);
            }
        }
        self.store_name(range, asname);
        if dotted.contains('.') {
            self.emit(range, Op::Pop);
        }
    }

    pub(super) fn import_from(&mut self, stmt: &ast::StmtImportFrom) -> Result {
        let range = stmt.range;
        self.int(range, i64::from(stmt.level.unwrap_or(0)));
        let names = stmt.names.iter().map(|alias| Value::Str(alias.name.as_bytes().to_vec())).collect();
        let names = self.intern(&Value::Tuple(names));
        self.constant(range, names);
        let name = self.module.name(stmt.module.unwrap_or(""));
        self.emit(range, Op::ImportName { name });
        for alias in stmt.names {
            let wanted = alias.name;
            if wanted == "*" {
                self.emit(range, Op::ImportStar);
                return Ok(());
            }
            let name = self.module.name(wanted);
            self.emit(range, Op::ImportFrom { name });
            self.store_name(range, alias.asname.unwrap_or(wanted));
        }
        self.emit(range, Op::Pop);
        Ok(())
    }
}

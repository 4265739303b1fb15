//! Classes.

use crate::ast::{self, Place, Range};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{BuiltinRef, CodeIdx, Count, Depth, Flag, IntrinsicFn};

use super::constant::Value;
use super::function::{Given, first_line};
use super::unit::{Header, UnitKind};
use super::{Compiler, Result};
use crate::symtable::{Role, ScopeId};

impl<'a> Compiler<'a> {
    pub(super) fn class_def(&mut self, def: &'a ast::StmtClassDef<'a>) -> Result {
        self.decorators(def.decorator_list)?;
        let range = def.range;
        let first_line = first_line(def.decorator_list, range);
        let scope = self.scope_of(def, Role::Body);
        if def.type_params.is_empty() {
            let code = self.class_body(def, scope, range, first_line)?;
            self.class_header(def, scope, code, range);
            self.check_keywords(def.keywords)?;
            self.arguments(range, 2, def.bases, def.keywords)?;
        } else {
            self.generic_class(def, range, first_line)?;
        }
        self.apply_decorators(def.decorator_list);
        self.store_name(range, def.name);
        Ok(())
    }

    /// The class statement runs inside a function that makes the type parameters.
    fn generic_class(&mut self, def: &'a ast::StmtClassDef<'a>, range: Range, first_line: u32) -> Result {
        let outer = self.scope_of(def, Role::TypeParameters);
        let header = Header::new(self.table.scope(outer).name.clone(), outer, first_line, range);
        self.enter(header, UnitKind::TypeParameters);
        self.type_params(def.type_params)?;
        self.store_name(range, ".type_params");
        let scope = self.scope_of(def, Role::Body);
        let code = self.class_body(def, scope, range, first_line)?;
        self.class_header(def, scope, code, range);
        self.load_name(range, ".type_params");
        self.emit(range, Op::Intrinsic { which: IntrinsicFn::SubscriptGeneric });
        self.store_name(range, ".generic_base");
        self.check_keywords(def.keywords)?;
        self.generic_bases(def, range)?;
        self.emit(range, Op::Return);
        let code = self.exit()?;
        self.closure(range, outer, code, Given::default());
        self.emit(range, Op::Call { argc: Count(0) });
        Ok(())
    }

    /// Calls the class builder with the bases and, after them, `Generic[...]`.
    fn generic_bases(&mut self, def: &'a ast::StmtClassDef<'a>, range: Range) -> Result {
        let (args, keywords) = (def.bases, def.keywords);
        let simple = !args.iter().any(ast::Expr::is_starred) && keywords.iter().all(|keyword| keyword.arg.is_some());
        if simple {
            self.exprs(args)?;
            self.load_name(range, ".generic_base");
            for keyword in keywords {
                self.expr(keyword.value)?;
            }
            let argc = Count(3 + args.len() as u32 + keywords.len() as u32);
            if keywords.is_empty() {
                self.emit(range, Op::Call { argc });
            } else {
                let names: Vec<&str> = keywords.iter().filter_map(|keyword| keyword.arg).collect();
                let names = self.module.names_tuple(names);
                self.emit(range, Op::CallKw { argc, names });
            }
            return Ok(());
        }
        self.emit(range, Op::BuildList { count: Count(2) });
        for arg in args {
            if let ast::Expr::Starred(starred) = arg {
                self.expr(starred.value)?;
                self.emit(range, Op::ListExtend { depth: Depth(1) });
            } else {
                self.expr(arg)?;
                self.emit(range, Op::ListAppend { depth: Depth(1) });
            }
        }
        self.load_name(range, ".generic_base");
        self.emit(range, Op::ListAppend { depth: Depth(1) });
        self.emit(range, Op::ListToTuple);
        self.emit(range, Op::BuildDict { count: Count(0) });
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                self.str(keyword.range, name);
            }
            self.expr(keyword.value)?;
            if keyword.arg.is_some() {
                self.emit(range, Op::BuildDict { count: Count(1) });
            }
            self.emit(range, Op::DictMerge { depth: Depth(1) });
        }
        self.emit(range, Op::CallEx { kwargs: Flag::Yes });
        Ok(())
    }

    /// Pushes the class builder, the function of the class's body and the class's name.
    fn class_header(&mut self, def: &'a ast::StmtClassDef<'a>, scope: ScopeId, code: CodeIdx, range: Range) {
        self.emit(range, Op::LoadBuiltin { which: BuiltinRef::BuildClass });
        self.closure(range, scope, code, Given::default());
        self.str(range, def.name);
    }

    fn class_body(
        &mut self,
        def: &'a ast::StmtClassDef<'a>,
        scope: ScopeId,
        range: Range,
        first_line: u32,
    ) -> Result<CodeIdx> {
        self.enter(Header::new(def.name, scope, first_line, range), UnitKind::Class);
        // What the class sets up stands on its first line, without columns to underline.
        let start = Range::empty(Place { line: first_line as i32, column: 0 });
        let (name, module) = (self.module.name("__name__"), self.module.name("__module__"));
        self.emit(start, Op::LoadName { name });
        self.emit(start, Op::StoreName { name: module });
        let qualname = self.unit_ref().qualname.clone();
        self.str(start, &qualname);
        self.store_special(start, "__qualname__");
        self.int(start, i64::from(first_line));
        self.store_special(start, "__firstlineno__");
        if !def.type_params.is_empty() {
            self.load_name(start, ".type_params");
            self.store_special(start, "__type_params__");
        }
        if self.scope().needs_class_dict {
            let cell = self.cell_of("__classdict__").expect("the class has a cell for its namespace");
            self.emit(start, Op::LoadLocals);
            self.emit(start, Op::StoreDeref { cell });
        }
        if self.scope().has_conditional_annotations {
            let cell = self.cell_of("__conditional_annotations__").expect("the class has a cell for the set");
            self.emit(start, Op::BuildSet { count: Count(0) });
            self.emit(start, Op::StoreDeref { cell });
        }
        self.block_body(def.body)?;
        self.deferred_annotations(def.body, start)?;
        let names = std::mem::take(&mut self.unit().static_attributes);
        let names = Value::Tuple(names.into_iter().map(|name| Value::Str(name.into_bytes())).collect());
        // What comes behind the body belongs to its last line.
        let names = self.intern(&names);
        self.glue(Op::Const { value: names });
        self.finish_special("__static_attributes__");
        if self.scope().needs_class_dict {
            let cell = self.cell_of("__classdict__").expect("the class has a cell for its namespace");
            self.glue(Op::LoadCell { cell });
            self.finish_special("__classdictcell__");
        }
        if self.scope().needs_class_closure {
            let cell = self.cell_of("__class__").expect("the class has a cell for itself");
            self.glue(Op::LoadCell { cell });
            self.glue(Op::Copy { depth: Depth(1) });
            self.finish_special("__classcell__");
        } else {
            let value = self.module.none();
            self.glue(Op::Const { value });
        }
        self.glue(Op::Return);
        self.exit()
    }

    /// Stores one of the names that every class has; they are in its namespace whatever its body declares.
    fn store_special(&mut self, range: Range, name: &str) {
        let name = self.module.name(name);
        self.emit(range, Op::StoreName { name });
    }

    /// The same behind the body.
    fn finish_special(&mut self, name: &str) {
        let name = self.module.name(name);
        self.glue(Op::StoreName { name });
    }
}

//! From tokens to bytecode in one pass: each function below reads one piece of the grammar and emits its code.
//!
//! ```text
//! program    = statement*
//! statement  = NAME "=" expression | "print" expressions | "return" [expression] | "use" NAME | expression
//!            | "if" expression block ["else" block] "end" | "while" expression block "end"
//!            | "fn" NAME "(" [NAME ("," NAME)*] ")" block "end"
//! expression = sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum]
//! sum        = product (("+" | "-") product)*
//! product    = unary (("*" | "/" | "%") unary)*
//! unary      = "-" unary | atom ("(" [expressions] ")" | "." NAME)*
//! atom       = INT | STRING | NAME | "(" expression ")"
//! ```

use orochi_sdk::bytecode::builder::{BuildError, CodeBuilder, ModuleBuilder};
use orochi_sdk::bytecode::operands::{BinaryOp, CompareOp, Count, LocalIdx, NameIdx, UnaryOp};
use orochi_sdk::bytecode::{Code, CodeFlags, Module, Op, Position, Producer};

use crate::Error;
use crate::lexer::{Place, Token};

/// A text that nests deeper is refused: recursion is bounded, so that no text can overflow the stack.
const DEEPEST: u32 = 100;

pub struct Compiler {
    tokens: Vec<(Token, Place)>,
    at: usize,
    depth: u32,
    module: ModuleBuilder,
    /// The body being emitted: the function's, or the module's.
    code: CodeBuilder,
    in_function: bool,
}

impl Compiler {
    pub fn new(tokens: Vec<(Token, Place)>, source_name: &str, producer: Producer) -> Self {
        let mut module = ModuleBuilder::new(source_name);
        module.set_producer(producer);
        let name = module.name("<module>");
        let code = CodeBuilder::new(Code { name, qualname: name, first_line: 1, ..Code::default() });
        Self { tokens, at: 0, depth: 0, module, code, in_function: false }
    }

    pub fn compile(mut self) -> Result<Module, Error> {
        let body = self.module.reserve_code();
        while self.token() != &Token::End {
            self.statement()?;
        }
        self.return_none();
        let code = self.code.finish().map_err(beyond_limits)?;
        self.module.set_code(body, code);
        self.module.finish().map_err(beyond_limits)
    }

    // ---- statements ----

    fn statement(&mut self) -> Result<(), Error> {
        self.nested(|this| match this.token().clone() {
            Token::Word("if") => this.if_statement(),
            Token::Word("while") => this.while_statement(),
            Token::Word("fn") => this.function(),
            _ => {
                this.simple_statement()?;
                this.expect_newline()
            }
        })
    }

    fn simple_statement(&mut self) -> Result<(), Error> {
        match self.token().clone() {
            Token::Word("print") => {
                self.next();
                let name = self.module.name("print");
                self.emit(Op::LoadGlobal { name });
                self.arguments(&Token::Newline)?;
                self.emit(Op::Pop);
            }
            Token::Word("return") => {
                let place = self.next();
                if !self.in_function {
                    return Err(Error::new("'return' outside a function", place));
                }
                match self.token() {
                    Token::Newline => self.return_none(),
                    _ => {
                        self.expression()?;
                        self.emit(Op::Return);
                    }
                }
            }
            Token::Word("use") => {
                self.next();
                let (name, _) = self.expect_name("the module's name")?;
                let (level, none) = (self.module.int(0), self.module.none());
                self.emit(Op::Const { value: level });
                self.emit(Op::Const { value: none });
                self.emit(Op::ImportName { name });
                self.store(name);
            }
            Token::Name(_) if self.tokens[self.at + 1].0 == Token::Word("=") => {
                let (name, _) = self.expect_name("a name")?;
                self.next();
                self.expression()?;
                self.store(name);
            }
            _ => {
                self.expression()?;
                self.emit(Op::Pop);
            }
        }
        Ok(())
    }

    fn if_statement(&mut self) -> Result<(), Error> {
        let opened = self.next();
        let (otherwise, end) = (self.code.new_label(), self.code.new_label());
        self.expression()?;
        self.emit(Op::JumpIfFalse { target: otherwise });
        self.expect_newline()?;
        self.block(opened)?;
        self.emit(Op::Jump { target: end });
        self.code.bind(otherwise);
        if self.token() == &Token::Word("else") {
            self.next();
            self.expect_newline()?;
            self.block(opened)?;
        }
        self.code.bind(end);
        self.expect_end(opened)
    }

    fn while_statement(&mut self) -> Result<(), Error> {
        let opened = self.next();
        let (again, end) = (self.code.here(), self.code.new_label());
        self.expression()?;
        self.emit(Op::JumpIfFalse { target: end });
        self.expect_newline()?;
        self.block(opened)?;
        self.emit(Op::Jump { target: again });
        self.code.bind(end);
        self.expect_end(opened)
    }

    fn function(&mut self) -> Result<(), Error> {
        let opened = self.next();
        if self.in_function {
            return Err(Error::new("a function inside a function", opened).help("move it out to the top of the file"));
        }
        let (name, _) = self.expect_name("the function's name")?;
        let locals = self.parameters()?;
        let flags = CodeFlags { function: true, ..CodeFlags::default() };
        let positional = locals.len() as u32;
        let code = Code { name, qualname: name, flags, first_line: opened.line, positional, locals, ..Code::default() };
        // The number of an inner body comes after that of the outer one, which is reserved already.
        let index = self.module.reserve_code();
        let outer = std::mem::replace(&mut self.code, CodeBuilder::new(code));
        self.in_function = true;
        self.add_locals();
        self.block(opened)?;
        self.return_none();
        self.in_function = false;
        let code = std::mem::replace(&mut self.code, outer).finish().map_err(beyond_limits)?;
        self.module.set_code(index, code);
        self.mark(opened);
        self.emit(Op::MakeFunction { code: index });
        self.store(name);
        self.expect_end(opened)
    }

    fn parameters(&mut self) -> Result<Vec<NameIdx>, Error> {
        let mut names = Vec::new();
        self.expect("(")?;
        while self.token() != &Token::Word(")") {
            let (name, place) = self.expect_name("a parameter")?;
            if names.contains(&name) {
                return Err(Error::new("two parameters of one name", place));
            }
            names.push(name);
            if self.token() != &Token::Word(")") {
                self.expect(",")?;
            }
        }
        self.expect(")")?;
        self.expect_newline()?;
        Ok(names)
    }

    /// What a function assigns anywhere is its own variable everywhere, so this looks ahead to the function's end.
    fn add_locals(&mut self) {
        let mut open = 1;
        for index in self.at.. {
            let starts_line = self.tokens[index - 1].0 == Token::Newline;
            match (&self.tokens[index].0, self.tokens.get(index + 1)) {
                (Token::Name(name), Some((Token::Word("="), _))) if starts_line => {
                    let name = self.module.name(name);
                    if !self.code.code.locals.contains(&name) {
                        self.code.add_local(name);
                    }
                }
                (Token::Word("if" | "while" | "fn"), _) if starts_line => open += 1,
                (Token::Word("end"), _) if starts_line => open -= 1,
                _ => {}
            }
            if open == 0 || self.tokens[index].0 == Token::End {
                break;
            }
        }
    }

    /// Statements up to `else` or `end`.
    fn block(&mut self, opened: Place) -> Result<(), Error> {
        loop {
            match self.token() {
                Token::Word("else" | "end") => return Ok(()),
                Token::End => {
                    let help = format!("it begins on line {}", opened.line);
                    return Err(Error::new("a block without its 'end'", self.place()).help(help));
                }
                _ => self.statement()?,
            }
        }
    }

    // ---- expressions: each leaves its value on the stack ----

    fn expression(&mut self) -> Result<(), Error> {
        self.nested(|this| {
            this.sum()?;
            let op = match this.token() {
                Token::Word("==") => CompareOp::Eq,
                Token::Word("!=") => CompareOp::Ne,
                Token::Word("<") => CompareOp::Lt,
                Token::Word("<=") => CompareOp::Le,
                Token::Word(">") => CompareOp::Gt,
                Token::Word(">=") => CompareOp::Ge,
                _ => return Ok(()),
            };
            let place = this.next();
            this.sum()?;
            this.mark(place);
            this.emit(Op::Compare { op });
            Ok(())
        })
    }

    fn sum(&mut self) -> Result<(), Error> {
        let operator = |token: &Token| match token {
            Token::Word("+") => Some(BinaryOp::Add),
            Token::Word("-") => Some(BinaryOp::Sub),
            _ => None,
        };
        self.chain(operator, Self::product)
    }

    fn product(&mut self) -> Result<(), Error> {
        let operator = |token: &Token| match token {
            Token::Word("*") => Some(BinaryOp::Mul),
            Token::Word("/") => Some(BinaryOp::Div),
            Token::Word("%") => Some(BinaryOp::Mod),
            _ => None,
        };
        self.chain(operator, Self::unary)
    }

    /// Operands with operators of one rank between them, from left to right.
    fn chain(
        &mut self,
        operator: impl Fn(&Token) -> Option<BinaryOp>,
        operand: fn(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        operand(self)?;
        while let Some(op) = operator(self.token()) {
            let place = self.next();
            operand(self)?;
            self.mark(place);
            self.emit(Op::Binary { op });
        }
        Ok(())
    }

    fn unary(&mut self) -> Result<(), Error> {
        if self.token() == &Token::Word("-") {
            let place = self.next();
            self.nested(Self::unary)?;
            self.mark(place);
            self.emit(Op::Unary { op: UnaryOp::Neg });
            return Ok(());
        }
        self.atom()?;
        loop {
            match self.token() {
                Token::Word("(") => {
                    let place = self.next();
                    self.arguments(&Token::Word(")"))?;
                    self.mark(place);
                    self.expect(")")?;
                }
                Token::Word(".") => {
                    self.next();
                    let (name, place) = self.expect_name("an attribute")?;
                    self.mark(place);
                    self.emit(Op::LoadAttr { name });
                }
                _ => return Ok(()),
            }
        }
    }

    /// Arguments up to a token that stays, and the call of what was pushed before them.
    fn arguments(&mut self, closing: &Token) -> Result<(), Error> {
        let place = self.place();
        let mut count = 0;
        while self.token() != closing {
            self.expression()?;
            count += 1;
            if self.token() != closing {
                self.expect(",")?;
            }
        }
        self.mark(place);
        self.emit(Op::Call { argc: Count(count) });
        Ok(())
    }

    fn atom(&mut self) -> Result<(), Error> {
        let token = self.token().clone();
        let place = self.next();
        self.mark(place);
        match token {
            Token::Int(value) => {
                let value = self.module.int(value);
                self.emit(Op::Const { value });
            }
            Token::Str(text) => {
                let value = self.module.str(&text);
                self.emit(Op::Const { value });
            }
            Token::Name(name) => {
                let name = self.module.name(&name);
                self.load(name);
            }
            Token::Word("(") => {
                self.expression()?;
                self.expect(")")?;
            }
            other => return Err(Error::new(format!("expected a value, found {}", show(&other)), place)),
        }
        Ok(())
    }

    // ---- names ----

    fn load(&mut self, name: NameIdx) {
        self.emit(match self.code.code.locals.iter().position(|local| *local == name) {
            Some(index) => Op::LoadLocal { local: LocalIdx(index as u32) },
            None if self.in_function => Op::LoadGlobal { name },
            None => Op::LoadName { name },
        });
    }

    fn store(&mut self, name: NameIdx) {
        self.emit(match self.code.code.locals.iter().position(|local| *local == name) {
            Some(index) => Op::StoreLocal { local: LocalIdx(index as u32) },
            None if self.in_function => Op::StoreGlobal { name },
            None => Op::StoreName { name },
        });
    }

    // ---- tokens and code ----

    fn token(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn place(&self) -> Place {
        self.tokens[self.at].1
    }

    /// Steps over a token, but not over the end; gives its place.
    fn next(&mut self) -> Place {
        let place = self.place();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        place
    }

    fn expect(&mut self, word: &'static str) -> Result<Place, Error> {
        if self.token() == &Token::Word(word) {
            return Ok(self.next());
        }
        Err(Error::new(format!("expected '{word}', found {}", show(self.token())), self.place()))
    }

    fn expect_newline(&mut self) -> Result<(), Error> {
        match self.token() {
            Token::Newline => {
                self.next();
                Ok(())
            }
            other => Err(Error::new(format!("expected the end of the line, found {}", show(other)), self.place())
                .help("each statement stands on a line of its own")),
        }
    }

    fn expect_end(&mut self, opened: Place) -> Result<(), Error> {
        match self.token() {
            Token::Word("end") => {
                self.next();
                self.expect_newline()
            }
            other => Err(Error::new(format!("expected 'end', found {}", show(other)), self.place())
                .help(format!("the block begins on line {}", opened.line))),
        }
    }

    fn expect_name(&mut self, what: &str) -> Result<(NameIdx, Place), Error> {
        match self.token().clone() {
            Token::Name(name) => Ok((self.module.name(&name), self.next())),
            other => Err(Error::new(format!("expected {what}, found {}", show(&other)), self.place())),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        if self.depth == DEEPEST {
            return Err(Error::new("this is nested too deeply", self.place())
                .help(format!("blocks and parentheses nest at most {DEEPEST} deep")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The instructions that follow come from this place.
    fn mark(&mut self, Place { line, start, end }: Place) {
        self.code.set_position(Position { offset: 0, line, end_line: line, column: start, end_column: end });
    }

    fn emit(&mut self, op: Op) {
        self.code.emit(op);
    }

    fn return_none(&mut self) {
        let value = self.module.none();
        self.emit(Op::Const { value });
        self.emit(Op::Return);
    }
}

fn beyond_limits(error: BuildError) -> Error {
    Error::new(error.to_string(), Place::default())
}

fn show(token: &Token) -> String {
    match token {
        Token::Int(value) => value.to_string(),
        Token::Str(text) => format!("{text:?}"),
        Token::Name(name) => format!("'{name}'"),
        Token::Word(word) => format!("'{word}'"),
        Token::Newline => "the end of the line".to_owned(),
        Token::End => "the end of the text".to_owned(),
    }
}

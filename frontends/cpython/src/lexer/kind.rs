//! The kinds of tokens, in one table: their texts, and their numbers in Python's module `token`.

/// Defines the kinds: `Kind = number "text"` for operators, `Kind = number` for the others, and the keywords.
macro_rules! kinds {
    (
        plain { $($plain:ident = $plain_number:literal,)* }
        operators { $($operator:ident = $number:literal $text:literal,)* }
        keywords { $($keyword:ident $word:literal,)* }
    ) => {
        /// What kind of token it is. Every keyword is a kind.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($plain,)*
            $($operator,)*
            $($keyword,)*
        }

        impl Kind {
            /// The number that Python's module `token` gives it; keywords are names.
            pub fn number(self) -> u8 {
                match self {
                    $(Kind::$plain => $plain_number,)*
                    $(Kind::$operator => $number,)*
                    $(Kind::$keyword => 1,)*
                }
            }

            /// Whether it is a string or a piece of one.
            pub fn is_string(self) -> bool {
                matches!(self, Kind::String) || matches!(self.number(), 59..=64)
            }

            /// The operator of a text; the longest ones are asked for first.
            pub(super) fn operator(text: &[u8]) -> Option<Kind> {
                // The table's texts as bytes, so that they can be compared in a `match`.
                $(if text == $text.as_bytes() {
                    return Some(Kind::$operator);
                })*
                None
            }

            /// The keyword of a text.
            pub(super) fn keyword(text: &[u8]) -> Option<Kind> {
                $(if text == $word.as_bytes() {
                    return Some(Kind::$keyword);
                })*
                None
            }
        }
    };
}

kinds! {
    plain {
        EndMarker = 0,
        Name = 1,
        Number = 2,
        String = 3,
        Newline = 4,
        Indent = 5,
        Dedent = 6,
        // A character that means nothing in Python.
        Op = 55,
        TypeIgnore = 56,
        TypeComment = 57,
        FStringStart = 59,
        FStringMiddle = 60,
        FStringEnd = 61,
        TStringStart = 62,
        TStringMiddle = 63,
        TStringEnd = 64,
        Comment = 65,
        Nl = 66,
        Error = 67,
    }
    operators {
        LPar = 7 "(",
        RPar = 8 ")",
        LSqb = 9 "[",
        RSqb = 10 "]",
        Colon = 11 ":",
        Comma = 12 ",",
        Semi = 13 ";",
        Plus = 14 "+",
        Minus = 15 "-",
        Star = 16 "*",
        Slash = 17 "/",
        VBar = 18 "|",
        Amper = 19 "&",
        Less = 20 "<",
        Greater = 21 ">",
        Equal = 22 "=",
        Dot = 23 ".",
        Percent = 24 "%",
        LBrace = 25 "{",
        RBrace = 26 "}",
        EqEqual = 27 "==",
        NotEqual = 28 "!=",
        LessEqual = 29 "<=",
        GreaterEqual = 30 ">=",
        Tilde = 31 "~",
        Circumflex = 32 "^",
        LeftShift = 33 "<<",
        RightShift = 34 ">>",
        DoubleStar = 35 "**",
        PlusEqual = 36 "+=",
        MinEqual = 37 "-=",
        StarEqual = 38 "*=",
        SlashEqual = 39 "/=",
        PercentEqual = 40 "%=",
        AmperEqual = 41 "&=",
        VBarEqual = 42 "|=",
        CircumflexEqual = 43 "^=",
        LeftShiftEqual = 44 "<<=",
        RightShiftEqual = 45 ">>=",
        DoubleStarEqual = 46 "**=",
        DoubleSlash = 47 "//",
        DoubleSlashEqual = 48 "//=",
        At = 49 "@",
        AtEqual = 50 "@=",
        RArrow = 51 "->",
        Ellipsis = 52 "...",
        ColonEqual = 53 ":=",
        Exclamation = 54 "!",
    }
    keywords {
        False "False",
        None "None",
        True "True",
        And "and",
        As "as",
        Assert "assert",
        Async "async",
        Await "await",
        Break "break",
        Class "class",
        Continue "continue",
        Def "def",
        Del "del",
        Elif "elif",
        Else "else",
        Except "except",
        Finally "finally",
        For "for",
        From "from",
        Global "global",
        If "if",
        Import "import",
        In "in",
        Is "is",
        Lambda "lambda",
        Nonlocal "nonlocal",
        Not "not",
        Or "or",
        Pass "pass",
        Raise "raise",
        Return "return",
        Try "try",
        While "while",
        With "with",
        Yield "yield",
    }
}

//! A script without what only its readers need: comments, indentation, and blanks that tell nothing. Names stay as they
//! are, and lines where a line's end may end a statement (ECMA-262, 12.10).

/// What stood between two tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Blank,
    Line,
}

/// Words that an expression may follow, so that a slash behind them begins a regular expression.
const BEFORE_EXPRESSION: [&str; 14] = [
    "await",
    "case",
    "delete",
    "do",
    "else",
    "in",
    "instanceof",
    "new",
    "of",
    "return",
    "throw",
    "typeof",
    "void",
    "yield",
];

/// The script in few bytes.
pub(super) fn squeeze(script: &str) -> String {
    let mut rest = script;
    let mut out = String::with_capacity(script.len());
    let mut gap = Gap::None;
    // How many braces are open in each `${` that is.
    let mut holes: Vec<usize> = Vec::new();
    while let Some(char) = rest.chars().next() {
        let length = match char {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                gap = Gap::Line;
                rest = rest.get(char.len_utf8()..).unwrap_or_default();
                continue;
            }
            char if char.is_whitespace() || char == '\u{feff}' => {
                gap = if gap == Gap::Line { gap } else { Gap::Blank };
                rest = rest.get(char.len_utf8()..).unwrap_or_default();
                continue;
            }
            '/' if rest.starts_with("//") || rest.starts_with("/*") => {
                let end =
                    if rest.starts_with("//") { rest.find('\n') } else { rest.find("*/").map(|at| at + 2) };
                let (comment, after) = rest.split_at(end.unwrap_or(rest.len()));
                let blank = if comment.contains('\n') { Gap::Line } else { Gap::Blank };
                gap = if gap == Gap::Line { gap } else { blank };
                rest = after;
                continue;
            }
            '"' | '\'' => quoted(rest, char),
            '`' => template(rest, 1, &mut holes),
            '}' if holes.last() == Some(&0) => {
                holes.pop();
                template(rest, 1, &mut holes)
            }
            '/' if begins_expression(&out, gap) => expression(rest),
            char => {
                if let Some(open) = holes.last_mut() {
                    *open = match char {
                        '{' => *open + 1,
                        '}' => open.saturating_sub(1),
                        _ => *open,
                    };
                }
                char.len_utf8()
            }
        };
        let (token, after) = rest.split_at(length.min(rest.len()));
        if let Some(last) = out.chars().next_back() {
            match gap {
                Gap::Line if !joins_lines(last, char) => out.push('\n'),
                Gap::Line | Gap::Blank if tells_apart(last, char) => out.push(' '),
                _ => {}
            }
        }
        out.push_str(token);
        gap = Gap::None;
        rest = after;
    }
    out.push('\n');
    out
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '$' | '#' | '@' | '\\') || !char.is_ascii()
}

/// Whether no statement can end between the two.
fn joins_lines(last: char, next: char) -> bool {
    matches!(last, '{' | '(' | '[' | ',' | ';' | '=' | ':' | '?' | '&' | '|')
        || matches!(next, ')' | ']' | '}' | ',' | ';')
}

/// Whether the two would be read as one without a blank.
fn tells_apart(last: char, next: char) -> bool {
    is_word(last) && is_word(next)
        || last == next && matches!(last, '+' | '-' | '/' | '?' | '&' | '|' | '<' | '>' | '=' | '*')
        || last.is_ascii_digit() && next == '.'
        || matches!((last, next), ('<', '!') | ('-', '>') | ('/', '*'))
        // A regular expression may have flags.
        || last == '/' && is_word(next)
}

/// Bytes of a string with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at,
            char if char == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Bytes of a template from `start` to its end, or to a hole in it, which is noted.
fn template(text: &str, start: usize, holes: &mut Vec<usize>) -> usize {
    let mut before = ' ';
    let mut escaped = false;
    for (at, mut char) in text.char_indices().skip(start) {
        match char {
            _ if escaped => (escaped, char) = (false, ' '),
            '\\' => escaped = true,
            '`' => return at + 1,
            '{' if before == '$' => {
                holes.push(0);
                return at + 1;
            }
            _ => {}
        }
        before = char;
    }
    text.len()
}

/// Whether a slash begins a regular expression here: it divides what is a value.
fn begins_expression(out: &str, gap: Gap) -> bool {
    match out.chars().next_back() {
        Some('}') => gap == Gap::Line,
        Some(')' | ']' | '"' | '\'' | '`') => false,
        Some(last) if is_word(last) => {
            let start = out.char_indices().rev().take_while(|(_, char)| is_word(*char)).last();
            let word = start.and_then(|(at, _)| out.get(at..)).unwrap_or_default();
            BEFORE_EXPRESSION.contains(&word)
        }
        _ => true,
    }
}

/// Bytes of a regular expression; one if its line has no end of it, so that it is none.
fn expression(text: &str) -> usize {
    let (mut escaped, mut class) = (false, false);
    for (at, char) in text.char_indices().skip(1) {
        match char {
            '\n' => return 1,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '/' if !class => return at + 1,
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::squeeze;

    #[test]
    fn comments_and_blanks_go_and_statements_stay_apart() {
        let script = "/** What it is. */\n(function () {\n  \"use strict\"; // why\n  const a = 1,\n    b = [a, /* two */ 2];\n\n  a\n  ++b\n  return a + +b - -a\n})();\n";
        assert_eq!(
            squeeze(script),
            "(function(){\"use strict\";const a=1,b=[a,2];a\n++b\nreturn a+ +b- -a})();\n"
        );
        assert_eq!(squeeze("const x = () => {}\nlet y\n[x] = y\n"), "const x=()=>{}\nlet y\n[x]=y\n");
        assert_eq!(squeeze("if (a) return\nelse b in c\n"), "if(a)return\nelse b in c\n");
    }

    #[test]
    fn strings_templates_and_expressions_stay_as_they_are() {
        for same in [
            "a=\"// no  comment \\\" { \";\n",
            "a=' /* \\' ';\n",
            "a=`two \\${ words\n  ${b.map((c)=>`${ {d:1}.d } } `)} // x `;\n",
            "a=/[/\"]  \\/ \\[/g.test(b);\n",
            "return/  x/;\n",
            "a=b/c;d=\"e / f\"/2;\n",
            "a=(b)/c/d;\n",
        ] {
            let kept = squeeze(same);
            let without = |text: &str| text.replace("${ {d:1}.d }", "${{d:1}.d}");
            assert_eq!(without(&kept), without(same));
        }
    }

    #[test]
    fn text_that_is_no_script_ends() {
        for text in ["", "\"", "`${", "/", "/*", "a / b\nc", "}}}", "'\\"] {
            squeeze(text);
        }
    }
}

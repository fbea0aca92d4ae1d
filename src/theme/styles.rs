//! The theme's stylesheets as pages load them: without what only their readers need.

/// A stylesheet without comments, indentation and empty lines (CSS Syntax Level 3, 4.3.2: comments; 4.3.5: strings).
pub(super) fn squeeze(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let length = match from.as_bytes() {
            [b'/', b'*', ..] => {
                rest = from.get(2..).and_then(|text| text.split_once("*/")).map_or("", |(_, after)| after);
                continue;
            }
            [b'/', ..] => 1,
            [quote, ..] => string(from, char::from(*quote)),
            [] => break,
        };
        let (kept, after) = from.split_at(length);
        out.push_str(kept);
        rest = after;
    }
    out.push_str(rest);
    out.lines().map(str::trim).filter(|line| !line.is_empty()).fold(String::new(), |text, line| text + line + "\n")
}

/// The length of a string that a text begins with, its quotes counted; all of a text in which it does not end.
fn string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if char == quote => return at + char.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::squeeze;

    #[test]
    fn comments_go_and_all_else_stays() {
        let sheet = "/* Tokens. */\n:root { --a: \"/* no comment */\"; }\n\n  a { b: url(/x/y.png); /* why */ c: '\\'/*'; }\n";
        assert_eq!(
            squeeze(sheet),
            ":root { --a: \"/* no comment */\"; }\na { b: url(/x/y.png);  c: '\\'/*'; }\n"
        );
        for broken in ["/* never", "a { b: \"c", "\\", "/", "'é\\"] {
            squeeze(broken);
        }
    }
}

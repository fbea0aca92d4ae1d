//! Text from pages and commits on its way to programs that give characters a meaning.

use std::io::{self, Write};

/// A line of text: white space is single, and nothing is left that steers how the text around it is shown. Controls of
/// direction (Unicode UAX 9) can make a line read otherwise than it is; line breaks can begin a header or a block.
pub(super) fn line(text: &str, most: usize) -> String {
    let clean: String = text
        .chars()
        .map(|char| if char.is_whitespace() || char.is_control() { ' ' } else { char })
        .filter(|char| !is_steering(*char))
        .collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    cut(&words.join(" "), most)
}

fn is_steering(char: char) -> bool {
    matches!(char, '\u{061C}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// At most so many characters, with an ellipsis where some are left out.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// Text that was escaped, cut at the end of a line where one is near, and never within an escape.
pub(super) fn cut_escaped(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most.saturating_sub(1)) else { return text.to_owned() };
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head = text.get(..end).unwrap_or_default();
    let head = match head.rfind('\n') {
        Some(line) if line * 2 > head.len() => head.get(..line).unwrap_or_default(),
        _ => {
            // An entity, a link of Slack or a backslash that stands for nothing alone.
            let open = head.rfind(['&', '<', '\\']).filter(|at| {
                let rest = head.get(*at..).unwrap_or_default();
                rest.len() == 1 || (!rest.contains([';', '>']) && !rest.starts_with('\\'))
            });
            head.get(..open.unwrap_or(head.len())).unwrap_or_default()
        }
    };
    format!("{}…", head.trim_end())
}

/// Slack's own: `&`, `<` and `>` begin entities, links and mentions such as `<!channel>`.
/// <https://docs.slack.dev/messaging/formatting-message-text/>
pub(super) fn slack(text: &str, out: &mut dyn Write) -> io::Result<()> {
    each(text, out, |char| match char {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    })
}

/// Markdown as Discord, Mattermost and Teams read it: a backslash before what marks something up. After an `@` stands a
/// space without width, so that no name is one that calls people.
pub(super) fn markdown(text: &str, out: &mut dyn Write) -> io::Result<()> {
    each(text, out, |char| match char {
        '\\' => Some("\\\\"),
        '`' => Some("\\`"),
        '*' => Some("\\*"),
        '_' => Some("\\_"),
        '~' => Some("\\~"),
        '|' => Some("\\|"),
        '[' => Some("\\["),
        ']' => Some("\\]"),
        '(' => Some("\\("),
        ')' => Some("\\)"),
        '<' => Some("\\<"),
        '>' => Some("\\>"),
        '#' => Some("\\#"),
        '!' => Some("\\!"),
        '@' => Some("@\u{200B}"),
        _ => None,
    })
}

/// HTML, for mail.
pub(super) fn html(text: &str, out: &mut dyn Write) -> io::Result<()> {
    each(text, out, |char| match char {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        _ => None,
    })
}

/// As it is.
pub(super) fn plain(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text.as_bytes())
}

fn each(text: &str, out: &mut dyn Write, escape: impl Fn(char) -> Option<&'static str>) -> io::Result<()> {
    let mut buffer = [0; 4];
    for char in text.chars() {
        out.write_all(escape(char).unwrap_or(char.encode_utf8(&mut buffer)).as_bytes())?;
    }
    Ok(())
}

/// A text in one of these forms.
pub(super) fn escaped(text: &str, escape: fn(&str, &mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    // Writing to memory can't fail, and what was text stays text.
    let _ = escape(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_that_reads_as_it_is() {
        assert_eq!(line(" a\r\nBcc: x\u{202E}\u{0}\tb\u{2028}c ", 99), "a Bcc: x b c");
        assert_eq!(line("abcdef", 4), "abc…");
        assert_eq!(line("äöü", 3), "äöü");
    }

    #[test]
    fn nothing_calls_people_or_marks_up() {
        assert_eq!(escaped("<!channel> & <b>", slack), "&lt;!channel&gt; &amp; &lt;b&gt;");
        assert_eq!(
            escaped("@everyone [x](y) **z**", markdown),
            "@\u{200B}everyone \\[x\\]\\(y\\) \\*\\*z\\*\\*"
        );
    }

    #[test]
    fn what_is_cut_ends_with_no_half_escape() {
        assert_eq!(cut_escaped("abc &amp; d", 8), "abc…");
        assert_eq!(cut_escaped("abc &amp; d", 10), "abc &amp;…");
        assert_eq!(cut_escaped("abc\\*d", 5), "abc…");
        assert_eq!(cut_escaped("line one\nline two", 14), "line one…");
        assert_eq!(cut_escaped("short", 5), "short");
        for most in 2..60 {
            let text = "x &lt;!channel&gt; <https://a.example/|y> \\* z".repeat(2);
            assert!(cut_escaped(&text, most).chars().count() <= most, "{most}");
        }
    }
}

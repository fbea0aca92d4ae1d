//! The info string of a fenced code block, in the spellings of several tools.

/// What a fence says about its block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FenceInfo {
    /// The language as it is written, in lower case; empty if there is none.
    pub lang: String,
    /// A title, usually a file's name.
    pub title: Option<String>,
    /// Marked lines, as ranges from 1.
    pub marked: Vec<(usize, usize)>,
    /// Whether the author asks for line numbers.
    pub numbered: bool,
    /// Whether the commands change state (`danger`).
    pub danger: bool,
    /// Whether the block is what a command should print (`expect`), rather than something to type.
    pub expect: bool,
}

impl FenceInfo {
    /// Reads `rust title="src/main.rs" {1,3-5}`, Hugo's `{hl_lines=[2,"4-6"] linenos=true}`, MkDocs'
    /// `hl_lines="2 4-6" linenums="1"`, rustdoc's `rust,ignore` and MkDocs' `{ .yaml .annotate }`.
    pub fn parse(info: &str) -> Self {
        let info = info.trim();
        let mut found = Self::default();
        let end = info.find(|char: char| char.is_whitespace() || "{,".contains(char)).unwrap_or(info.len());
        let (lang, rest) = info.split_at(end);
        found.lang = lang.to_lowercase();
        let mut rest = rest;
        while let Some(start) = rest.find(|char: char| !(char.is_whitespace() || "{},".contains(char))) {
            let braced = rest.get(..start).is_some_and(|before| before.contains('{'));
            rest = rest.get(start..).unwrap_or_default();
            let end = token_end(rest);
            let (token, after) = rest.split_at(end);
            found.token(token, braced);
            rest = after;
            if braced && token.starts_with(|char: char| char.is_ascii_digit()) {
                // `{1,3-5}`: the list goes on to the brace's end.
                let close = rest.find('}').unwrap_or(rest.len());
                let (list, after) = rest.split_at(close);
                found.marked.extend(ranges(list));
                rest = after;
            }
        }
        found
    }

    fn token(&mut self, token: &str, braced: bool) {
        let (name, value) = match token.split_once('=') {
            Some((name, value)) => (name.trim(), value.trim().trim_matches(['"', '\'', '[', ']'])),
            None => (token, ""),
        };
        match name {
            "title" | "filename" | "file" if !value.is_empty() => self.title = Some(value.to_owned()),
            "hl_lines" | "mark" => self.marked.extend(ranges(value)),
            "linenos" | "linenums" | "numbered" | "showLineNumbers" => {
                self.numbered = !matches!(value, "false" | "0");
            }
            "danger" => self.danger = true,
            "expect" => self.expect = true,
            _ if braced && name.starts_with('.') && self.lang.is_empty() => {
                self.lang = name.trim_start_matches('.').to_lowercase();
            }
            _ if braced => self.marked.extend(ranges(name)),
            _ => {}
        }
    }

    /// Whether the block is a diagram that is drawn.
    pub fn is_drawn(&self) -> bool {
        self.lang == "mermaid"
    }

    /// Whether the block is written in a language for diagrams. Where nothing draws it, readers should not take its
    /// source for something to run.
    pub fn is_diagram(&self) -> bool {
        matches!(self.lang.as_str(), "mermaid" | "plantuml" | "puml" | "dot" | "graphviz" | "d2")
    }

    /// Whether a line, from 1, is marked.
    pub fn marks(&self, line: usize) -> bool {
        self.marked.iter().any(|(first, last)| (*first..=*last).contains(&line))
    }
}

/// Where a token ends: at a space, a comma or a brace that is not inside quotes or brackets.
fn token_end(text: &str) -> usize {
    let mut quote = None;
    let mut depth = 0_i32;
    for (at, char) in text.char_indices() {
        match (quote, char) {
            (Some(open), char) if char == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(char),
            (None, '[') => depth += 1,
            (None, ']') => depth -= 1,
            (None, char) if depth <= 0 && (char.is_whitespace() || "{},".contains(char)) => return at,
            _ => {}
        }
    }
    text.len()
}

fn ranges(list: &str) -> Vec<(usize, usize)> {
    list.split(|char: char| !(char.is_ascii_digit() || char == '-'))
        .filter_map(|item| {
            let (first, last) = item.split_once('-').unwrap_or((item, item));
            Some((first.parse().ok()?, last.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_strings_of_several_tools_mean_the_same() {
        for info in [
            "yaml title=\"a b.yml\" {2,4-6}",
            "yaml {hl_lines=[2,\"4-6\"] title=\"a b.yml\"}",
            "yaml hl_lines=\"2 4-6\" title=\"a b.yml\"",
            "{ .yaml title=\"a b.yml\" hl_lines=\"2 4-6\" }",
        ] {
            let found = FenceInfo::parse(info);
            assert_eq!(found.lang, "yaml", "{info}");
            assert_eq!(found.title.as_deref(), Some("a b.yml"), "{info}");
            assert_eq!(found.marked, [(2, 2), (4, 6)], "{info}");
        }
        assert_eq!(FenceInfo::parse("rust,ignore").lang, "rust");
        assert!(FenceInfo::parse("bash danger").danger);
        assert!(FenceInfo::parse("text expect").expect);
        assert!(!FenceInfo::parse("text title=\"expect\"").expect);
        assert!(FenceInfo::parse("Mermaid").is_diagram());
        assert!(!FenceInfo::parse("bash").is_diagram());
        assert_eq!(FenceInfo::parse(""), FenceInfo::default());
    }
}

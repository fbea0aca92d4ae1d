//! Directives: what annals adds to Markdown, and the containers of other tools that mean the same.
//!
//! `:::name Title` … `:::` (also `:::name[Title]`), MkDocs' `!!! type "Title"`, `??? type "Title"` and
//! `=== "Tab"` with an indented body, and `::include{file="…" lines="3-9"}`.

use super::callout::Callout;

/// What a marked line stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// A callout: icon, word and body; `collapsed` is set where it is a `<details>`.
    Callout {
        /// Which.
        callout: Callout,
        /// The author's title, instead of the callout's word.
        title: Option<String>,
        /// Whether it folds, and if so whether it starts closed.
        fold: Option<Fold>,
    },
    /// A `<details>` with a summary.
    Details {
        /// Its summary.
        title: String,
        /// Open or closed at first.
        fold: Fold,
    },
    /// A group of tabs.
    Tabs,
    /// One tab.
    Tab {
        /// Its label.
        title: String,
    },
    /// Text for insiders.
    Internal,
    /// A container of another tool that annals has no meaning for: its body is shown.
    Unknown {
        /// The container's name.
        name: String,
    },
    /// The end of the innermost open directive.
    Close,
}

/// How a folding block starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

/// An include: a file, or a part of it, shown in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The file as it is written: relative to the page, or from the project's root with a leading `/`.
    pub file: String,
    /// First and last line, from 1.
    pub lines: Option<(usize, usize)>,
    /// Name of the part between `region NAME` and `endregion NAME` marks.
    pub region: Option<String>,
    /// Language to highlight it as, instead of the one its name tells.
    pub lang: Option<String>,
    /// Title of the code block.
    pub title: Option<String>,
}

/// Reads a line that opens a `:::` container: its number of colons and what it is.
pub(super) fn parse_colons(line: &str) -> Option<(usize, Option<Directive>)> {
    let colons = line.bytes().take_while(|&byte| byte == b':').count();
    if colons < 3 {
        return None;
    }
    let rest = line.get(colons..)?.trim();
    if rest.is_empty() {
        return Some((colons, None));
    }
    let name_end = rest.find(|char: char| !(char.is_alphanumeric() || char == '-' || char == '_'));
    let (name, after) = rest.split_at(name_end.unwrap_or(rest.len()));
    if name.is_empty() {
        return None;
    }
    let after = after.trim();
    let title = match after.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((title, _)) => title.trim(),
        None if after.starts_with('{') => "",
        None => after,
    };
    let title = (!title.is_empty()).then(|| title.to_owned());
    Some((colons, Some(named(&name.to_lowercase(), title))))
}

fn named(name: &str, title: Option<String>) -> Directive {
    match name {
        "details" => {
            Directive::Details { title: title.unwrap_or_else(|| "Details".into()), fold: Fold::Closed }
        }
        "tabs" | "tab-set" | "code-group" => Directive::Tabs,
        "tab" | "tab-item" => Directive::Tab { title: title.unwrap_or_else(|| "Tab".into()) },
        "internal" => Directive::Internal,
        _ => match Callout::from_name(name) {
            Some(callout) => Directive::Callout { callout, title, fold: None },
            None => Directive::Unknown { name: name.to_owned() },
        },
    }
}

/// Reads a line that opens an indented block of MkDocs: `!!! note "T"`, `??? note`, `=== "T"`.
pub(super) fn parse_mkdocs(line: &str) -> Option<Directive> {
    let (fold, rest) = if let Some(rest) = line.strip_prefix("!!! ") {
        (None, rest)
    } else if let Some(rest) = line.strip_prefix("???+ ") {
        (Some(Fold::Open), rest)
    } else if let Some(rest) = line.strip_prefix("??? ") {
        (Some(Fold::Closed), rest)
    } else {
        let rest = line.strip_prefix("===")?.trim_start_matches(['!', '+']).trim();
        let title = rest.strip_prefix('"')?.strip_suffix('"')?;
        return Some(Directive::Tab { title: title.to_owned() });
    };
    let rest = rest.trim();
    let (words, title) = match rest.split_once('"') {
        Some((words, quoted)) => (words, Some(quoted.trim_end().trim_end_matches('"').to_owned())),
        None => (rest, None),
    };
    let name = words.split_whitespace().next()?.to_lowercase();
    if !name.chars().all(|char| char.is_alphanumeric() || char == '-' || char == '_') {
        return None;
    }
    let title = title.filter(|title| !title.is_empty());
    Some(match Callout::from_name(&name) {
        Some(callout) => Directive::Callout { callout, title, fold },
        // MkDocs takes any word as a type: an unknown one is a note with that word as its title.
        None => {
            let title = title.or_else(|| Some(capitalised(&name)));
            Directive::Callout { callout: Callout::Note, title, fold }
        }
    })
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Reads a line `::include{file="…" lines="3-9" region="…" lang="…" title="…"}`. The error says what is wrong.
pub fn parse_include(line: &str) -> Option<Result<Include, String>> {
    let attributes = line.trim().strip_prefix("::include")?.trim();
    if !attributes.starts_with('{') && !attributes.is_empty() {
        return None;
    }
    Some(include_from(attributes))
}

fn include_from(attributes: &str) -> Result<Include, String> {
    let inner = attributes
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .ok_or("expected `::include{file=\"path\"}`")?;
    let mut include = Include { file: String::new(), lines: None, region: None, lang: None, title: None };
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or("expected `name=\"value\"`")?;
        let value = after.trim_start().strip_prefix('"').ok_or("values stand in double quotes")?;
        let (value, after) = value.split_once('"').ok_or("a closing quote is missing")?;
        match name.trim() {
            "file" => value.clone_into(&mut include.file),
            "lines" => include.lines = Some(line_range(value)?),
            "region" => include.region = Some(value.to_owned()),
            "lang" => include.lang = Some(value.to_owned()),
            "title" => include.title = Some(value.to_owned()),
            other => {
                return Err(format!("`{other}` is not one of `file`, `lines`, `region`, `lang`, `title`"));
            }
        }
        rest = after.trim_start();
    }
    if include.file.is_empty() {
        return Err("`file` is missing".into());
    }
    Ok(include)
}

fn line_range(value: &str) -> Result<(usize, usize), String> {
    let (first, last) = value.split_once('-').unwrap_or((value, value));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first >= 1 && first <= last => Ok((first, last)),
        _ => Err(format!("`{value}` is not a range of lines such as `3-9`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_of_several_tools_are_read_alike() {
        let tip = |line| parse_colons(line).unwrap().1.unwrap();
        let expected = Directive::Callout { callout: Callout::Tip, title: Some("Do so".into()), fold: None };
        assert_eq!(tip(":::tip Do so"), expected);
        assert_eq!(tip(":::tip[Do so]"), expected);
        assert_eq!(tip("::: tip Do so"), expected);
        assert_eq!(parse_mkdocs("!!! tip \"Do so\"").unwrap(), expected);
        assert_eq!(parse_colons("::::"), Some((4, None)));
        assert_eq!(parse_colons("::include{}"), None);
    }

    #[test]
    fn an_include_says_what_is_wrong_with_it() {
        let good = parse_include("::include{file=\"a.rs\" lines=\"3-9\"}").unwrap().unwrap();
        assert_eq!((good.file.as_str(), good.lines), ("a.rs", Some((3, 9))));
        for bad in
            ["::include", "::include{file=a}", "::include{lines=\"9-3\"}", "::include{file=\"a\" x=\"\"}"]
        {
            assert!(parse_include(bad).unwrap().is_err(), "{bad}");
        }
        assert!(parse_include("text ::include{}").is_none());
    }
}

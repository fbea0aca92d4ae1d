//! What is wrong with the templates of a site's own theme, each mistake at its template, line and column.

use super::BUILT_IN;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Span};
use std::ops::Range;
use tera::{ErrorKind, Tera};

/// So many fields can be listed in a line.
const FEW: usize = 12;

/// A theme's templates, for telling what is wrong with them.
pub(super) struct Templates<'a> {
    /// The name of the site's own theme.
    pub theme: Option<&'a str>,
    /// Its templates by name, with their texts.
    pub own: &'a [(String, String)],
}

impl Templates<'_> {
    /// What is wrong with a set of templates that could not be read, as much of it as can be told at once.
    pub fn all(&self, error: &tera::Error, exists: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        match error.kind() {
            // The reader stops at the first one; each template by itself shows the others.
            ErrorKind::SyntaxError(_) => {
                let alone = |(name, text): &(String, String)| {
                    let error = Tera::new().add_raw_template(name, text).err()?;
                    matches!(error.kind(), ErrorKind::SyntaxError(_)).then(|| self.one(&error))
                };
                let found: Vec<Diagnostic> = self.own.iter().filter_map(alone).collect();
                if found.is_empty() { vec![self.one(error)] } else { found }
            }
            ErrorKind::MissingParent { .. } => {
                let missing = self.own.iter().filter_map(|(name, text)| {
                    let (parent, range) = parent(text)?;
                    (!exists(parent)).then(|| self.missing_parent(name, parent, range))
                });
                let found: Vec<Diagnostic> = missing.collect();
                if found.is_empty() { vec![self.one(error)] } else { found }
            }
            ErrorKind::CircularExtend { tpl, .. } => {
                let text = self.own.iter().find(|(name, _)| name == tpl).map(|(_, text)| text.as_str());
                let range = text.and_then(parent).map(|(_, range)| range).unwrap_or_default();
                let message = "this template extends itself, or one that extends it";
                let help = format!("the built-in template of this name is `{BUILT_IN}{tpl}`");
                vec![Diagnostic::error("theme/template", message).at(self.at(tpl, range)).help(help)]
            }
            ErrorKind::CircularInclude { tpl, .. } => {
                let message = "this template includes itself, or one that includes it";
                vec![Diagnostic::error("theme/template", message).at(self.at(tpl, 0..0))]
            }
            ErrorKind::Msg(reports) => self.reports(reports),
            _ => vec![self.one(error)],
        }
    }

    /// A mistake at its template, line and column.
    pub fn one(&self, error: &tera::Error) -> Diagnostic {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let span = report.span();
                let (message, help) = unknown_field(report.message());
                let message = format!("{message} (line {}, column {})", span.start_line, span.start_col + 1);
                let diagnostic = Diagnostic::error("theme/template", message);
                help.into_iter()
                    .fold(diagnostic, Diagnostic::help)
                    .at(self.at(report.filename(), span.range.clone()))
            }
            other => Diagnostic::error("theme/template", other.to_string()),
        }
    }

    fn missing_parent(&self, name: &str, parent: &str, range: Range<usize>) -> Diagnostic {
        Diagnostic::error("theme/template", format!("there is no template `{parent}` to extend"))
            .at(self.at(name, range))
            .help("`annals theme list` lists those that are built in")
    }

    /// Mistakes that were found when all templates were there. Tera joins them to one text of such reports:
    ///
    /// ```text
    /// error: Unknown filter `shout`
    ///  --> page.html:3:12
    ///   |
    /// 3 | {{ title | shout }}
    ///   |            ^^^^^
    /// ```
    fn reports(&self, text: &str) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let Some(message) = line.strip_prefix("error: ") else { continue };
            let place = lines.peek().and_then(|line| line.trim_start().strip_prefix("--> "));
            let Some((name, line, column)) = place.and_then(parse_place) else { continue };
            let message = format!("{message} (line {line}, column {column})");
            let range = self.text(name).map(|text| byte_at(text, line, column)).unwrap_or_default();
            found.push(Diagnostic::error("theme/template", message).at(self.at(name, range)));
        }
        if found.is_empty() { vec![Diagnostic::error("theme/template", text.to_owned())] } else { found }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.own.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
    }

    /// A place in a template; one that the site's theme does not have is the built-in one.
    fn at(&self, name: &str, range: Range<usize>) -> Span {
        let built_in = name.strip_prefix(BUILT_IN).filter(|_| self.text(name).is_none());
        let theme = if built_in.is_some() { None } else { self.theme };
        super::at(theme, &format!("templates/{}", built_in.unwrap_or(name)), range)
    }
}

/// A message, and what to do about it. Tera lists all fields that there are, of which the nearest is enough.
fn unknown_field(message: &str) -> (String, Option<String>) {
    let Some((message, fields)) = message.split_once(". Available fields: ") else {
        return (message.to_owned(), None);
    };
    let fields: Vec<&str> = fields.split(", ").collect();
    let name = message.split('`').nth(1).unwrap_or_default();
    let help = match nearest(name, fields.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if fields.len() <= FEW => format!("there are {}", fields.join(", ")),
        None => "the reference of templates lists those that there are; words are in `i18n/LANGUAGE.toml`"
            .to_owned(),
    };
    (message.to_owned(), Some(help))
}

/// `page.html:3:12` as the file, the line and the column, both from 1.
fn parse_place(text: &str) -> Option<(&str, usize, usize)> {
    let (rest, column) = text.rsplit_once(':')?;
    let (name, line) = rest.rsplit_once(':')?;
    Some((name, line.parse().ok()?, column.parse().ok()?))
}

/// Where a line and a column are in a text.
fn byte_at(text: &str, line: usize, column: usize) -> Range<usize> {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    let start = before + rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
    start..start
}

/// The template that a template extends, and where it says so.
fn parent(text: &str) -> Option<(&str, Range<usize>)> {
    let after = text.find("extends")? + "extends".len();
    let rest = text.get(after..)?;
    let open = rest.find(['"', '\''])?;
    let quote = rest.get(open..)?.chars().next()?;
    let name = rest.get(open + 1..)?.split(quote).next()?;
    Some((name, after + open..after + open + name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_again_in_the_text() {
        assert_eq!(parse_place("a:b.html:3:12"), Some(("a:b.html", 3, 12)));
        assert_eq!(parse_place("page.html"), None);
        assert_eq!(byte_at("one\ntwö x\n", 2, 5), 9..9);
        assert_eq!(byte_at("one", 7, 7), 3..3);
    }

    #[test]
    fn what_a_template_extends_is_found_in_either_quotes() {
        assert_eq!(parent("{% extends \"base.html\" %}"), Some(("base.html", 11..22)));
        assert_eq!(parent("{%- extends 'a' -%}"), Some(("a", 12..15)));
        assert_eq!(parent("{{ title }}"), None);
    }
}

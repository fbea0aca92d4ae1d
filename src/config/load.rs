//! From the text of `site.toml` to a [`Config`], with every mistake named.

use super::{Config, paths};
use crate::data::{self, Data, Node, schema};
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Kinds;
use serde_json::Value;
use std::sync::Arc;

/// The file's name.
pub const FILE_NAME: &str = "site.toml";
/// The catalogue of services, teams and rotations, unless `content.services` names another.
pub const CATALOGUE_FILE: &str = "services.toml";

/// The JSON Schema of `site.toml`.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Config).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".into(), "site.toml of annals".into());
    }
    schema
}

/// Reads the text of `site.toml`. Where it has mistakes, they are all returned and there is no configuration.
pub fn load(text: &str) -> Result<Config, Vec<Diagnostic>> {
    let node = data::parse_toml(text).map_err(|errors| {
        errors
            .into_iter()
            .map(|error| {
                Diagnostic::error("config/syntax", error.message).at(Span::new(FILE_NAME, error.span))
            })
            .collect::<Vec<_>>()
    })?;
    let schema = schema();
    let mistakes = schema::validate(&node, &schema, check_format);
    if !mistakes.is_empty() {
        return Err(mistakes.into_iter().map(to_diagnostic).collect());
    }
    let mut config: Config = serde_json::from_value(node.to_json()).map_err(|error| {
        vec![Diagnostic::error("config/value", error.to_string()).at(Span::file(FILE_NAME))]
    })?;
    let is_set = node.get("output").and_then(|output| output.get("cname"));
    if let (true, None, Some(place)) = (config.output.cname, &config.site.base_url, is_set) {
        return Err(vec![
            Diagnostic::error("config/value", "the domain of the site is not known")
                .at(Span::new(FILE_NAME, place.span.clone()))
                .help("`output.cname` takes it from `site.base_url`: set that, too"),
        ]);
    }
    let mistakes = unknown_taxonomies(&config, &node);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let mistakes = super::broadcast::mistakes(&config.broadcast, &node, FILE_NAME);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    config.all_kinds = Arc::new(kinds(&node, &config)?);
    if !config.offline.enabled {
        config.search.offline_bytes = 0;
    }
    super::look::locate(&mut config.look, &node);
    config.doubts = super::look::contrast(&config.look, &node);
    config.digest = crate::data::sha256(text.as_bytes());
    Ok(config)
}

/// The kinds of the site. Other settings name kinds, too, which can be told only now that they are known.
fn kinds(node: &Node, config: &Config) -> Result<Kinds, Vec<Diagnostic>> {
    let mistake = |message: String, help: String, span| {
        Diagnostic::error("config/value", message).at(Span::new(FILE_NAME, span)).help(help)
    };
    let kinds = Kinds::of(&config.kinds).map_err(|wrong| {
        let tables = node.get("kinds").map(Node::entries).unwrap_or_default();
        let place =
            |name: &str| tables.iter().find(|(key, _)| key.name == name).map(|(key, _)| key.span.clone());
        let found = wrong.into_iter();
        found
            .map(|(name, message, help)| mistake(message, help, place(&name).unwrap_or_default()))
            .collect::<Vec<_>>()
    })?;
    let mut found = Vec::new();
    if let Some(Data::List(sections)) = node.get("sections").map(|node| &node.data) {
        for kind in sections.iter().filter_map(|section| section.get("kind")) {
            let name = kind.as_str().unwrap_or_default();
            if let Err(help) = kinds.parse(name) {
                found.push(mistake(format!("`{name}` is not a kind of page"), help, kind.span.clone()));
            }
        }
    }
    if let Some(Data::List(names)) =
        node.get("offline").and_then(|node| node.get("kinds")).map(|node| &node.data)
    {
        for kind in names {
            let name = kind.as_str().unwrap_or_default();
            if let Err(help) = kinds.parse(name) {
                found.push(mistake(format!("`{name}` is not a kind of page"), help, kind.span.clone()));
            }
        }
    }
    if found.is_empty() { Ok(kinds) } else { Err(found) }
}

/// Taxonomies that feeds are asked for and that do not exist.
fn unknown_taxonomies(config: &Config, node: &Node) -> Vec<Diagnostic> {
    let list = node.get("feeds").and_then(|feeds| feeds.get("taxonomies")).map(|list| &list.data);
    let Some(Data::List(nodes)) = list else { return Vec::new() };
    let own = || config.taxonomies.keys().map(String::as_str);
    let is_known =
        |name: &str| ["services", "teams", "tags"].into_iter().chain(own()).any(|known| known == name);
    let names = config.feeds.taxonomies.iter().zip(nodes).filter(|(name, _)| !is_known(name));
    names
        .map(|(name, node)| {
            Diagnostic::error("config/value", format!("there is no taxonomy `{name}`"))
                .at(Span::new(FILE_NAME, node.span.clone()))
                .help("it is `services`, `teams`, `tags`, or a key under `[taxonomies]`")
        })
        .collect()
}

fn to_diagnostic(mistake: schema::Mistake) -> Diagnostic {
    let rule = match mistake.sort {
        schema::Sort::UnknownKey => "config/unknown-key",
        schema::Sort::WrongType => "config/type",
        schema::Sort::WrongValue => "config/value",
        schema::Sort::MissingKey => "config/missing-key",
    };
    let message = match mistake.sort {
        schema::Sort::WrongType => format!("`{}`: {}", mistake.path, mistake.message),
        _ => mistake.message,
    };
    let diagnostic = Diagnostic::error(rule, message).at(Span::new(FILE_NAME, mistake.span));
    match mistake.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn check_format(format: &str, text: &str) -> Result<(), String> {
    let fits = match format {
        "inner-path" => paths::stays_inside(text),
        "base-url" | "web-url" => {
            let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            host.is_some_and(|host| {
                !host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace)
            })
        }
        "color" => {
            return if super::look::is_colour(text) {
                Ok(())
            } else {
                Err("a colour as `#rrggbb`, such as `#0a55b5`".into())
            };
        }
        "link" => {
            return if super::look::is_link(text) {
                Ok(())
            } else {
                Err("a web address, `mailto:`, or the address of a page of the site such as `guides/move/`"
                    .into())
            };
        }
        "font-family" => {
            return if super::look::is_family(text) {
                Ok(())
            } else {
                Err("the name of one family of letters, digits and spaces, such as `Sample Sans`".into())
            };
        }
        "font-file" => {
            return if paths::stays_inside(text) && super::look::is_font(text) {
                Ok(())
            } else {
                Err("a file of the site that ends in `.woff2`, `.woff`, `.ttf` or `.otf`".into())
            };
        }
        "font-weight" => {
            return if super::look::is_weight(text) {
                Ok(())
            } else {
                Err("a weight from 1 to 1000 such as `400`, or a range such as `100 900`".into())
            };
        }
        "variable" => {
            let fits = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            return if fits {
                Ok(())
            } else {
                Err("the name of an environment variable, such as `SLACK_URL`".into())
            };
        }
        "channel-name" => {
            let fits = !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            return if fits { Ok(()) } else { Err("a name of letters, digits, `-` and `_`".into()) };
        }
        "mailbox" => {
            let parsed: Result<lettre::message::Mailbox, _> = text.parse();
            return parsed.map(drop).map_err(|_| "an address of mail, such as `kb@example.org`".into());
        }
        "clock" => {
            let time = super::broadcast::clock(text);
            return time.map(drop).ok_or_else(|| "a time of day such as `08:00`".into());
        }
        "zone" => {
            let known = crate::record::rota::zone(text);
            return known
                .map(drop)
                .ok_or_else(|| "a zone of the IANA database, such as `Europe/Berlin`".into());
        }
        "moment" => {
            let moment = crate::record::Moment::parse(text);
            return moment.map(drop).ok_or_else(|| "a date such as 2026-03-14 or 2026-03-14T09:02Z".into());
        }
        // RFC 9116 wants https where it is the web.
        "contact-url" => {
            let rest = ["https://", "mailto:", "tel:", "openpgp4fpr:", "dns:"]
                .iter()
                .find_map(|scheme| text.strip_prefix(scheme));
            let fits = rest.is_some_and(|rest| {
                !rest.is_empty() && !text.contains(|char: char| char.is_whitespace() || char.is_control())
            });
            return if fits {
                Ok(())
            } else {
                Err("an address that starts with https://, mailto: or tel:".into())
            };
        }
        "language" => {
            let fits =
                !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            return if fits { Ok(()) } else { Err("a BCP 47 tag such as `en`".into()) };
        }
        // The first line says what is wrong; those after it draw the place again.
        "regex" => {
            return regex::Regex::new(text)
                .map(|_| ())
                .map_err(|error| format!("a regular expression ({})", reason(&error)));
        }
        _ => true,
    };
    match (fits, format) {
        (true, _) => Ok(()),
        (false, "inner-path") => Err("a relative path inside the project, without `..`".into()),
        (false, _) => Err("an address that starts with https:// or http://".into()),
    }
}

fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    last.trim().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_a_site_with_defaults() {
        let config = load("").unwrap();
        assert_eq!(config.content.folder, "content");
        assert_eq!(config.content.per_page, 50);
    }

    #[test]
    fn whom_to_tell_of_a_weakness_can_be_read_by_machines() {
        let found = |text: &str| -> Vec<String> {
            load(text).err().unwrap_or_default().into_iter().map(|found| found.message).collect()
        };
        let good = "[security]\ncontact = ['mailto:a@example.org']\nexpires = 2027-01-01\n";
        assert_eq!(found(good), Vec::<String>::new());
        let bad = "[security]\ncontact = ['http://a.example', \"mailto:a\\nHiring: x\"]\nexpires = 'soon'\nlanguages = ['en us']\n";
        assert_eq!(found(bad).len(), 4, "{:?}", found(bad));
        assert_eq!(
            found("[security]\ncontact = []\nexpires = 2027-01-01\n"),
            ["`security.contact` is empty"]
        );
        assert_eq!(found("[output]\ncname = true\n"), ["the domain of the site is not known"]);
        assert_eq!(found("[site]\nbase_url = 'https://a.example/'\n[output]\ncname = true\n").len(), 0);
    }

    #[test]
    fn all_mistakes_are_told_at_their_place() {
        let text = "[site]\ntitel = 'x'\nbase_url = 'kb'\noutput = '../out'\n[kinds.runbok]\n";
        let found: Vec<_> = load(text).unwrap_err().into_iter().map(|d| d.message).collect();
        assert_eq!(
            found,
            [
                "unknown key `titel` in `site`",
                "`kb` is not an address that starts with https:// or http://",
                "`../out` is not a relative path inside the project, without `..`",
            ]
        );
        let found = load("[[sources]]\ncommits.except.messages = ['ok', '(']\n").unwrap_err();
        assert_eq!(found[0].message, "`(` is not a regular expression (unclosed group)");
        assert_eq!(found[0].span.as_ref().unwrap().start, 45);
        let found = load("[kinds.runbok]\n").unwrap_err();
        assert_eq!(found[0].message, "`runbok` is not a kind of page");
        assert!(found[0].help.as_ref().unwrap().contains("`runbook`"));
    }

    #[test]
    fn the_deepest_section_decides() {
        let config =
            load("[[sections]]\npath = 'a'\nhtml = 'raw'\n[[sections]]\npath = 'a/b'\nhtml = 'escape'\n")
                .unwrap();
        use super::super::HtmlPolicy;
        assert_eq!(config.html_policy("a/b/c"), HtmlPolicy::Escape);
        assert_eq!(config.html_policy("a/x"), HtmlPolicy::Raw);
        assert_eq!(config.html_policy("z"), HtmlPolicy::Sanitize);
    }
}

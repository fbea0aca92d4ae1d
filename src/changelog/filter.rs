//! Which commits are told, as the configuration of sources and packages says it.

use crate::commit::conventional::parse_header;
use crate::config::source::{CommitFilter, CommitMatch};
use regex::Regex;

/// The filters of a package and its source, made ready for many commits.
#[derive(Debug, Default)]
pub struct Filter {
    only: Vec<Match>,
    except: Vec<Match>,
}

#[derive(Debug)]
struct Match {
    types: Vec<String>,
    scopes: Vec<String>,
    messages: Vec<Regex>,
}

impl Filter {
    /// Prepares filters that all have to be passed. `scopes` are those of the package, which are an
    /// `only` of their own.
    pub fn new(filters: &[&CommitFilter], scopes: &[String]) -> Self {
        let own = CommitMatch { scopes: scopes.to_vec(), ..CommitMatch::default() };
        let prepare = |list: Vec<&CommitMatch>| -> Vec<Match> {
            list.into_iter().filter(|one| !one.is_empty()).map(Match::new).collect()
        };
        let only = filters.iter().map(|filter| &filter.only).chain([&own]);
        let except = filters.iter().map(|filter| &filter.except);
        Self { only: prepare(only.collect()), except: prepare(except.collect()) }
    }

    /// Whether no message needs to be read to know that a commit belongs.
    pub fn has_only(&self) -> bool {
        !self.only.is_empty()
    }

    /// Whether a message passes what `only` asks for.
    pub fn belongs(&self, message: &str) -> bool {
        self.only.iter().all(|one| one.fits(message).into_iter().flatten().all(|fits| fits))
    }

    /// Whether a message is one that `except` names.
    pub fn leaves_out(&self, message: &str) -> bool {
        self.except.iter().any(|one| one.fits(message).into_iter().flatten().any(|fits| fits))
    }
}

impl Match {
    fn new(config: &CommitMatch) -> Self {
        // Reading the configuration refused what is no expression, with its place.
        let messages = config.messages.iter().filter_map(|text| Regex::new(text).ok()).collect();
        Self { types: config.types.clone(), scopes: config.scopes.clone(), messages }
    }

    /// For types, scopes and patterns: whether a message fits, if any are named.
    fn fits(&self, message: &str) -> [Option<bool>; 3] {
        let header = parse_header(message.lines().next().unwrap_or_default()).ok();
        let among = |list: &[String], word: &str| list.iter().any(|item| item.eq_ignore_ascii_case(word));
        let by_type = || header.as_ref().is_some_and(|header| among(&self.types, header.kind));
        let by_scope = || {
            let scope = header.as_ref().and_then(|header| header.scope).unwrap_or_default();
            // `packages/api` fits as a whole, too.
            among(&self.scopes, scope.trim())
                || scope.split([',', '/']).any(|part| among(&self.scopes, part.trim()))
        };
        let by_message = || self.messages.iter().any(|pattern| pattern.is_match(message));
        [
            (!self.types.is_empty()).then(by_type),
            (!self.scopes.is_empty()).then(by_scope),
            (!self.messages.is_empty()).then(by_message),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(text: &str) -> Filter {
        Filter::new(&[&toml::from_str(text).unwrap()], &[])
    }

    #[test]
    fn only_asks_for_each_list_and_except_for_any() {
        let filter =
            filter("only = { types = ['feat', 'fix'], scopes = ['api'] }\nexcept.messages = ['(?i)\\[skip']");
        assert!(filter.belongs("fix(api): a") && filter.belongs("FEAT(web, API)!: a"));
        assert!(!filter.belongs("fix: a") && !filter.belongs("docs(api): a") && !filter.belongs("words"));
        assert!(filter.leaves_out("fix(api): a\n\n[Skip changelog]") && !filter.leaves_out("fix(api): a"));
    }

    #[test]
    fn except_leaves_out_by_type_or_scope() {
        let filter = filter("except = { types = ['chore'], scopes = ['deps'] }");
        assert!(filter.leaves_out("chore: a") && filter.leaves_out("fix(deps): a"));
        assert!(!filter.leaves_out("fix: a") && filter.belongs("chore: a") && !filter.has_only());
    }
}

//! What must not stand in a page: keys, tokens, passwords, addresses of people.
//!
//! Tokens are told by the prefixes and lengths that their makers publish, so that a finding is nearly always one.

use super::rules::*;
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Audience;
use crate::site::{Entry, Site};
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// What a token is of, and its form.
const TOKENS: &[(&str, &str)] = &[
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    ("an AWS access key", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    // https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    ("a GitHub token", r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    ("a GitLab token", r"\bgl(?:pat|dt|rt|cbt|ptt|ft|agent|oas|soat)-[A-Za-z0-9_-]{20,}"),
    // https://api.slack.com/authentication/token-types
    ("a Slack token", r"\bxox[abeoprs]-[0-9]{6,}-[A-Za-z0-9-]{10,}"),
    ("a Slack webhook", r"https://hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}"),
    // https://docs.stripe.com/keys
    ("a Stripe key", r"\b[sr]k_live_[A-Za-z0-9]{24,}\b"),
    // https://cloud.google.com/docs/authentication/api-keys
    ("a Google API key", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    // https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    // https://pypi.org/help/#apitoken
    ("a PyPI token", r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}"),
    ("a crates.io token", r"\bcio[A-Za-z0-9]{32}\b"),
    // https://platform.openai.com/docs/api-reference/authentication
    ("an OpenAI key", r"\bsk-(?:proj-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b"),
    ("a Twilio key", r"\bSK[0-9a-f]{32}\b"),
    ("a Vault token", r"\bhvs\.[A-Za-z0-9_-]{24,}"),
    ("a DigitalOcean token", r"\bdo[opr]_v1_[0-9a-f]{64}\b"),
    ("a Grafana token", r"\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b"),
];

static TOKEN_SET: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(TOKENS.iter().map(|(_, form)| form)).ok());
static PRIVATE_KEYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----\s+[A-Za-z0-9+/=:\-]{16}").ok()
});
static PASSWORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b[a-z][a-z0-9+.-]{2,}://[^\s/:@<>{}$*%]+:([^\s/:@<>{}$*%]{3,})@[\w.-]+").ok()
});
static EMAILS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b").ok()
});

/// Passwords that stand for one.
const EXAMPLES: [&str; 10] =
    ["password", "passwd", "pass", "pwd", "secret", "changeme", "xxx", "token", "user", "example"];
/// Boxes that belong to a role and not to a person.
const ROLES: [&str; 16] = [
    "info",
    "support",
    "help",
    "security",
    "abuse",
    "noreply",
    "no-reply",
    "admin",
    "contact",
    "sales",
    "ops",
    "oncall",
    "hello",
    "team",
    "git",
    "postmaster",
];

pub(super) fn page(_: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    let text: &str = &page.source;
    let at = |start: usize, end: usize| Span::new(page.file.clone(), start..end);
    if let Some(set) = &*TOKEN_SET {
        for index in set.matches(text) {
            let Some((what, form)) = TOKENS.get(index) else { continue };
            let Ok(form) = Regex::new(form) else { continue };
            for token in form.find_iter(text).filter(|token| !is_example(token.as_str())) {
                found.push(
                    TOKEN
                        .finding(format!("this looks like {what}"))
                        .at(at(token.start(), token.end()))
                        .help("revoke it: it is in the history of the repository, so that removing it here is not enough"),
                );
            }
        }
    }
    if text.contains("-----BEGIN ")
        && let Some(keys) = &*PRIVATE_KEYS
    {
        for key in keys.find_iter(text) {
            found.push(
                PRIVATE_KEY
                    .finding("this looks like a private key")
                    .at(at(key.start(), key.start() + 27))
                    .help("replace the key where it is used, then take it out of the page"),
            );
        }
    }
    if text.contains("://")
        && let Some(passwords) = &*PASSWORDS
    {
        for captures in passwords.captures_iter(text) {
            let Some(password) = captures.get(1) else { continue };
            let lower = password.as_str().to_lowercase();
            if EXAMPLES.iter().any(|example| lower.contains(example)) || is_example(password.as_str()) {
                continue;
            }
            found.push(
                PASSWORD_IN_URL
                    .finding("this address holds a password")
                    .at(at(password.start(), password.end()))
                    .help("write a placeholder such as `$PASSWORD`, and change the password"),
            );
        }
    }
    if page.audience == Audience::Public
        && text.contains('@')
        && let Some(emails) = &*EMAILS
    {
        for email in emails.find_iter(text).filter(|email| is_personal(email.as_str())) {
            found.push(
                EMAIL
                    .finding(format!("`{}` is an address of a person on a public page", email.as_str()))
                    .at(at(email.start(), email.end()))
                    .help("name a team or a channel instead"),
            );
        }
    }
}

/// Whether a token is the well-known one of documentation, or one letter over and over.
fn is_example(token: &str) -> bool {
    let upper = token.to_uppercase();
    let tail: Vec<char> = token.chars().rev().take(8).collect();
    upper.contains("EXAMPLE")
        || upper.contains("XXXX")
        || tail.windows(2).all(|pair| pair.first() == pair.last())
}

fn is_personal(email: &str) -> bool {
    let lower = email.to_lowercase();
    let (name, host) = lower.split_once('@').unwrap_or_default();
    let example = host.contains("example")
        || ["test", "invalid", "localhost", "local"].iter().any(|end| host.ends_with(end));
    let image = [".png", ".jpg", ".svg"].iter().any(|end| host.ends_with(end));
    !example && !image && !ROLES.iter().any(|role| name == *role || name.starts_with(&format!("{role}-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_can_be_read() {
        assert!(TOKEN_SET.is_some() && PRIVATE_KEYS.is_some() && PASSWORDS.is_some() && EMAILS.is_some());
        assert!(TOKENS.iter().all(|(_, form)| Regex::new(form).is_ok()));
    }

    #[test]
    fn examples_and_roles_are_none() {
        assert!(is_example("AKIAIOSFODNN7EXAMPLE") && is_example("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
        assert!(!is_example("AKIAIOSFODNN7QWERTYU"));
        assert!(
            is_personal("jo.doe@acme.org")
                && !is_personal("support@acme.org")
                && !is_personal("a@example.org")
        );
    }
}
